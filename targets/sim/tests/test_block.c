/* Mutexes, notes and what nobody can get out of. */
#include <stdio.h>

#include "sim/tests/play.h"

enum { SEED_COUNT = 40 };

static struct {
	struct host_mutex mutexes[2];
	struct host_note note;
	uint32_t inside;
	uint32_t order_length;
	uint8_t order[8];
} shared;

static struct play *play_seed(uint32_t seed)
{
	struct play *play = play_new();
	play->scenario.schedule.policy = SCENARIO_UNIFORM;
	play->scenario.schedule.seed = seed;
	return play;
}

static void enter_and_leave(void *argument)
{
	(void)argument;
	for (int i = 0; i < 5; i++) {
		host_mutex_lock(&shared.mutexes[0], POINT_LOCK_FIRST);
		ensure(shared.inside++ == 0);
		host_yield(POINT_work, NULL);
		ensure(--shared.inside == 0);
		host_mutex_unlock(&shared.mutexes[0], POINT_LOCK_FIRST + 1);
	}
}

static void three_enter(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	play_threads(3, enter_and_leave);
}

static void a_mutex_excludes(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= SEED_COUNT; seed++)
		play_expect(play_seed(seed), SIM_FINISHED, three_enter);
}

/* All queue up behind the first thread, which then unlocks. */
static void queue_up(void *argument)
{
	const struct play_thread *thread = argument;
	host_mutex_lock(&shared.mutexes[0], POINT_LOCK_FIRST);
	shared.order[shared.order_length++] = (uint8_t)thread->index;
	host_mutex_unlock(&shared.mutexes[0], POINT_LOCK_FIRST + 1);
}

static void first_holds(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	struct play_thread *threads = host_allocate(4 * sizeof *threads);
	host_mutex_lock(&shared.mutexes[0], POINT_LOCK_FIRST);
	for (unsigned i = 0; i < 4; i++) {
		threads[i] = (struct play_thread){.index = i, .entry = queue_up};
		host_thread_start(&threads[i], play_thread_main);
	}
	while (shared.mutexes[0].waiter_count < 4)
		host_pause(POINT_work);
	host_mutex_unlock(&shared.mutexes[0], POINT_LOCK_FIRST + 1);
	/* The mutex is another's already: it cannot be taken back before the waiters have had it.
	 */
	host_mutex_lock(&shared.mutexes[0], POINT_LOCK_FIRST);
	ensure(shared.order_length == 4);
	executor_finish();
}

static void an_unlock_hands_over_in_order(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= SEED_COUNT; seed++) {
		play_expect(play_seed(seed), SIM_FINISHED, first_holds);
		for (uint8_t i = 0; i < 4; i++)
			assert_int_equal(shared.order[i], i);
	}
}

static void take_crosswise(void *argument)
{
	const struct play_thread *thread = argument;
	host_mutex_lock(&shared.mutexes[thread->index], POINT_LOCK_FIRST);
	while (shared.mutexes[1 - thread->index].owner_plus_one == 0)
		host_pause(POINT_work);
	host_mutex_lock(&shared.mutexes[1 - thread->index], POINT_LOCK_FIRST + 2);
}

static void two_crosswise(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	play_threads(2, take_crosswise);
}

static void describe_more(char *text, size_t size_bytes)
{
	size_t used = strlen(text);
	snprintf(text + used, size_bytes - used, "and the goroutines\n");
}

static void a_deadlock_tells_who_waits_for_whom(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= SEED_COUNT; seed++) {
		struct play *play = play_seed(seed);
		sim_set_deadlock_describer(describe_more);
		play_expect(play, SIM_DEADLOCK, two_crosswise);
		sim_set_deadlock_describer(NULL);
		assert_string_equal(play->report.text, "M0 sleeps\n"
						       "M1 waits at lock/sched, held by M2\n"
						       "M2 waits at lock/sched, held by M1\n"
						       "and the goroutines\n");
	}
}

static void sleep_for_ever(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	host_note_sleep(&shared.note, HOST_FOREVER);
	executor_finish();
}

static void nobody_left_to_wake_is_a_deadlock(void **state)
{
	struct play *play = play_new();
	(void)state;
	play_expect(play, SIM_DEADLOCK, sleep_for_ever);
	assert_string_equal(play->report.text, "M0 sleeps\n");
}

static void only_time_passes(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	for (;;)
		host_note_sleep(&shared.note, host_nanotime() + 1000);
}

static void a_clock_alone_is_no_progress(void **state)
{
	(void)state;
	play_expect(play_new(), SIM_DEADLOCK, only_time_passes);
}

enum { LOOK_COUNT = 1000, LOOK_NS = 4000 };

static void look_again_and_again(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	for (unsigned i = 0; i < LOOK_COUNT; i++)
		host_note_sleep(&shared.note, host_nanotime() + LOOK_NS);
	executor_finish();
}

static void a_scenario_may_sleep_for_long(void **state)
{
	(void)state;
	play_expect(play_new(), SIM_DEADLOCK, look_again_and_again);
	struct play *play = play_new();
	assert_true(scenario_append(&play->scenario, 0, SCENARIO_SLEEP, 4000, 0));
	play_expect(play, SIM_FINISHED, look_again_and_again);
}

static void wake_twice(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	host_note_wake(&shared.note);
	host_note_wake(&shared.note);
	executor_finish();
}

static void a_second_wakeup_is_fatal(void **state)
{
	struct play *play = play_new();
	(void)state;
	play_expect(play, SIM_THROW, wake_twice);
	assert_string_equal(play->report.text, "notewakeup - double wakeup");
}

static void wake_then_sleep(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	host_note_wake(&shared.note);
	ensure(host_note_sleep(&shared.note, HOST_FOREVER));
	host_note_clear(&shared.note);
	ensure(!host_note_sleep(&shared.note, host_nanotime() + 5000));
	host_note_wake(&shared.note);
	ensure(host_note_sleep(&shared.note, 0));
	executor_finish();
}

static void a_note_is_not_lost(void **state)
{
	(void)state;
	play_expect(play_new(), SIM_FINISHED, wake_then_sleep);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mutex_excludes),
		cmocka_unit_test(an_unlock_hands_over_in_order),
		cmocka_unit_test(a_deadlock_tells_who_waits_for_whom),
		cmocka_unit_test(nobody_left_to_wake_is_a_deadlock),
		cmocka_unit_test(a_clock_alone_is_no_progress),
		cmocka_unit_test(a_scenario_may_sleep_for_long),
		cmocka_unit_test(a_second_wakeup_is_fatal),
		cmocka_unit_test(a_note_is_not_lost),
	};
	return cmocka_run_group_tests_name("sim.block", tests, NULL, NULL);
}
