/* Parking, being made ready, suspending and resuming one goroutine. */
#include "sched/semaphore.h"
#include "sched/suspend.h"
#include "sched/tests/harness.h"

enum { ROUND_COUNT = 6, STEP_COUNT = 200 };

static struct {
	struct g *g;
	_Atomic(struct g *) parked;
	_Atomic uint32_t unlock_count;
	_Atomic uint32_t step_count;
	_Atomic uint32_t is_done;
	struct semaphore ended;
} shared;

static void reset(void)
{
	memset(&shared, 0, sizeof shared);
	semaphore_init(&shared.ended, 0);
}

static bool refuse(struct g *g, void *argument)
{
	ensure(argument == &shared);
	ensure(host_stack_kind() == HOST_STACK_SYSTEM);
	ensure(atomic_u32_peek(&g->status) == G_WAITING);
	ensure(g_self() == NULL && g->m == NULL);
	shared.unlock_count++;
	return false;
}

static void park_refused(void *argument)
{
	(void)argument;
	reset();
	for (uint32_t i = 1; i <= ROUND_COUNT; i++) {
		goroutine_park(refuse, &shared, WAIT_SEMAPHORE);
		ensure(shared.unlock_count == i);
		ensure(atomic_u32_peek(&g_self()->status) == G_RUNNING);
	}
	executor_finish();
}

static void a_refused_park_goes_on_at_once(void **state)
{
	const struct harness harness = {
		.proc_count = 2, .run_queue_length = 8, .program = park_refused};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

static bool publish(struct g *g, void *argument)
{
	(void)argument;
	shared.parked = g;
	return true;
}

static void park_often(void *argument)
{
	(void)argument;
	for (uint32_t i = 0; i < ROUND_COUNT; i++) {
		goroutine_park(publish, NULL, WAIT_SEMAPHORE);
		shared.step_count++;
	}
	shared.is_done = 1;
}

static void ready_often(void *argument)
{
	(void)argument;
	reset();
	goroutine_start(park_often, NULL, 0x1010, false, NULL);
	uint32_t ready_count = 0;
	while (shared.is_done == 0) {
		struct g *g = atomic_exchange(&shared.parked, NULL);
		if (g != NULL) {
			/* Nobody else makes it ready, so it has not gone on. */
			ensure(shared.step_count == ready_count);
			ready_count++;
			goroutine_ready(g);
		}
		goroutine_yield();
	}
	ensure(ready_count == ROUND_COUNT);
	executor_finish();
}

static void a_parked_goroutine_waits_until_made_ready(void **state)
{
	const struct harness harness = {
		.proc_count = 2, .run_queue_length = 8, .program = ready_often};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

/* ---- Suspend --------------------------------------------------------------------------------- */

static void walk(void *argument)
{
	(void)argument;
	shared.g = g_self();
	semaphore_release(&shared.ended, false);
	for (uint32_t i = 0; i < STEP_COUNT; i++) {
		function_prologue(POINT_work);
		shared.step_count++;
	}
	shared.is_done = 1;
}

static _Atomic uint32_t stopped_count;

static void suspend_and_look(void *argument)
{
	(void)argument;
	struct g *own = g_self();
	own->wait_reason = WAIT_TRACE_GOROUTINE_STATUS;
	g_change_status(own, G_RUNNING, G_WAITING);
	struct suspended suspended = g_suspend(shared.g);
	if (suspended.g != NULL) {
		uint32_t status = atomic_u32_peek(&suspended.g->status);
		uint32_t before = shared.step_count;
		ensure((status & G_SCAN) != 0 && (status & ~(uint32_t)G_SCAN) != G_RUNNING);
		for (int i = 0; i < 30; i++)
			host_yield(POINT_suspend_wait, NULL);
		ensure(shared.step_count == before);
		ensure(atomic_u32_peek(&suspended.g->status) == status);
		stopped_count += suspended.was_stopped;
	}
	g_resume(suspended);
	g_change_status(own, G_WAITING, G_RUNNING);
}

static void suspend_a_walker(void *argument)
{
	(void)argument;
	reset();
	goroutine_start(walk, NULL, 0x1010, false, NULL);
	semaphore_acquire(&shared.ended);
	for (uint32_t i = 0; i < ROUND_COUNT; i++)
		on_system_stack(suspend_and_look, NULL);
	while (shared.is_done == 0)
		goroutine_yield();
	ensure(shared.step_count == STEP_COUNT);
	executor_finish();
}

static void a_suspended_goroutine_stands_still_and_goes_on(void **state)
{
	const struct harness harness = {
		.proc_count = 2, .run_queue_length = 8, .program = suspend_a_walker};
	(void)state;
	stopped_count = 0;
	harness_each_schedule(&harness, NULL);
	/* Else no run suspended one that was running. */
	assert_true(stopped_count > HARNESS_SEED_COUNT);
}

static struct g *pair[2];

static void suspend_other(void *argument)
{
	struct g *own = g_self();
	struct g *other = *(struct g **)argument;
	own->wait_reason = WAIT_TRACE_GOROUTINE_STATUS;
	g_change_status(own, G_RUNNING, G_WAITING);
	g_resume(g_suspend(other));
	g_change_status(own, G_WAITING, G_RUNNING);
}

static void suspend_first(void *argument)
{
	(void)argument;
	pair[1] = g_self();
	semaphore_release(&shared.ended, false);
	for (uint32_t i = 0; i < ROUND_COUNT; i++)
		on_system_stack(suspend_other, &pair[0]);
	semaphore_release(&shared.ended, false);
}

static void suspend_each_other(void *argument)
{
	(void)argument;
	reset();
	pair[0] = g_self();
	goroutine_start(suspend_first, NULL, 0x1010, false, NULL);
	semaphore_acquire(&shared.ended);
	for (uint32_t i = 0; i < ROUND_COUNT; i++)
		on_system_stack(suspend_other, &pair[1]);
	semaphore_acquire(&shared.ended);
	executor_finish();
}

static void two_that_suspend_each_other_both_end(void **state)
{
	const struct harness harness = {
		.proc_count = 2, .run_queue_length = 8, .program = suspend_each_other};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refused_park_goes_on_at_once),
		cmocka_unit_test(a_parked_goroutine_waits_until_made_ready),
		cmocka_unit_test(a_suspended_goroutine_stands_still_and_goes_on),
		cmocka_unit_test(two_that_suspend_each_other_both_end),
	};
	return cmocka_run_group_tests_name("sched.park", tests, NULL, NULL);
}
