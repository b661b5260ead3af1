/* Goroutines in system calls lose their Ps, or keep them, and come back. */
#include "sched/procs.h"
#include "sched/semaphore.h"
#include "sched/syscall.h"
#include "sched/tests/harness.h"

enum { ROUND_COUNT = 4 };

static struct {
	struct host_note notes[ROUND_COUNT];
	_Atomic uint32_t back_count;
	_Atomic uint32_t stop_count;
	_Atomic uint32_t visit_count;
	struct semaphore ended;
} shared;

static void reset(void)
{
	memset(&shared, 0, sizeof shared);
	semaphore_init(&shared.ended, 0);
}

static void sleep_often(void *argument)
{
	(void)argument;
	for (uint32_t i = 0; i < ROUND_COUNT; i++) {
		m_sleep_on_note(&shared.notes[i]);
		ensure(is_on_user_stack() && m_self()->p != NULL);
		ensure(atomic_u32_peek(&g_self()->status) == G_RUNNING &&
		       g_self()->syscall_pc == 0);
		shared.back_count++;
	}
	semaphore_release(&shared.ended, false);
}

/* With one P nobody but the sleeper's own can run this. */
static void wake_often(void *argument)
{
	(void)argument;
	reset();
	goroutine_start(sleep_often, NULL, 0x1010, false, NULL);
	for (uint32_t i = 0; i < ROUND_COUNT; i++) {
		ensure(shared.back_count <= i);
		host_note_wake(&shared.notes[i]);
		while (shared.back_count <= i)
			goroutine_yield();
	}
	semaphore_acquire(&shared.ended);
	executor_finish();
}

static void a_sleepers_p_runs_others(void **state)
{
	(void)state;
	for (uint32_t procs = 1; procs <= 3; procs += 2) {
		const struct harness harness = {
			.proc_count = procs, .run_queue_length = 8, .program = wake_often};
		harness_each_schedule(&harness, NULL);
	}
}

static void stop_world_often(void *argument)
{
	(void)argument;
	for (uint32_t i = 0; i < ROUND_COUNT; i++) {
		set_gomaxprocs(1 + i % 3);
		shared.stop_count++;
		goroutine_yield();
	}
	semaphore_release(&shared.ended, false);
}

static void stop_beside_sleeper(void *argument)
{
	(void)argument;
	reset();
	goroutine_start(sleep_often, NULL, 0x1010, false, NULL);
	goroutine_start(stop_world_often, NULL, 0x1020, false, NULL);
	for (uint32_t i = 0; i < ROUND_COUNT; i++) {
		while (shared.stop_count < i)
			goroutine_yield();
		host_note_wake(&shared.notes[i]);
	}
	semaphore_acquire(&shared.ended);
	semaphore_acquire(&shared.ended);
	executor_finish();
}

