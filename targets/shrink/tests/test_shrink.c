/* The shrinker against predicates whose smallest failing scenario is known, and against a defect.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/defect.h"
#include "choice/random.h"
#include "run/run.h"
#include "scenario/generate.h"
#include "shrink/finding.h"
#include "shrink/shrink.h"

enum { SEED_COUNT = 20, STEPS_OF_A_RUN = 1000 };

typedef bool predicate(const struct scenario *scenario);

struct judge {
	predicate *fails;
	uint64_t run_count;
	uint64_t stops_at; /* the run before which the caller ends it; 0: never */
};

static void run(void *context, const struct scenario *candidate, sim_step_listener *listener,
		sim_hit_listener *hit_listener, struct shrink_run *ret_run)
{
	struct judge *judge = context;
	struct scenario repaired = *candidate;
	(void)listener;
	(void)hit_listener;
	scenario_repair(&repaired);
	assert_memory_equal(&repaired, candidate, sizeof repaired);
	judge->run_count++;
	*ret_run = (struct shrink_run){.fails = judge->fails(candidate),
				       .step_count = STEPS_OF_A_RUN};
}

static bool goes_on(void *context, const struct shrink_progress *progress)
{
	const struct judge *judge = context;
	assert_int_equal(progress->run_count, judge->run_count);
	assert_int_equal(progress->step_count, judge->run_count * STEPS_OF_A_RUN);
	assert_true(judge->fails(progress->smallest));
	return judge->stops_at == 0 || judge->run_count + 1 < judge->stops_at;
}

static struct shrink_options options_for(struct judge *judge)
{
	return (struct shrink_options){
		.run = run,
		.goes_on = goes_on,
		.context = judge,
		.run_count_max = 200000,
		.step_count_max = UINT64_C(200000) * STEPS_OF_A_RUN,
	};
}

/* ---- Predicates ---------------------------------------------------------- */

static bool has_operation(const struct scenario *scenario, uint16_t id)
{
	for (size_t i = 0; i < scenario->operation_count; i++)
		if (scenario->operations[i].id == id)
			return true;
	return false;
}

static bool has_start_and_maxprocs(const struct scenario *scenario)
{
	return has_operation(scenario, SCENARIO_START) &&
	       has_operation(scenario, SCENARIO_MAXPROCS);
}

static bool has_override(const struct scenario *scenario, uint16_t point)
{
	for (size_t i = 0; i < scenario->override_count; i++)
		if (scenario->overrides[i].point == point &&
		    scenario->overrides[i].action == SCENARIO_RUN)
			return true;
	return false;
}

/* Needs two of the overrides, and no other policy than the one that leaves all to them. */
static bool has_two_switches(const struct scenario *scenario)
{
	return scenario->schedule.policy == SCENARIO_ROUND_ROBIN && has_override(scenario, 7) &&
	       has_override(scenario, 21) && has_operation(scenario, SCENARIO_STOP);
}

/* One seed of 8, and of no policy that is without chance. */
static bool needs_luck(const struct scenario *scenario)
{
	return scenario->schedule.policy == SCENARIO_UNIFORM && scenario->schedule.seed % 8 == 3 &&
	       has_start_and_maxprocs(scenario);
}

static bool never(const struct scenario *scenario)
{
	(void)scenario;
	return false;
}

/* About 200 operations, of several programs. */
static void make_large(uint64_t seed, struct scenario *ret_scenario)
{
	struct choice_random random;
	choice_random_init(&random, seed);
	scenario_generate(&random, ret_scenario);
	scenario_append(ret_scenario, 0, SCENARIO_START, 0, 0);
	scenario_append(ret_scenario, 0, SCENARIO_REPEAT, 4, 0);
	scenario_append(ret_scenario, 0, SCENARIO_MAXPROCS, 3, 0);
	scenario_append(ret_scenario, 0, SCENARIO_END_REPEAT, 0, 0);
	scenario_append(ret_scenario, 0, SCENARIO_STOP, 0, 0);
	while (ret_scenario->operation_count < 200) {
		const struct scenario_operation operation = scenario_generate_operation(
			&random, ret_scenario->program_count);
		scenario_append(ret_scenario, operation.a % ret_scenario->program_count,
				operation.id, operation.a, operation.b);
		scenario_repair(ret_scenario);
	}
}

