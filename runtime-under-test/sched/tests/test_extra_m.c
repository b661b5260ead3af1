/* Foreign threads call back, on Ms that they borrow; and threads end with goroutines locked to
 * them. */
#include "sched/extra_m.h"
#include "sched/lock_thread.h"
#include "sched/procs.h"
#include "sched/semaphore.h"
#include "sched/syscall.h"
#include "sched/tests/harness.h"

enum { THREAD_COUNT = 3, CALL_COUNT = 3, ROUND_COUNT = 12 };

static struct {
	_Atomic uint32_t call_count;
	struct host_note thread_ends[THREAD_COUNT];
	struct semaphore ended;
} shared;

static uint32_t thread_count_max; /* of the simulator's */

static void reset(void)
{
	memset(&shared, 0, sizeof shared);
	semaphore_init(&shared.ended, 0);
}

static void be_called(void *argument)
{
	(void)argument;
	const struct m *m = m_self();
	ensure(is_on_user_stack() && m->is_extra && m->p != NULL);
	ensure(m->procid == host_thread_id());
	ensure(atomic_u32_peek(&g_self()->status) == G_RUNNING && g_self()->syscall_pc == 0);
	goroutine_yield();
	ensure(m_self() == m);
	/* What it has in C, as api/ does. */
	g_self()->operation_pc = 0x2000;
	shared.call_count++;
}

static void run_foreign(void *argument)
{
	for (uint32_t i = 0; i < CALL_COUNT; i++) {
		ensure(host_self() == NULL);
		extra_m_call(be_called, NULL);
	}
	ensure(host_self() == NULL);
	host_note_wake(argument);
	host_thread_exit();
}

static void begin_extra_ms(void *argument)
{
	(void)argument;
	const struct extra_m_pcs pcs = {.entry = 0x1fff, .call = 0x2000};
	extra_m_begin(&pcs);
}

static void start_and_join(void *argument)
{
	host_foreign_thread_start(argument, run_foreign);
	host_note_sleep(argument, HOST_FOREVER);
}

static void call_c(void *argument)
{
	g_self()->operation_pc = 0x2000;
	on_system_stack(begin_extra_ms, NULL);
	syscall_enter();
	on_system_stack(start_and_join, argument);
	syscall_exit();
	g_self()->operation_pc = 0;
	semaphore_release(&shared.ended, false);
}

static void stop_the_world(void *argument)
{
	(void)argument;
	for (uint32_t i = 0; i < ROUND_COUNT; i++)
		set_gomaxprocs(1 + i % 3);
	semaphore_release(&shared.ended, false);
}

static void start(g_entry *entry, void *argument)
{
	ensure(goroutine_start(entry, argument, 0x1010, false, NULL) != 0);
}

static void wait_for(uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		semaphore_acquire(&shared.ended);
}

/* Who takes the P that such an M may still have holds its goroutine meanwhile. */
static bool is_idle(const struct m *m)
{
	const uint32_t status = atomic_u32_peek(&m->current_g->status) & ~(uint32_t)G_SCAN;
	return m->procid == 0 && status == G_DEAD_EXTRA;
}

static void check_extra_ms_are_idle(void)
{
	for (const struct m *m = sched->all_ms; m != NULL; m = m->all_next)
		ensure(!m->is_extra || is_idle(m));
}

static void call_back_from_many(void *argument)
{
	(void)argument;
	reset();
	for (uint32_t i = 0; i < THREAD_COUNT; i++)
		start(call_c, &shared.thread_ends[i]);
	start(stop_the_world, NULL);
	wait_for(THREAD_COUNT + 1);
	ensure(shared.call_count == THREAD_COUNT * CALL_COUNT);
	check_extra_ms_are_idle();
	executor_finish();
}

static void every_callback_runs_on_an_m_of_its_thread(void **state)
{
	const struct harness harness = {
		.proc_count = 2, .run_queue_length = 4, .program = call_back_from_many};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

static void end_locked(void *argument)
{
	(void)argument;
	goroutine_lock_thread();
	semaphore_release(&shared.ended, false);
}

static bool is_listed(const struct m *wanted)
{
	for (const struct m *m = sched->all_ms; m != NULL; m = m->all_next)
		if (m == wanted)
			return true;
	return false;
}

static void end_many(void *argument)
{
	(void)argument;
	reset();
	for (uint32_t i = 0; i < ROUND_COUNT; i++) {
		start(end_locked, NULL);
		wait_for(1);
		goroutine_yield();
	}
	ensure(is_listed(m_self()));
	executor_finish();
}

static void count_threads(void)
{
	if (sim_thread_count() > thread_count_max)
		thread_count_max = sim_thread_count();
}

static void ended_threads_make_room_for_others(void **state)
{
	const struct harness harness = {
		.proc_count = 1, .run_queue_length = 4, .program = end_many};
	(void)state;
	thread_count_max = 0;
	harness_each_schedule(&harness, count_threads);
	assert_in_range(thread_count_max, 2, ROUND_COUNT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_callback_runs_on_an_m_of_its_thread),
		cmocka_unit_test(ended_threads_make_room_for_others),
	};
	return cmocka_run_group_tests_name("sched.extra_m", tests, NULL, NULL);
}
