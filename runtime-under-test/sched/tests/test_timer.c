/* Timers fire in order and not before their time; a sleep can be ended by others, or refused. */
#include "sched/semaphore.h"
#include "sched/tests/harness.h"
#include "sched/timer.h"

enum { TIMER_COUNT = 6, MICROSECOND_NS = 1000 };

static struct {
	struct timer timers[TIMER_COUNT];
	_Atomic uint32_t fired_count;
	_Atomic uint32_t fired[TIMER_COUNT];
	struct wakeable_sleep sleep;
	struct semaphore ended;
	_Atomic uint32_t is_asleep;
} shared;

static void reset(void)
{
	memset(&shared, 0, sizeof shared);
	semaphore_init(&shared.ended, 0);
}

static void note_fired(void *argument)
{
	const struct timer *timer = argument;
	ensure(host_stack_kind() == HOST_STACK_SYSTEM);
	ensure(host_nanotime() >= timer->when_ns);
	shared.fired[shared.fired_count++] = (uint32_t)(timer - shared.timers);
}

/* Equal times fire in order of arming. */
static void arm_out_of_order(void *argument)
{
	static const uint32_t delays_us[TIMER_COUNT] = {500, 100, 900, 100, 300, 100};
	static const uint32_t expected[TIMER_COUNT - 1] = {1, 3, 5, 4, 2};
	(void)argument;
	reset();
	uint64_t now_ns = host_nanotime() + 100 * MICROSECOND_NS;
	for (uint32_t i = 0; i < TIMER_COUNT; i++) {
		shared.timers[i] = (struct timer){
			.fire = note_fired, .argument = &shared.timers[i], .heap_index = -1};
		timer_arm(&shared.timers[i], now_ns + delays_us[i] * MICROSECOND_NS);
	}
	ensure(timer_disarm(&shared.timers[0]));
	ensure(!timer_disarm(&shared.timers[0]));
	while (shared.fired_count < TIMER_COUNT - 1)
		goroutine_sleep(200 * MICROSECOND_NS);
	for (uint32_t i = 0; i < TIMER_COUNT - 1; i++)
		ensure(shared.fired[i] == expected[i]);
	executor_finish();
}

static void timers_fire_in_order(void **state)
{
	const struct harness harness = {
		.proc_count = 1, .run_queue_length = 8, .program = arm_out_of_order};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

static void sleep_long_enough(void *argument)
{
	(void)argument;
	for (uint64_t us = 1; us < 1000; us *= 9) {
		uint64_t before_ns = host_nanotime();
		goroutine_sleep(us * MICROSECOND_NS);
		ensure(host_nanotime() >= before_ns + us * MICROSECOND_NS);
	}
	semaphore_release(&shared.ended, false);
}

static void many_sleep(void *argument)
{
	(void)argument;
	reset();
	for (int i = 0; i < 4; i++)
		goroutine_start(sleep_long_enough, NULL, 0x1010, false, NULL);
	for (int i = 0; i < 4; i++)
		semaphore_acquire(&shared.ended);
	executor_finish();
}

static void a_sleep_is_long_enough_and_ends(void **state)
{
	const struct harness harness = {
		.proc_count = 3, .run_queue_length = 8, .program = many_sleep};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

static void sleep_long(void *argument)
{
	(void)argument;
	goroutine_sleep(20000 * MICROSECOND_NS);
}

static _Atomic uint32_t interrupted_count;

/* This goroutine keeps its P, so only the M that sleeps for the later timer can fire the earlier.
 */
static void arm_under_a_sleeping_m(void *argument)
{
	(void)argument;
	reset();
	goroutine_start(sleep_long, NULL, 0x1010, false, NULL);
	goroutine_sleep(MICROSECOND_NS);
	for (int i = 0; i < 500; i++)
		host_yield(POINT_work, NULL);
	if (atomic_u64_peek(&sched->poll_until_ns) == 0)
		executor_finish();
	struct timer *timer = &shared.timers[0];
	uint64_t when_ns = host_nanotime() + 50 * MICROSECOND_NS;
	*timer = (struct timer){.fire = note_fired, .argument = timer, .heap_index = -1};
	timer_arm(timer, when_ns);
	while (shared.fired_count == 0)
		ensure(host_nanotime() < when_ns + 5000 * MICROSECOND_NS);
	interrupted_count++;
	executor_finish();
}

static void an_earlier_timer_wakes_the_m_that_sleeps_for_a_later_one(void **state)
{
	const struct harness harness = {
		.proc_count = 2, .run_queue_length = 8, .program = arm_under_a_sleeping_m};
	(void)state;
	interrupted_count = 0;
	harness_each_schedule(&harness, NULL);
	assert_true(interrupted_count > HARNESS_SEED_COUNT);
}

/* ---- Wakeable sleep -------------------------------------------------------------------------- */

static const uint64_t long_ns = UINT64_C(1000000) * MICROSECOND_NS;

static void sleep_until_woken(void *argument)
{
	(void)argument;
	for (int i = 0; i < 3; i++) {
		uint64_t before_ns = host_nanotime();
		shared.is_asleep++;
		wakeable_sleep_for(&shared.sleep, long_ns);
		ensure(host_nanotime() < before_ns + long_ns);
	}
	semaphore_release(&shared.ended, false);
}

static void wake_early(void *argument)
{
	(void)argument;
	reset();
	wakeable_sleep_init(&shared.sleep);
	goroutine_start(sleep_until_woken, NULL, 0x1010, false, NULL);
	for (uint32_t i = 1; i <= 3; i++) {
		while (shared.is_asleep < i)
			goroutine_yield();
		/* Maybe before it sleeps: the wakeup waits for it. */
		wakeable_sleep_wake(&shared.sleep);
	}
	semaphore_acquire(&shared.ended);
	executor_finish();
}

static void a_wakeup_ends_a_sleep_and_is_not_lost(void **state)
{
	const struct harness harness = {
		.proc_count = 2, .run_queue_length = 8, .program = wake_early};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

static void sleep_to_the_end(void *argument)
{
	(void)argument;
	reset();
	wakeable_sleep_init(&shared.sleep);
	uint64_t before_ns = host_nanotime();
	wakeable_sleep_for(&shared.sleep, 700 * MICROSECOND_NS);
	ensure(host_nanotime() >= before_ns + 700 * MICROSECOND_NS);

	wakeable_sleep_close(&shared.sleep);
	before_ns = host_nanotime();
	wakeable_sleep_for(&shared.sleep, long_ns);
	wakeable_sleep_wake(&shared.sleep);
	wakeable_sleep_for(&shared.sleep, long_ns);
	ensure(host_nanotime() < before_ns + long_ns);
	executor_finish();
}

static void a_sleep_ends_by_itself_and_a_closed_one_at_once(void **state)
{
	const struct harness harness = {
		.proc_count = 2, .run_queue_length = 8, .program = sleep_to_the_end};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(timers_fire_in_order),
		cmocka_unit_test(a_sleep_is_long_enough_and_ends),
		cmocka_unit_test(an_earlier_timer_wakes_the_m_that_sleeps_for_a_later_one),
		cmocka_unit_test(a_wakeup_ends_a_sleep_and_is_not_lost),
		cmocka_unit_test(a_sleep_ends_by_itself_and_a_closed_one_at_once),
	};
	return cmocka_run_group_tests_name("sched.timer", tests, NULL, NULL);
}
