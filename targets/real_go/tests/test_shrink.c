/* The shrinker against predicates whose smallest failing scenario is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "choice/random.h"
#include "real_go/shrink.h"
#include "scenario/generate.h"

enum { SEED_COUNT = 30 };

/* What decides about a run: the operations that are needed, and how often they are not enough. */
struct judge {
	struct choice_random random;
	uint32_t fails_of_100;
	uint32_t run_count;
	uint32_t run_count_max;
};

/* Whether the first program has a start, then maxprocs of at most 3, then a stop. */
static bool has_core(const struct scenario *scenario)
{
	const struct scenario_operation *operations = scenario_program_operations(scenario, 0);
	uint32_t stage = 0;
	for (size_t i = 0; i < scenario->programs[0].count; i++) {
		if (stage == 0 && operations[i].id == SCENARIO_START)
			stage = 1;
		else if (stage == 1 && operations[i].id == SCENARIO_MAXPROCS &&
			 operations[i].a <= 3)
			stage = 2;
		else if (stage == 2 && operations[i].id == SCENARIO_STOP)
			stage = 3;
	}
	return stage == 3 && scenario->configuration.procs >= 2 && scenario->programs[0].copies > 0;
}

static bool fails(void *context, const struct scenario *candidate)
{
	struct judge *judge = context;
	judge->run_count++;
	return has_core(candidate) &&
	       choice_random_chance(&judge->random, judge->fails_of_100, 100);
}

static bool goes_on(void *context, const struct real_go_shrink_progress *progress)
{
	const struct judge *judge = context;
	assert_int_equal(progress->run_count, judge->run_count);
	return judge->run_count < judge->run_count_max;
}

/* A random scenario of several programs around the core. */
static void make_failing(uint64_t seed, struct scenario *ret_scenario)
{
	struct choice_random random;
	choice_random_init(&random, seed);
	scenario_generate_for_toolchain(&random, ret_scenario);
	ret_scenario->configuration.procs = 6;
	scenario_append(ret_scenario, 0, SCENARIO_START, 0, 0);
	scenario_append(ret_scenario, 0, SCENARIO_REPEAT, 4, 0);
	scenario_append(ret_scenario, 0, SCENARIO_MAXPROCS, 3, 0);
	scenario_append(ret_scenario, 0, SCENARIO_END_REPEAT, 0, 0);
	scenario_append(ret_scenario, 0, SCENARIO_STOP, 0, 0);
	scenario_repair(ret_scenario);
	assert_true(has_core(ret_scenario));
	assert_true(ret_scenario->operation_count > 5);
}

static void run_counts_follow_from_rates(void **state)
{
	(void)state;
	/* 20 of 21: 1/21 is above 2.5 %, its square is not. 10 of 21: 11/21 to the 6th is 2.1 %. */
	assert_int_equal(real_go_shrink_run_count(20, 20, 1), 2);
	assert_int_equal(real_go_shrink_run_count(10, 20, 1), 6);
	assert_int_equal(real_go_shrink_run_count(1, 20, 1), 76);
	/* Of 4 runs fewer than 3 fail with 1.3 %, of 3 with 13.6 %. */
	assert_int_equal(real_go_shrink_run_count(20, 20, 3), 4);
	assert_int_equal(real_go_shrink_run_count(1, 20, 3), REAL_GO_SHRINK_RUN_COUNT_MAX);
	for (uint32_t failures = 1; failures < 20; failures++) {
		assert_true(real_go_shrink_run_count(failures, 20, 1) >=
			    real_go_shrink_run_count(failures + 1, 20, 1));
		assert_true(real_go_shrink_run_count(failures, 20, 3) >
				    real_go_shrink_run_count(failures, 20, 2) ||
			    real_go_shrink_run_count(failures, 20, 2) ==
				    REAL_GO_SHRINK_RUN_COUNT_MAX);
	}
}

static void what_always_fails_becomes_minimal(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEED_COUNT; seed++) {
		struct judge judge = {.fails_of_100 = 100, .run_count_max = UINT32_MAX};
		const struct real_go_shrink_options options = {fails, goes_on, &judge};
		struct scenario scenario;
		struct real_go_shrink_progress progress;
		choice_random_init(&judge.random, seed);
		make_failing(seed, &scenario);
		assert_true(real_go_shrink(&options, &scenario, &progress));
		assert_true(has_core(&scenario));
		assert_int_equal(scenario.program_count, 1);
		assert_int_equal(scenario.programs[0].copies, 1);
		assert_int_equal(scenario.operation_count, 3);
		assert_int_equal(scenario.operations[1].a, 1);
		assert_int_equal(scenario.configuration.procs, 2);
		assert_int_equal(progress.candidate_run_count, 2);
		assert_int_equal(progress.operation_count, 3);
		assert_int_equal(progress.run_count, judge.run_count);
	}
}

