/* A goroutine that is locked to its M runs there and nowhere else, that M runs nothing else, and
 * neither keeps the rest from going on. */
#include "sched/lock_thread.h"
#include "sched/procs.h"
#include "sched/semaphore.h"
#include "sched/suspend.h"
#include "sched/syscall.h"
#include "sched/tests/harness.h"
#include "sched/timer.h"

enum { LOCKED_COUNT = 3, FREE_COUNT = 3, ROUND_COUNT = 4 };

static struct {
	struct semaphore tokens;
	struct semaphore ended;
	struct host_note notes[ROUND_COUNT];
	_Atomic uint32_t back_count;
	_Atomic uint32_t visit_count;
} shared;

/* Over all runs. */
static _Atomic uint32_t moved_count;

static void reset(void)
{
	memset(&shared, 0, sizeof shared);
	semaphore_init(&shared.tokens, 0);
	semaphore_init(&shared.ended, 0);
}

static void start(g_entry *entry)
{
	ensure(goroutine_start(entry, NULL, 0x1010, false, NULL) != 0);
}

static void wait_for(uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		semaphore_acquire(&shared.ended);
}

static void ensure_at_home(const struct m *home)
{
	ensure(m_self() == home && home->locked_g == g_self() && g_self()->locked_m == home);
}

static void be_locked(void *argument)
{
	(void)argument;
	goroutine_lock_thread();
	const struct m *home = m_self();
	for (uint32_t i = 0; i < ROUND_COUNT; i++) {
		goroutine_yield();
		ensure_at_home(home);
		semaphore_acquire(&shared.tokens);
		ensure_at_home(home);
		function_prologue(POINT_work);
		ensure_at_home(home);
		goroutine_sleep(1000);
		ensure_at_home(home);
	}
	goroutine_unlock_thread();
	semaphore_release(&shared.ended, false);
}

static void be_free(void *argument)
{
	(void)argument;
	const struct m *first = m_self();
	for (uint32_t i = 0; i < ROUND_COUNT; i++) {
		ensure(m_self()->locked_g == NULL && g_self()->locked_m == NULL);
		semaphore_release(&shared.tokens, false);
		goroutine_yield();
		if (m_self() != first)
			moved_count++;
	}
	semaphore_release(&shared.ended, false);
}

static void lock_some(void *argument)
{
	(void)argument;
	reset();
	for (uint32_t i = 0; i < LOCKED_COUNT; i++)
		start(be_locked);
	for (uint32_t i = 0; i < FREE_COUNT; i++)
		start(be_free);
	wait_for(LOCKED_COUNT + FREE_COUNT);
	executor_finish();
}

static void each_keeps_to_its_own(void **state)
{
	(void)state;
	moved_count = 0;
	for (uint32_t procs = 1; procs <= 3; procs++) {
		const struct harness harness = {
			.proc_count = procs, .run_queue_length = 4, .program = lock_some};
		harness_each_schedule(&harness, NULL);
	}
	assert_true(moved_count > HARNESS_SEED_COUNT);
}

static void count_locks(void *argument)
{
	(void)argument;
	const struct m *home = m_self();
	goroutine_unlock_thread();
	ensure(g_self()->locked_m == NULL && home->locked_g == NULL);
	goroutine_lock_thread();
	goroutine_lock_thread();
	goroutine_unlock_thread();
	ensure_at_home(home);
	goroutine_yield();
	ensure_at_home(home);
	goroutine_unlock_thread();
	ensure(g_self()->locked_m == NULL && home->locked_g == NULL);
	goroutine_unlock_thread();
	ensure(home->thread_lock_count == 0);
	executor_finish();
}

