/* Clocks: three modes, skew between threads, and sleeping. */
#include "sim/tests/play.h"

enum { READ_COUNT = 200 };

static struct {
	uint64_t times_ns[READ_COUNT];
	uint64_t last_ns; /* read by any thread */
	bool went_back;   /* between threads */
	struct host_note notes[3];
	uint32_t woken_length;
	uint8_t woken[3];
} shared;

static void read_often(void *argument)
{
	(void)argument;
	for (int i = 0; i < READ_COUNT; i++)
		shared.times_ns[i] = host_nanotime();
	executor_finish();
}

static uint32_t count_steps_forward(void)
{
	uint32_t count = 0;
	for (int i = 1; i < READ_COUNT; i++) {
		assert_true(shared.times_ns[i] >= shared.times_ns[i - 1]);
		count += shared.times_ns[i] > shared.times_ns[i - 1];
	}
	return count;
}

static struct play *play_clock(enum scenario_clock clock)
{
	struct play *play = play_new();
	memset(&shared, 0, sizeof shared);
	play->scenario.configuration.clock = (uint8_t)clock;
	return play;
}

static void a_normal_clock_is_later_at_every_read(void **state)
{
	(void)state;
	play_expect(play_clock(SCENARIO_CLOCK_NORMAL), SIM_FINISHED, read_often);
	assert_int_equal(count_steps_forward(), READ_COUNT - 1);
}

static void a_coarse_clock_repeats_itself(void **state)
{
	(void)state;
	play_expect(play_clock(SCENARIO_CLOCK_COARSE), SIM_FINISHED, read_often);
	assert_true(count_steps_forward() <= 1);
}

static void sleep_and_read(void *argument)
{
	(void)argument;
	uint64_t before_ns = host_nanotime();
	ensure(host_nanotime() == before_ns);
	ensure(!host_note_sleep(&shared.notes[0], before_ns + 5000));
	ensure(host_nanotime() == before_ns + 5000);
	executor_finish();
}

static void a_frozen_clock_moves_by_sleeping_only(void **state)
{
	(void)state;
	play_expect(play_clock(SCENARIO_CLOCK_FROZEN), SIM_FINISHED, read_often);
	assert_int_equal(count_steps_forward(), 0);
	play_expect(play_clock(SCENARIO_CLOCK_FROZEN), SIM_FINISHED, sleep_and_read);
}

static void count_ticks(void *argument)
{
	(void)argument;
	for (int i = 0; i < READ_COUNT; i++)
		shared.times_ns[i] = host_cputicks();
	uint64_t before_ns = host_nanotime();
	ensure(!host_note_sleep(&shared.notes[0], before_ns + 5000));
	ensure(host_cputicks() >= shared.times_ns[READ_COUNT - 1] + 5000);
	executor_finish();
}

static void the_counter_goes_on_whatever_the_clock_does(void **state)
{
	static const enum scenario_clock clocks[] = {SCENARIO_CLOCK_NORMAL, SCENARIO_CLOCK_COARSE,
						     SCENARIO_CLOCK_FROZEN};
	(void)state;
	for (size_t i = 0; i < sizeof clocks / sizeof clocks[0]; i++) {
		play_expect(play_clock(clocks[i]), SIM_FINISHED, count_ticks);
		assert_int_equal(count_steps_forward(), READ_COUNT - 1);
	}
}

static void compare_clocks(void *argument)
{
	(void)argument;
	uint64_t own_ns = 0;
	for (int i = 0; i < 20; i++) {
		uint64_t now_ns = host_nanotime();
		ensure(now_ns >= own_ns);
		own_ns = now_ns;
		shared.went_back |= now_ns < shared.last_ns;
		shared.last_ns = now_ns;
	}
}

static void three_compare(void *argument)
{
	(void)argument;
	play_threads(3, compare_clocks);
}

static uint32_t count_skewed(enum scenario_clock_skew skew)
{
	uint32_t count = 0;
	for (uint32_t seed = 1; seed <= 40; seed++) {
		struct play *play = play_clock(SCENARIO_CLOCK_NORMAL);
		play->scenario.schedule.policy = SCENARIO_UNIFORM;
		play->scenario.schedule.seed = seed;
		play->scenario.configuration.clock_skew = (uint8_t)skew;
		play_expect(play, SIM_FINISHED, three_compare);
		count += shared.went_back;
	}
	return count;
}

static void clocks_of_threads_disagree_only_with_skew(void **state)
{
	(void)state;
	assert_int_equal(count_skewed(SCENARIO_SKEW_NONE), 0);
	assert_true(count_skewed(SCENARIO_SKEW_SMALL) > 10);
	assert_true(count_skewed(SCENARIO_SKEW_LARGE) > 10);
}

static void sleep_by_index(void *argument)
{
	const struct play_thread *thread = argument;
	/* The later the thread, the earlier it is due. */
	uint64_t until_ns = host_nanotime() + 1000000 * (3 - thread->index);
	ensure(!host_note_sleep(&shared.notes[thread->index], until_ns));
	ensure(host_nanotime() >= until_ns);
	shared.woken[shared.woken_length++] = (uint8_t)thread->index;
}

static void three_sleep(void *argument)
{
	(void)argument;
	play_threads(3, sleep_by_index);
}

static void sleepers_wake_in_order_of_their_times(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 40; seed++) {
		struct play *play = play_clock((enum scenario_clock)(seed % 3));
		play->scenario.schedule.policy = (uint8_t)(seed % SCENARIO_POLICY_COUNT);
		play->scenario.schedule.seed = seed;
		play_expect(play, SIM_FINISHED, three_sleep);
		assert_memory_equal(shared.woken, "\2\1\0", 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_normal_clock_is_later_at_every_read),
		cmocka_unit_test(a_coarse_clock_repeats_itself),
		cmocka_unit_test(a_frozen_clock_moves_by_sleeping_only),
		cmocka_unit_test(the_counter_goes_on_whatever_the_clock_does),
		cmocka_unit_test(clocks_of_threads_disagree_only_with_skew),
		cmocka_unit_test(sleepers_wake_in_order_of_their_times),
	};
	return cmocka_run_group_tests_name("sim.clock", tests, NULL, NULL);
}
