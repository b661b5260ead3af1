/* Locks: the order is checked at every acquisition and every "may acquire", held ones are known,
 * and a release may come in any order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/fatal.h"
#include "lock/lock.h"
#include "scenario/scenario.h"
#include "sim/sim.h"

static struct {
	struct lock_thread thread;
	struct lock sched_lock, allg_lock, mheap_lock, trace_lock;
} world;

static void expect(enum sim_ending ending, const char *text, host_entry *entry)
{
	static struct scenario scenario;
	static struct sim_report report;
	const struct sim_options options = {.scenario = &scenario, .step_count_max = 1000};
	scenario_init(&scenario);
	memset(&world, 0, sizeof world);
	lock_init(&world.sched_lock, LOCK_RANK_sched);
	lock_init(&world.allg_lock, LOCK_RANK_allg);
	lock_init(&world.mheap_lock, LOCK_RANK_mheap);
	lock_init(&world.trace_lock, LOCK_RANK_trace);
	sim_run(&options, entry, &world.thread, &report);
	assert_string_equal(report.text, text);
	assert_int_equal(report.ending, ending);
}

static void in_order(void *argument)
{
	struct lock_thread *thread = argument;
	lock_acquire(&world.sched_lock);
	lock_acquire(&world.allg_lock);
	ensure(thread->held_count == 2 && thread->preemption_off_count == 2);
	ensure(world.allg_lock.holder == thread);
	lock_may_acquire(LOCK_RANK_trace);
	/* The outer one first. */
	lock_release(&world.sched_lock);
	ensure(thread->held_count == 1 && thread->held[0] == &world.allg_lock);
	lock_assert_held(&world.allg_lock);
	lock_release(&world.allg_lock);
	ensure(thread->held_count == 0 && thread->preemption_off_count == 0);
	ensure(world.allg_lock.holder == NULL);
	executor_finish();
}

static void out_of_order(void *argument)
{
	(void)argument;
	lock_acquire(&world.trace_lock);
	lock_acquire(&world.sched_lock);
	executor_finish();
}

static void not_below_the_outer_one(void *argument)
{
	(void)argument;
	lock_acquire(&world.sched_lock);
	lock_acquire(&world.trace_lock);
	/* May be taken under sched, but not under trace. */
	lock_acquire(&world.allg_lock);
	executor_finish();
}

static void may_acquire_out_of_order(void *argument)
{
	(void)argument;
	lock_acquire(&world.trace_lock);
	lock_may_acquire(LOCK_RANK_mheap);
	executor_finish();
}

static void the_same_rank_twice(void *argument)
{
	(void)argument;
	struct lock other;
	memset(&other, 0, sizeof other);
	lock_init(&other, LOCK_RANK_sched);
	lock_acquire(&world.sched_lock);
	lock_acquire(&other);
	executor_finish();
}

static void unchecked(void *argument)
{
	(void)argument;
	lock_order_set_checked(false);
	lock_acquire(&world.trace_lock);
	lock_acquire(&world.sched_lock);
	lock_may_acquire(LOCK_RANK_mheap);
	executor_finish();
}

static void stack_grows_under_the_tracers_lock(void *argument)
{
	(void)argument;
	lock_acquire(&world.trace_lock);
	lock_acquire(&world.mheap_lock);
	executor_finish();
}

static void buffer_is_flushed_under_the_heaps_lock(void *argument)
{
	(void)argument;
	lock_acquire(&world.mheap_lock);
	lock_acquire(&world.trace_lock);
	executor_finish();
}

static void release_of_another(void *argument)
{
	(void)argument;
	lock_acquire(&world.sched_lock);
	lock_release(&world.allg_lock);
	executor_finish();
}

static void held_by_nobody(void *argument)
{
	(void)argument;
	lock_assert_held(&world.sched_lock);
	executor_finish();
}

static void the_order_is_checked(void **state)
{
	(void)state;
	expect(SIM_FINISHED, "", in_order);
	expect(SIM_LOCK_ORDER, "lock ordering problem: trace > sched", out_of_order);
	expect(SIM_LOCK_ORDER, "lock ordering problem: sched > trace > allg",
	       not_below_the_outer_one);
	expect(SIM_LOCK_ORDER, "lock ordering problem: trace > mheap", may_acquire_out_of_order);
	expect(SIM_LOCK_ORDER, "lock ordering problem: sched > sched", the_same_rank_twice);
}

static void the_check_can_be_off(void **state)
{
	(void)state;
	expect(SIM_FINISHED, "", unchecked);
	lock_order_set_checked(true);
	expect(SIM_LOCK_ORDER, "lock ordering problem: trace > sched", out_of_order);
}

static void the_order_is_that_of_the_era(void **state)
{
	(void)state;
	assert_int_equal(lock_order_era(), LOCK_ERA_1_20);
	expect(SIM_FINISHED, "", buffer_is_flushed_under_the_heaps_lock);
	expect(SIM_LOCK_ORDER, "lock ordering problem: trace > mheap",
	       stack_grows_under_the_tracers_lock);
	lock_order_set_era(LOCK_ERA_1_19);
	assert_int_equal(lock_order_era(), LOCK_ERA_1_19);
	expect(SIM_LOCK_ORDER, "lock ordering problem: mheap > trace",
	       buffer_is_flushed_under_the_heaps_lock);
	expect(SIM_FINISHED, "", stack_grows_under_the_tracers_lock);
	expect(SIM_LOCK_ORDER, "lock ordering problem: trace > sched", out_of_order);
	lock_order_set_era(LOCK_ERA_1_20);
	expect(SIM_FINISHED, "", buffer_is_flushed_under_the_heaps_lock);
}

static void only_who_holds_it_releases_it(void **state)
{
	(void)state;
	expect(SIM_THROW, "a lock that must be held is not", release_of_another);
	expect(SIM_THROW, "a lock that must be held is not", held_by_nobody);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_order_is_checked),
		cmocka_unit_test(the_check_can_be_off),
		cmocka_unit_test(the_order_is_that_of_the_era),
		cmocka_unit_test(only_who_holds_it_releases_it),
	};
	return cmocka_run_group_tests_name("lock.lock", tests, NULL, NULL);
}
