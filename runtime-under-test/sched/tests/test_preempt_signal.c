/* A goroutine that computes has no safe point, and makes room when a signal asks it to. */
#include "sched/preempt_signal.h"
#include "sched/procs.h"
#include "sched/semaphore.h"
#include "sched/tests/harness.h"

enum { CALL_STEP_COUNT = 100, STOP_COUNT = 3 };

static struct {
	_Atomic uint32_t step_count; /* of computing */
	_Atomic uint32_t is_over;
	struct semaphore ended;
} shared;

static uint32_t stopped_between_safe_points_count; /* of all runs */

static void watch(void *context, const struct sim_who *who, enum point point, const void *object)
{
	(void)context;
	(void)who;
	(void)object;
	shared.step_count += point == POINT_compute_step;
}

static void compute(void *argument)
{
	(void)argument;
	while (shared.is_over == 0)
		compute_without_safe_points(CALL_STEP_COUNT);
	semaphore_release(&shared.ended, false);
}

static void stop_who_computes(void)
{
	memset(&shared, 0, sizeof shared);
	semaphore_init(&shared.ended, 0);
	goroutine_start(compute, NULL, 0x1010, false, NULL);
	for (int i = 0; i < STOP_COUNT; i++) {
		while (shared.step_count == 0)
			goroutine_yield();
		world_stop("test");
		const uint32_t step_count = shared.step_count;
		stopped_between_safe_points_count += step_count % CALL_STEP_COUNT != 0;
		for (int step = 0; step < 20; step++)
			host_yield(POINT_work, NULL);
		ensure(shared.step_count == step_count);
		world_start();
	}
	shared.is_over = 1;
	semaphore_acquire(&shared.ended);
	ensure(shared.step_count % CALL_STEP_COUNT == 0);
	executor_finish();
}

static void handle(void *owner)
{
	preempt_on_signal(owner);
}

static void stop_by_signals(void *argument)
{
	(void)argument;
	host_set_preempt_handler(handle);
	stop_who_computes();
}

static void ignore(void *owner)
{
	(void)owner;
}

static void stop_although_signals_are_ignored(void *argument)
{
	(void)argument;
	host_set_preempt_handler(ignore);
	stop_who_computes();
}

static void run_each(g_entry *program)
{
	const struct harness harness = {
		.proc_count = 2, .run_queue_length = 8, .program = program, .observer = watch};
	stopped_between_safe_points_count = 0;
	harness_each_schedule(&harness, NULL);
}

static void who_computes_stops_at_a_signal_and_goes_on_where_it_was(void **state)
{
	(void)state;
	run_each(stop_by_signals);
	assert_true(stopped_between_safe_points_count > HARNESS_SEED_COUNT);
}

static void else_it_stops_at_a_safe_point_alone(void **state)
{
	(void)state;
	run_each(stop_although_signals_are_ignored);
	assert_int_equal(stopped_between_safe_points_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_computes_stops_at_a_signal_and_goes_on_where_it_was),
		cmocka_unit_test(else_it_stops_at_a_safe_point_alone),
	};
	return cmocka_run_group_tests_name("sched.preempt_signal", tests, NULL, NULL);
}