/* ---- Tests --------------------------------------------------------------- */

static void what_is_needed_is_all_that_is_left(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEED_COUNT; seed++) {
		struct judge judge = {.fails = has_start_and_maxprocs};
		const struct shrink_options options = options_for(&judge);
		struct scenario scenario;
		make_large(seed, &scenario);
		assert_int_equal(shrink(&options, &scenario, NULL), SHRINK_MINIMAL);
		assert_true(has_start_and_maxprocs(&scenario));
		assert_int_equal(scenario.operation_count, 2);
		assert_int_equal(scenario.program_count, 1);
		assert_int_equal(scenario.programs[0].copies, 0);
		assert_int_equal(scenario.override_count, 0);
		assert_int_equal(scenario.configuration.procs, 1);
		assert_int_equal(scenario.configuration.signal_rate, 0);
		assert_int_equal(scenario.configuration.buffer_size_bytes, 65536);
		assert_int_equal(scenario.schedule.policy, SCENARIO_ROUND_ROBIN);
		assert_int_equal(scenario.schedule.seed, 0);
	}
}

static void overrides_that_are_needed_stay(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEED_COUNT; seed++) {
		struct judge judge = {.fails = has_two_switches};
		const struct shrink_options options = options_for(&judge);
		struct scenario scenario;
		make_large(seed, &scenario);
		scenario.schedule = (struct scenario_schedule){.policy = SCENARIO_ROUND_ROBIN,
							       .seed = (uint32_t)seed};
		scenario.override_count = SCENARIO_OVERRIDE_COUNT_MAX;
		for (uint16_t i = 0; i < SCENARIO_OVERRIDE_COUNT_MAX; i++)
			scenario.overrides[i] = (struct scenario_override){
				.point = i, .occurrence = 5, .action = SCENARIO_RUN, .target = 2};
		scenario_repair(&scenario);
		assert_int_equal(shrink(&options, &scenario, NULL), SHRINK_MINIMAL);
		assert_true(has_two_switches(&scenario));
		assert_int_equal(scenario.override_count, 2);
		assert_int_equal(scenario.operation_count, 1);
	}
}

static void a_candidate_gets_other_seeds(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEED_COUNT; seed++) {
		struct judge judge = {.fails = needs_luck};
		const struct shrink_options options = options_for(&judge);
		struct scenario scenario;
		make_large(seed, &scenario);
		scenario.schedule = (struct scenario_schedule){.policy = SCENARIO_UNIFORM,
							       .seed = 3};
		assert_int_equal(shrink(&options, &scenario, NULL), SHRINK_MINIMAL);
		assert_true(needs_luck(&scenario));
		assert_int_equal(scenario.operation_count, 2);
	}
}

static void equal_scenarios_give_equal_results(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEED_COUNT; seed++) {
		struct judge first = {.fails = needs_luck};
		struct judge second = {.fails = needs_luck};
		const struct shrink_options first_options = options_for(&first);
		const struct shrink_options second_options = options_for(&second);
		struct scenario left, right;
		make_large(seed, &left);
		left.schedule = (struct scenario_schedule){.policy = SCENARIO_UNIFORM, .seed = 11};
		right = left;
		shrink(&first_options, &left, NULL);
		shrink(&second_options, &right, NULL);
		assert_true(scenario_equal(&left, &right));
		assert_int_equal(first.run_count, second.run_count);
	}
}