/* Each candidate is missed now and then; rounds go on until one changes nothing. */
static void what_fails_sometimes_becomes_small(void **state)
{
	(void)state;
	uint32_t minimal_count = 0;
	for (uint64_t seed = 1; seed <= SEED_COUNT; seed++) {
		struct judge judge = {.fails_of_100 = 40, .run_count_max = UINT32_MAX};
		const struct real_go_shrink_options options = {fails, goes_on, &judge};
		struct scenario scenario;
		struct real_go_shrink_progress progress;
		choice_random_init(&judge.random, seed);
		make_failing(seed, &scenario);
		assert_true(real_go_shrink(&options, &scenario, &progress));
		assert_true(has_core(&scenario));
		assert_in_range(progress.candidate_run_count, 3, 25);
		assert_in_range(scenario.operation_count, 3, 5);
		minimal_count += scenario.operation_count == 3;
	}
	assert_in_range(minimal_count, SEED_COUNT * 8 / 10, SEED_COUNT);
}

static void what_never_fails_again_stays(void **state)
{
	(void)state;
	struct judge judge = {.fails_of_100 = 0, .run_count_max = UINT32_MAX};
	const struct real_go_shrink_options options = {fails, goes_on, &judge};
	struct scenario scenario, before;
	choice_random_init(&judge.random, 1);
	make_failing(1, &scenario);
	before = scenario;
	assert_true(real_go_shrink(&options, &scenario, NULL));
	assert_true(scenario_equal(&scenario, &before));
}

static void the_time_may_be_over_at_any_run(void **state)
{
	(void)state;
	for (uint32_t run_count_max = 0; run_count_max < 60; run_count_max++) {
		struct judge judge = {.fails_of_100 = 100, .run_count_max = run_count_max};
		const struct real_go_shrink_options options = {fails, goes_on, &judge};
		struct scenario scenario;
		choice_random_init(&judge.random, 7);
		make_failing(7, &scenario);
		assert_false(real_go_shrink(&options, &scenario, NULL));
		assert_true(has_core(&scenario));
		assert_int_equal(judge.run_count, run_count_max);
	}
}

/* Whether the core is there, and fails often only where there is a worker beside it. */
static bool fails_rarely_without_worker(void *context, const struct scenario *candidate)
{
	struct judge *judge = context;
	judge->run_count++;
	return has_core(candidate) &&
	       choice_random_chance(&judge->random, candidate->program_count > 1 ? 80 : 4, 100);
}

/* One failure by luck among hundreds of candidates must not cost the rate; in one of twenty it may.
 */
static void what_fails_by_luck_is_not_taken(void **state)
{
	(void)state;
	uint32_t kept_count = 0;
	for (uint64_t seed = 1; seed <= SEED_COUNT; seed++) {
		struct judge judge = {.run_count_max = UINT32_MAX};
		const struct real_go_shrink_options options = {fails_rarely_without_worker, goes_on,
							       &judge};
		struct scenario scenario;
		choice_random_init(&judge.random, seed);
		make_failing(seed, &scenario);
		assert_true(real_go_shrink(&options, &scenario, NULL));
		assert_true(has_core(&scenario));
		kept_count += scenario.program_count > 1;
	}
	assert_true(kept_count + SEED_COUNT / 20 >= SEED_COUNT);
}

/* Whether the first program starts one that collects garbage. */
static bool has_child(void *context, const struct scenario *candidate)
{
	struct judge *judge = context;
	const struct scenario_operation *operations = scenario_program_operations(candidate, 0);
	judge->run_count++;
	for (size_t i = 0; i < candidate->programs[0].count; i++) {
		const uint16_t child = operations[i].a;
		if (operations[i].id == SCENARIO_GO && child > 0 &&
		    candidate->programs[child].count > 0 &&
		    scenario_program_operations(candidate, child)->id == SCENARIO_GC)
			return true;
	}
	return false;
}

/* `go` of a program that moves up must name its new place. */
static void goroutines_keep_their_programs(void **state)
{
	(void)state;
	struct judge judge = {.run_count_max = UINT32_MAX};
	const struct real_go_shrink_options options = {has_child, goes_on, &judge};
	struct scenario scenario;
	scenario_init(&scenario);
	scenario.program_count = 4;
	scenario_append(&scenario, 0, SCENARIO_GO, 1, 0);
	scenario_append(&scenario, 0, SCENARIO_GO, 2, 0);
	scenario_append(&scenario, 0, SCENARIO_GO, 3, 0);
	scenario_append(&scenario, 1, SCENARIO_GO, 2, 0);
	scenario_append(&scenario, 2, SCENARIO_YIELD, 0, 0);
	scenario_append(&scenario, 3, SCENARIO_GC, 0, 0);
	scenario_repair(&scenario);
	assert_true(real_go_shrink(&options, &scenario, NULL));
	assert_int_equal(scenario.program_count, 2);
	assert_int_equal(scenario.operation_count, 2);
	assert_int_equal(scenario.operations[0].a, 1);
	assert_int_equal(scenario.operations[1].id, SCENARIO_GC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(run_counts_follow_from_rates),
		cmocka_unit_test(what_always_fails_becomes_minimal),
		cmocka_unit_test(what_fails_sometimes_becomes_small),
		cmocka_unit_test(what_fails_by_luck_is_not_taken),
		cmocka_unit_test(what_never_fails_again_stays),
		cmocka_unit_test(the_time_may_be_over_at_any_run),
		cmocka_unit_test(goroutines_keep_their_programs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