static void the_world_stops_without_who_sleeps(void **state)
{
	const struct harness harness = {
		.proc_count = 2, .run_queue_length = 8, .program = stop_beside_sleeper};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

static void visit(struct p *p)
{
	(void)p;
	shared.visit_count++;
}

static void visit_every_p(void)
{
	shared.visit_count = 0;
	semaphore_acquire(&sched->world_semaphore);
	for_each_p(visit);
	semaphore_release(&sched->world_semaphore, false);
	ensure(shared.visit_count == sched->allp_length);
}

/* A P on its way from one M to another is visited too. */
static void visit_beside_sleeper(void *argument)
{
	(void)argument;
	reset();
	goroutine_start(sleep_often, NULL, 0x1010, false, NULL);
	for (uint32_t i = 0; i < ROUND_COUNT; i++) {
		visit_every_p();
		host_note_wake(&shared.notes[i]);
	}
	semaphore_acquire(&shared.ended);
	executor_finish();
}

static void every_p_is_visited(void **state)
{
	const struct harness harness = {
		.proc_count = 3, .run_queue_length = 8, .program = visit_beside_sleeper};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

/* ---- A system call that may keep its P ----------------------------------- */

enum { CALLER_COUNT = 3 };

static void rest(void *argument)
{
	const uint64_t *duration_ns = argument;
	struct host_note note = {0};
	host_note_sleep(&note, host_nanotime() + *duration_ns);
}

/* Of all lengths: over at once, shorter and longer than the daemon waits. */
static void call_often(void *argument)
{
	(void)argument;
	for (uint64_t i = 0; i < ROUND_COUNT; i++) {
		uint64_t duration_ns = i * 40000;
		syscall_enter();
		if (i > 0)
			on_system_stack(rest, &duration_ns);
		syscall_exit();
		const struct m *m = m_self();
		ensure(is_on_user_stack() && m->p != NULL && m->p->m == m &&
		       m->p->status == P_RUNNING);
		ensure(atomic_u32_peek(&g_self()->status) == G_RUNNING &&
		       g_self()->syscall_pc == 0 && m->syscall_p == NULL);
		shared.back_count++;
	}
	semaphore_release(&shared.ended, false);
}

static void start_callers(void)
{
	reset();
	for (uint32_t i = 0; i < CALLER_COUNT; i++)
		goroutine_start(call_often, NULL, 0x1010, false, NULL);
}

static void wait_for_callers(void)
{
	for (uint32_t i = 0; i < CALLER_COUNT; i++)
		semaphore_acquire(&shared.ended);
	ensure(shared.back_count == CALLER_COUNT * ROUND_COUNT);
	executor_finish();
}

static void call_alone(void *argument)
{
	(void)argument;
	start_callers();
	wait_for_callers();
}

static void all_come_back_with_a_p(void **state)
{
	(void)state;
	for (uint32_t procs = 1; procs <= 3; procs++) {
		const struct harness harness = {
			.proc_count = procs, .run_queue_length = 8, .program = call_alone};
		harness_each_schedule(&harness, NULL);
	}
}

static void stop_world_beside_callers(void *argument)
{
	(void)argument;
	start_callers();
	for (uint32_t i = 0; i < ROUND_COUNT; i++) {
		set_gomaxprocs(1 + i % 3);
		goroutine_yield();
	}
	wait_for_callers();
}

static void the_world_stops_beside_them(void **state)
{
	const struct harness harness = {
		.proc_count = 3, .run_queue_length = 8, .program = stop_world_beside_callers};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

static void visit_beside_callers(void *argument)
{
	(void)argument;
	start_callers();
	for (uint32_t i = 0; i < ROUND_COUNT; i++)
		visit_every_p();
	wait_for_callers();
}

static void their_ps_are_visited(void **state)
{
	const struct harness harness = {
		.proc_count = 3, .run_queue_length = 8, .program = visit_beside_callers};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

/* Who is in a system call for good, as far as the others are concerned, has the only P. */
static void call_for_long(void *argument)
{
	uint64_t duration_ns = 1000000000;
	(void)argument;
	syscall_enter();
	on_system_stack(rest, &duration_ns);
	ensure(shared.back_count == 1);
	syscall_exit();
	semaphore_release(&shared.ended, false);
}

static void run_beside_long_call(void *argument)
{
	(void)argument;
	reset();
	goroutine_start(call_for_long, NULL, 0x1010, false, NULL);
	goroutine_yield();
	shared.back_count++;
	semaphore_acquire(&shared.ended);
	executor_finish();
}

static void the_daemon_frees_their_p(void **state)
{
	const struct harness harness = {
		.proc_count = 1, .run_queue_length = 8, .program = run_beside_long_call};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sleepers_p_runs_others),
		cmocka_unit_test(the_world_stops_without_who_sleeps),
		cmocka_unit_test(every_p_is_visited),
		cmocka_unit_test(all_come_back_with_a_p),
		cmocka_unit_test(the_world_stops_beside_them),
		cmocka_unit_test(their_ps_are_visited),
		cmocka_unit_test(the_daemon_frees_their_p),
	};
	return cmocka_run_group_tests_name("sched.syscall", tests, NULL, NULL);
}
