/* Who comes next is a function of what the run has done so far. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rut/fuzz.h"

static struct fuzz_run run;
static struct fuzz_slice slots[2];

static void begin(const char *engine)
{
	memset(&run, 0, sizeof run);
	memset(slots, 0, sizeof slots);
	run.slices = slots;
	run.options.jobs = 2;
	run.options.time_s = 60;
	assert_true(fuzz_choose_builds("rotate", run.options.use_build));
	assert_true(fuzz_choose_engines(engine, run.options.use_engine));
	snprintf(run.targets[0].name, sizeof run.targets[0].name, "fuzz_trace_v2");
	snprintf(run.targets[1].name, sizeof run.targets[1].name, "race_trace_v2");
	run.target_count = 2;
}

/* Plays a slice of a second in the first slot. */
static const struct fuzz_slice *choose_and_end(void)
{
	fuzz_choose(&run, &slots[0]);
	struct fuzz_target *target = slots[0].target;
	target->slice_count[slots[0].build]++;
	target->counts[slots[0].build][slots[0].engine].busy_ms += 1000;
	return &slots[0];
}

static void each_judge_gets_its_turn(void **state)
{
	(void)state;
	unsigned turns[2][FUZZ_BUILD_COUNT] = {0};
	begin("both");
	assert_int_equal(fuzz_pair_count(&run), 4);
	for (int i = 0; i < 8; i++) {
		const struct fuzz_slice *slice = choose_and_end();
		turns[slice->target - run.targets][slice->build]++;
	}
	assert_int_equal(turns[0][FUZZ_PLAIN], 0);
	assert_int_equal(turns[0][FUZZ_ASAN], 2);
	assert_int_equal(turns[0][FUZZ_TSAN], 2);
	assert_int_equal(turns[0][FUZZ_ANNOTATIONS], 2);
	assert_int_equal(turns[1][FUZZ_TSAN], 2);
}

static void engines_alternate_in_each_pair(void **state)
{
	(void)state;
	unsigned turns[FUZZ_BUILD_COUNT][FUZZ_ENGINE_COUNT] = {0};
	unsigned first[FUZZ_ENGINE_COUNT] = {0};
	begin("both");
	run.target_count = 1;
	for (int i = 0; i < 12; i++) {
		const struct fuzz_slice *slice = choose_and_end();
		turns[slice->build][slice->engine]++;
		first[slice->engine] += i < 3;
	}
	for (int build = FUZZ_ASAN; build < FUZZ_BUILD_COUNT; build++) {
		assert_int_equal(turns[build][FUZZ_LIBFUZZER], 2);
		assert_int_equal(turns[build][FUZZ_AFL], 2);
	}
	assert_true(first[FUZZ_LIBFUZZER] > 0 && first[FUZZ_AFL] > 0);
}

static void real_threads_are_for_afl_where_it_is_alone(void **state)
{
	(void)state;
	begin("both");
	for (int i = 0; i < 12; i++) {
		const struct fuzz_slice *slice = choose_and_end();
		if (slice->target == &run.targets[1])
			assert_int_equal(slice->engine, FUZZ_LIBFUZZER);
	}
	begin("afl");
	assert_int_equal(fuzz_pair_count(&run), 4);
	assert_true(fuzz_target_uses(&run, &run.targets[1], FUZZ_TSAN));
	for (int i = 0; i < 4; i++)
		assert_int_equal(choose_and_end()->engine, FUZZ_AFL);
}

static void a_pair_that_runs_waits_for_the_others(void **state)
{
	(void)state;
	begin("libfuzzer");
	fuzz_choose(&run, &slots[0]);
	slots[0].pid = 1;
	slots[0].limit_ms = 1000;
	fuzz_choose(&run, &slots[1]);
	assert_true(slots[0].target != slots[1].target || slots[0].build != slots[1].build);
}

static int64_t length_after(int64_t had_ms, enum fuzz_engine engine, int64_t left_ms)
{
	struct fuzz_slice slice = {.target = &run.targets[0], .build = FUZZ_ASAN, .engine = engine};
	run.targets[0].counts[FUZZ_ASAN][FUZZ_LIBFUZZER].busy_ms = had_ms;
	return fuzz_slice_length_ms(&run, &slice, left_ms);
}

static void slices_grow_and_fill_the_time(void **state)
{
	(void)state;
	begin("both");
	assert_int_equal(length_after(0, FUZZ_LIBFUZZER, 60000), 2000);
	assert_int_equal(length_after(0, FUZZ_AFL, 60000), 4000);
	assert_int_equal(length_after(9000, FUZZ_LIBFUZZER, 60000), 9000);
	assert_int_equal(length_after(60000, FUZZ_LIBFUZZER, 60000), 15000);
	/* No crumbs: what is left behind a slice would be too short for another one. */
	assert_int_equal(length_after(60000, FUZZ_LIBFUZZER, 16000), 16000);
	/* Nothing is left where a killed run's findings took it all: not 0, which has no end. */
	assert_int_equal(length_after(0, FUZZ_LIBFUZZER, 0), 1000);
	assert_int_equal(length_after(0, FUZZ_AFL, -5000), 1000);
	run.options.time_s = 4;
	assert_int_equal(length_after(60000, FUZZ_LIBFUZZER, 60000), 2000);
	run.options.time_s = 86400;
	assert_int_equal(length_after(86400000, FUZZ_AFL, 86400000), 60000);
}

static void a_log_is_told_less_as_a_run_goes_on(void **state)
{
	(void)state;
	assert_int_equal(fuzz_plain_every_ms(0), 5000);
	assert_int_equal(fuzz_plain_every_ms(100000), 5000);
	assert_int_equal(fuzz_plain_every_ms(600000), 30000);
	assert_int_equal(fuzz_plain_every_ms(86400000), 60000);
}

static void seeds_differ_and_are_never_zero(void **state)
{
	(void)state;
	assert_int_equal(fuzz_slice_seed(7, 3), fuzz_slice_seed(7, 3));
	assert_int_not_equal(fuzz_slice_seed(7, 3), fuzz_slice_seed(7, 4));
	assert_int_not_equal(fuzz_slice_seed(7, 3), fuzz_slice_seed(8, 3));
	for (uint32_t i = 0; i < 1000; i++)
		assert_int_not_equal(fuzz_slice_seed(0, i), 0);
}

static void words_stand_for_engines(void **state)
{
	(void)state;
	static const char *const words[] = {"libfuzzer", "afl", "both"};
	bool uses[FUZZ_ENGINE_COUNT] = {false};
	assert_string_equal(fuzz_engine_word(uses), "none");
	for (size_t i = 0; i < 3; i++) {
		assert_true(fuzz_choose_engines(words[i], uses));
		assert_string_equal(fuzz_engine_word(uses), words[i]);
	}
	assert_false(fuzz_choose_engines("honggfuzz", uses));
	assert_string_equal(fuzz_engine_word(uses), "both");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_judge_gets_its_turn),
		cmocka_unit_test(engines_alternate_in_each_pair),
		cmocka_unit_test(real_threads_are_for_afl_where_it_is_alone),
		cmocka_unit_test(a_pair_that_runs_waits_for_the_others),
		cmocka_unit_test(slices_grow_and_fill_the_time),
		cmocka_unit_test(a_log_is_told_less_as_a_run_goes_on),
		cmocka_unit_test(seeds_differ_and_are_never_zero),
		cmocka_unit_test(words_stand_for_engines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