static void locks_are_counted(void **state)
{
	const struct harness harness = {
		.proc_count = 2, .run_queue_length = 4, .program = count_locks};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

static void end_locked(void *argument)
{
	(void)argument;
	goroutine_lock_thread();
	goroutine_lock_thread();
	semaphore_release(&shared.ended, false);
}

static void end_many_locked(void *argument)
{
	(void)argument;
	reset();
	for (uint32_t i = 0; i < ROUND_COUNT; i++) {
		start(end_locked);
		start(be_free);
		wait_for(2);
	}
	executor_finish();
}

static void the_lock_ends_with_the_goroutine(void **state)
{
	const struct harness harness = {
		.proc_count = 2, .run_queue_length = 4, .program = end_many_locked};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

static void sleep_locked(void *argument)
{
	(void)argument;
	goroutine_lock_thread();
	const struct m *home = m_self();
	for (uint32_t i = 0; i < ROUND_COUNT; i++) {
		m_sleep_on_note(&shared.notes[i]);
		ensure_at_home(home);
		ensure(home->p != NULL && atomic_u32_peek(&g_self()->status) == G_RUNNING);
		shared.back_count++;
	}
	semaphore_release(&shared.ended, false);
}

/* With one P it comes back to find none. */
static void wake_locked(void *argument)
{
	(void)argument;
	reset();
	start(sleep_locked);
	for (uint32_t i = 0; i < ROUND_COUNT; i++) {
		host_note_wake(&shared.notes[i]);
		while (shared.back_count <= i)
			goroutine_yield();
	}
	wait_for(1);
	executor_finish();
}

static void a_sleeper_comes_back_to_its_m(void **state)
{
	(void)state;
	for (uint32_t procs = 1; procs <= 2; procs++) {
		const struct harness harness = {
			.proc_count = procs, .run_queue_length = 4, .program = wake_locked};
		harness_each_schedule(&harness, NULL);
	}
}

static void stop_world_locked(void *argument)
{
	(void)argument;
	goroutine_lock_thread();
	const struct m *home = m_self();
	for (uint32_t i = 0; i < ROUND_COUNT; i++) {
		set_gomaxprocs(1 + i % 3);
		ensure_at_home(home);
	}
	semaphore_release(&shared.ended, false);
}

static void visit(struct p *p)
{
	(void)p;
	shared.visit_count++;
}

static void visit_locked(void *argument)
{
	(void)argument;
	goroutine_lock_thread();
	for (uint32_t i = 0; i < ROUND_COUNT; i++) {
		semaphore_acquire(&sched->world_semaphore);
		shared.visit_count = 0;
		for_each_p(visit);
		ensure(shared.visit_count == sched->allp_length);
		semaphore_release(&sched->world_semaphore, false);
	}
	semaphore_release(&shared.ended, false);
}

static void stop_and_visit(void *argument)
{
	(void)argument;
	reset();
	start(be_locked);
	start(be_free);
	start(stop_world_locked);
	start(visit_locked);
	wait_for(4);
	executor_finish();
}

static void the_world_stops_and_every_p_is_visited(void **state)
{
	const struct harness harness = {
		.proc_count = 2, .run_queue_length = 4, .program = stop_and_visit};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

static void suspend_all_others(void *argument)
{
	struct g *own = g_self();
	(void)argument;
	own->wait_reason = WAIT_TRACE_GOROUTINE_STATUS;
	g_change_status(own, G_RUNNING, G_WAITING);
	uint32_t count = atomic_u32_load(POINT_advance_count_goroutines, &sched->g_count,
					 memory_order_acquire);
	for (uint32_t i = 0; i < count; i++)
		if (sched->all_gs[i] != own)
			g_resume(g_suspend(sched->all_gs[i]));
	g_change_status(own, G_WAITING, G_RUNNING);
}

static void suspend_locked_ones(void *argument)
{
	(void)argument;
	reset();
	for (uint32_t i = 0; i < 2; i++) {
		start(be_locked);
		start(be_free);
	}
	for (uint32_t i = 0; i < ROUND_COUNT; i++) {
		on_system_stack(suspend_all_others, NULL);
		goroutine_yield();
	}
	wait_for(4);
	executor_finish();
}

static void a_locked_one_is_suspended_and_goes_on(void **state)
{
	const struct harness harness = {
		.proc_count = 2, .run_queue_length = 4, .program = suspend_locked_ones};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_keeps_to_its_own),
		cmocka_unit_test(locks_are_counted),
		cmocka_unit_test(the_lock_ends_with_the_goroutine),
		cmocka_unit_test(a_sleeper_comes_back_to_its_m),
		cmocka_unit_test(the_world_stops_and_every_p_is_visited),
		cmocka_unit_test(a_locked_one_is_suspended_and_goes_on),
	};
	return cmocka_run_group_tests_name("sched.lock_thread", tests, NULL, NULL);
}
