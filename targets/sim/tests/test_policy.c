/* Policies: each replays to the same steps, each ends, and none starves anybody. */
#include "sim/tests/play.h"

enum { SEED_COUNT = 20, THREAD_COUNT = 4, MAIN_THREAD = 0, LOG_LENGTH = 4000 };

/* Who made each step, as the listener saw it. */
struct log {
	uint32_t length;
	uint8_t threads[LOG_LENGTH];
};

static void note_step(void *context, uint64_t step, unsigned thread, enum point point)
{
	struct log *log = context;
	(void)step;
	(void)point;
	if (log->length < LOG_LENGTH)
		log->threads[log->length++] = (uint8_t)thread;
}

static struct {
	struct atomic_u32 counter;
	struct atomic_u32 flag;
} shared;

static void count_up(void *argument)
{
	(void)argument;
	for (int i = 0; i < 40; i++)
		atomic_u32_add(POINT_work, &shared.counter, 1, memory_order_seq_cst);
}

static void four_count(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	play_threads(THREAD_COUNT, count_up);
}

static uint64_t run_logged(uint8_t policy, uint32_t seed, struct log *log)
{
	struct play *play = play_new();
	play->scenario.schedule.policy = policy;
	play->scenario.schedule.parameter = (uint8_t)seed;
	play->scenario.schedule.seed = seed;
	play->scenario.schedule.target_point = policy == SCENARIO_TARGET_BIASED
						       ? POINT_host_note_wake
						       : 0;
	play->options.listener = note_step;
	play->options.listener_context = log;
	log->length = 0;
	play_expect(play, SIM_FINISHED, four_count);
	assert_int_equal(atomic_load(&shared.counter.value), THREAD_COUNT * 40);
	return play->report.hash;
}

static void each_policy_replays(void **state)
{
	static struct log first, second;
	(void)state;
	for (uint8_t policy = 0; policy < SCENARIO_POLICY_COUNT; policy++) {
		for (uint32_t seed = 1; seed <= SEED_COUNT; seed++) {
			uint64_t hash = run_logged(policy, seed, &first);
			assert_int_equal(hash, run_logged(policy, seed, &second));
			assert_true(first.length > THREAD_COUNT * 40);
			assert_int_equal(first.length, second.length);
			assert_memory_equal(first.threads, second.threads, first.length);
		}
	}
}

/* Else a policy could ignore its seed, or be another under a second name. */
static void seeds_and_policies_differ(void **state)
{
	static struct log log;
	uint64_t hashes[SCENARIO_POLICY_COUNT];
	(void)state;
	for (uint8_t policy = 0; policy < SCENARIO_POLICY_COUNT; policy++) {
		uint32_t distinct = 0;
		hashes[policy] = run_logged(policy, 3, &log);
		for (uint32_t seed = 1; seed <= SEED_COUNT; seed++)
			distinct += run_logged(policy, seed, &log) != hashes[policy];
		assert_true(distinct >= SEED_COUNT / 2);
		for (uint8_t other = 0; other < policy; other++)
			assert_int_not_equal(hashes[other], hashes[policy]);
	}
}

/* Steps that others made between two of one thread, at most; the main one waits for them. */
static uint32_t longest_rest(const struct log *log)
{
	uint32_t last[THREAD_COUNT + 1] = {0};
	uint32_t longest = 0;
	for (uint32_t step = 0; step < log->length; step++) {
		const uint8_t thread = log->threads[step];
		assert_true(thread <= THREAD_COUNT);
		if (thread != MAIN_THREAD && last[thread] != 0 && step - last[thread] > longest)
			longest = step - last[thread];
		last[thread] = step;
	}
	return longest;
}

/* Threads that could run. */
static void stalled_threads_stand_still_for_long(void **state)
{
	enum { LONG = 80 };
	static struct log log;
	uint32_t uniform_count = 0;
	uint32_t stalls_count = 0;
	(void)state;
	for (uint32_t seed = 1; seed <= SEED_COUNT; seed++) {
		run_logged(SCENARIO_UNIFORM, seed, &log);
		uniform_count += longest_rest(&log) >= LONG;
		run_logged(SCENARIO_STALLS, 6 * seed, &log);
		stalls_count += longest_rest(&log) >= LONG;
	}
	assert_int_equal(uniform_count, 0);
	assert_true(stalls_count >= SEED_COUNT / 4);
}

static void wait_for_flag(void *argument)
{
	const struct play_thread *thread = argument;
	if (thread->index == 1) {
		for (int i = 0; i < 20; i++)
			host_yield(POINT_work, NULL);
		atomic_u32_store(POINT_work, &shared.flag, 1, memory_order_release);
		return;
	}
	while (atomic_u32_load(POINT_work, &shared.flag, memory_order_acquire) == 0)
		;
}

static void one_spins(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	play_threads(2, wait_for_flag);
}

static void a_spinning_thread_starves_nobody(void **state)
{
	(void)state;
	for (uint8_t policy = 0; policy < SCENARIO_POLICY_COUNT; policy++) {
		for (uint32_t seed = 1; seed <= SEED_COUNT; seed++) {
			struct play *play = play_new();
			play->scenario.schedule.policy = policy;
			play->scenario.schedule.seed = seed;
			play_expect(play, SIM_FINISHED, one_spins);
			assert_false(play->report.is_fair_phase_entered);
		}
	}
}

static void spin_for_ever(void *argument)
{
	(void)argument;
	for (;;)
		host_yield(POINT_work, NULL);
}

static void a_run_without_end_is_a_livelock(void **state)
{
	struct play *play = play_new();
	(void)state;
	play->options.step_count_max = 500;
	play_expect(play, SIM_LIVELOCK, spin_for_ever);
	assert_true(play->report.is_fair_phase_entered);
	/* As long again in the fair phase. */
	assert_int_equal(play->report.step_count, 1000);
}

static void end_when_winding_down(void *argument)
{
	(void)argument;
	while (!executor_is_winding_down())
		host_yield(POINT_work, NULL);
	executor_finish();
}

static void the_fair_phase_can_be_seen(void **state)
{
	struct play *play = play_new();
	(void)state;
	play->options.step_count_max = 500;
	play_expect(play, SIM_FINISHED, end_when_winding_down);
	assert_true(play->report.is_fair_phase_entered);
	assert_int_equal(play->report.step_count, 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_policy_replays),
		cmocka_unit_test(seeds_and_policies_differ),
		cmocka_unit_test(stalled_threads_stand_still_for_long),
		cmocka_unit_test(a_spinning_thread_starves_nobody),
		cmocka_unit_test(a_run_without_end_is_a_livelock),
		cmocka_unit_test(the_fair_phase_can_be_seen),
	};
	return cmocka_run_group_tests_name("sim.policy", tests, NULL, NULL);
}