static void a_budget_is_kept_and_the_best_as_well(void **state)
{
	(void)state;
	enum { VERIFICATION_COUNT = 2 };
	for (uint64_t run_count_max = 1; run_count_max < 400; run_count_max += 7) {
		struct judge judge = {.fails = has_start_and_maxprocs};
		struct shrink_options options = options_for(&judge);
		struct scenario scenario;
		options.run_count_max = run_count_max;
		make_large(5, &scenario);
		const enum shrink_ending ending = shrink(&options, &scenario, NULL);
		assert_true(ending == SHRINK_OVER_BUDGET || ending == SHRINK_MINIMAL);
		assert_true(has_start_and_maxprocs(&scenario));
		assert_true(judge.run_count <= run_count_max + VERIFICATION_COUNT);
	}
}

static void a_caller_may_stop_it_at_any_run(void **state)
{
	(void)state;
	for (uint64_t stops_at = 2; stops_at < 60; stops_at++) {
		struct judge judge = {.fails = has_start_and_maxprocs, .stops_at = stops_at};
		const struct shrink_options options = options_for(&judge);
		struct scenario scenario;
		make_large(6, &scenario);
		assert_int_equal(shrink(&options, &scenario, NULL), SHRINK_STOPPED);
		assert_true(has_start_and_maxprocs(&scenario));
	}
}

static void what_does_not_fail_stays(void **state)
{
	(void)state;
	struct judge judge = {.fails = never};
	const struct shrink_options options = options_for(&judge);
	struct scenario scenario, before;
	make_large(7, &scenario);
	before = scenario;
	assert_int_equal(shrink(&options, &scenario, NULL), SHRINK_NO_FAILURE);
	assert_true(scenario_equal(&scenario, &before));
	assert_int_equal(judge.run_count, 1);
}

static bool always_goes_on(void *context, const struct shrink_progress *progress)
{
	(void)context;
	(void)progress;
	return true;
}

/* From a random scenario of the simulator to one that a person reads, with a schedule that says
 * what happens. */
static void a_finding_becomes_readable(void **state)
{
	static struct run_result result;
	(void)state;
	/* A report ends this process there, and the tool has a child for each run. */
	if (run_race_judge()[0] != '\0')
		skip();
	const struct finding_options options = {.goes_on = always_goes_on, .run_count_max = 5000};
	struct scenario scenario;
	struct verdict verdict;
	struct shrink_progress progress;
	struct choice_random random;
	assert_true(defect_switch("issue_65607"));
	uint64_t seed = 0;
	do {
		choice_random_init(&random, ++seed);
		scenario_generate(&random, &scenario);
		const struct run_options run_options = run_options_for(&scenario);
		run_scenario(&run_options, &result);
	} while (result.verdict.kind == VERDICT_OK);
	assert_int_equal(finding_shrink(&options, &scenario, &verdict, &progress), SHRINK_MINIMAL);
	assert_int_equal(verdict.kind, VERDICT_NO_RACE_CONTEXT);
	assert_true(scenario.operation_count <= 4);
	assert_true(scenario.override_count <= 4);
	assert_int_equal(scenario.configuration.signal_rate, 0);
	assert_int_equal(scenario.schedule.policy, SCENARIO_ROUND_ROBIN);
	const struct run_options run_options = run_options_for(&scenario);
	run_scenario(&run_options, &result);
	assert_true(finding_is_same(&result.verdict, &verdict));
	defect_reset();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_needed_is_all_that_is_left),
		cmocka_unit_test(overrides_that_are_needed_stay),
		cmocka_unit_test(a_candidate_gets_other_seeds),
		cmocka_unit_test(equal_scenarios_give_equal_results),
		cmocka_unit_test(a_budget_is_kept_and_the_best_as_well),
		cmocka_unit_test(a_caller_may_stop_it_at_any_run),
		cmocka_unit_test(what_does_not_fail_stays),
		cmocka_unit_test(a_finding_becomes_readable),
	};
	return cmocka_run_group_tests_name("shrink.shrink", tests, NULL, NULL);
}
