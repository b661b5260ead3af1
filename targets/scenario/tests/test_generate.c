/* Generated scenarios are valid, various, and depend on the seed alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scenario/fields.h"
#include "scenario/generate.h"
#include "scenario/tests/check.h"

enum { GENERATED_COUNT = 20000 };

static void generated_scenarios_are_valid_and_of_the_promised_size(void **state)
{
	struct choice_random random;
	struct scenario scenario;

	(void)state;
	choice_random_init(&random, 1);
	for (int i = 0; i < GENERATED_COUNT; i++) {
		scenario_generate(&random, &scenario);
		check_valid(&scenario);
		const struct scenario before = scenario;

		scenario_repair(&scenario);
		check_identical(&before, &scenario);
		assert_in_range(scenario.program_count, 1, 4);
		assert_in_range(scenario.operation_count, 8, 96);
	}
}

static void those_of_v1_have_what_that_tracer_plays(void **state)
{
	struct choice_random random;
	struct scenario scenario;
	uint32_t advance_count = 0;

	(void)state;
	choice_random_init(&random, 1);
	scenario_set_drawn_tracer(SCENARIO_TRACER_V1);
	for (int i = 0; i < GENERATED_COUNT; i++) {
		scenario_generate(&random, &scenario);
		check_valid(&scenario);
		assert_int_equal(scenario.configuration.dialect, SCENARIO_GO_1_19);
		for (size_t j = 0; j < scenario.operation_count; j++)
			advance_count += scenario.operations[j].id == SCENARIO_ADVANCE;
	}
	scenario_set_drawn_tracer(SCENARIO_TRACER_V2);
	assert_int_equal(advance_count, 0);
}

static void a_seed_gives_one_scenario(void **state)
{
	struct choice_random random;
	struct scenario first;
	struct scenario second;

	(void)state;
	for (uint64_t seed = 0; seed < 1000; seed++) {
		choice_random_init(&random, seed);
		scenario_generate(&random, &first);
		/* Nothing may be left over from what was there before. */
		memset(&second, 0xff, sizeof second);
		choice_random_init(&random, seed);
		scenario_generate(&random, &second);
		check_identical(&first, &second);
		choice_random_init(&random, seed + 1);
		scenario_generate(&random, &second);
		assert_false(scenario_equal(&first, &second));
	}
}

static void every_row_policy_action_and_value_occurs(void **state)
{
	struct choice_random random;
	struct scenario scenario;
	uint32_t rows[SCENARIO_OPERATION_ID_LIMIT] = {0};
	uint32_t policies[SCENARIO_POLICY_COUNT] = {0};
	uint32_t actions[SCENARIO_ACTION_COUNT] = {0};
	static uint32_t codes[32][256];

	(void)state;
	choice_random_init(&random, 2);
	for (int i = 0; i < GENERATED_COUNT; i++) {
		scenario_generate(&random, &scenario);
		for (size_t j = 0; j < scenario.operation_count; j++)
			rows[scenario.operations[j].id]++;
		policies[scenario.schedule.policy]++;
		for (size_t j = 0; j < scenario.override_count; j++)
			actions[scenario.overrides[j].action]++;
		for (size_t j = 0; j < scenario_field_count; j++) {
			const struct scenario_field *field = &scenario_fields[j];

			codes[j][scenario_field_code(
				field, scenario_field_get(field, &scenario.configuration))]++;
		}
	}
	for (size_t i = 0; i < scenario_operation_row_count; i++) {
		const struct scenario_operation_row *row = &scenario_operation_rows[i];

		if (row->class == SCENARIO_CLASS_MISUSE || row->class == SCENARIO_CLASS_TOOLCHAIN)
			assert_int_equal(rows[row->id], 0);
		else
			assert_true(rows[row->id] > 100);
	}
	for (size_t i = 0; i < SCENARIO_POLICY_COUNT; i++)
		assert_true(policies[i] > GENERATED_COUNT / 10);
	for (size_t i = 0; i < SCENARIO_ACTION_COUNT; i++)
		assert_true(actions[i] > 100);
	for (size_t i = 0; i < scenario_field_count; i++) {
		const struct scenario_field *field = &scenario_fields[i];

		for (size_t j = 0; j < scenario_field_drawn_count(field); j++)
			assert_true(codes[i][scenario_field_code(
					    field, scenario_field_drawn(field, j))] > 0);
		for (size_t j = 0; j < field->choice_count; j++)
			if (field->choices[j].is_never_drawn)
				assert_int_equal(codes[i][j], 0);
	}
}

static void toolchains_get_every_operation_that_they_perform(void **state)
{
	uint32_t rows[SCENARIO_OPERATION_ID_LIMIT] = {0};
	struct choice_random random;
	struct scenario scenario;

	(void)state;
	choice_random_init(&random, 3);
	for (int i = 0; i < GENERATED_COUNT; i++) {
		scenario_generate_for_toolchain(&random, &scenario);
		check_valid(&scenario);
		assert_int_equal(scenario.override_count, 0);
		for (size_t j = 0; j < scenario.operation_count; j++)
			rows[scenario.operations[j].id]++;
	}
	for (size_t i = 0; i < scenario_operation_row_count; i++) {
		const struct scenario_operation_row *row = &scenario_operation_rows[i];

		if (row->class == SCENARIO_CLASS_MISUSE || row->id == SCENARIO_READER_STALL ||
		    row->id == SCENARIO_START_READ_FIRST || row->id == SCENARIO_REGION_BEGIN_LONG ||
		    row->id == SCENARIO_HAND_OFF || row->id == SCENARIO_TRACE_ALLOC_FREE ||
		    row->id == SCENARIO_PANIC || row->id == SCENARIO_EXIT_PROCESS)
			assert_int_equal(rows[row->id], 0);
		else
			assert_true(rows[row->id] > 100);
	}
}

static bool contains(const struct scenario *scenario, const uint16_t *ids, size_t count)
{
	size_t next = 0;

	for (size_t i = 0; i < scenario->programs[0].count && next < count; i++)
		next += scenario->operations[i].id == ids[next];
	return next == count;
}

/* The situation of issue 65318 in its shortest form: fewer Ps inside a trace, a whole trace, more
 * Ps. */
static void controllers_make_sense_often(void **state)
{
	static const uint16_t trace[] = {SCENARIO_START, SCENARIO_STOP, SCENARIO_START,
					 SCENARIO_STOP};
	static const uint16_t revival[] = {SCENARIO_START, SCENARIO_MAXPROCS, SCENARIO_STOP,
					   SCENARIO_START, SCENARIO_STOP,     SCENARIO_MAXPROCS,
					   SCENARIO_START};
	struct choice_random random;
	struct scenario scenario;
	uint32_t trace_count = 0;
	uint32_t revival_count = 0;

	(void)state;
	choice_random_init(&random, 3);
	for (int i = 0; i < GENERATED_COUNT; i++) {
		scenario_generate(&random, &scenario);
		trace_count += contains(&scenario, trace, sizeof trace / sizeof trace[0]);
		revival_count += contains(&scenario, revival, sizeof revival / sizeof revival[0]);
	}
	assert_true(trace_count > GENERATED_COUNT / 4);
	assert_true(revival_count > GENERATED_COUNT / 50);
}

static void only_given_points_are_drawn(void **state)
{
	static const uint16_t ids[] = {5, 1000, 1117};
	struct choice_random random;

	(void)state;
	scenario_set_point_ids(ids, 3);
	choice_random_init(&random, 4);
	for (int i = 0; i < 1000; i++) {
		const uint16_t point = scenario_generate_override(&random).point;

		assert_true(point == 5 || point == 1000 || point == 1117);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(generated_scenarios_are_valid_and_of_the_promised_size),
		cmocka_unit_test(those_of_v1_have_what_that_tracer_plays),
		cmocka_unit_test(a_seed_gives_one_scenario),
		cmocka_unit_test(every_row_policy_action_and_value_occurs),
		cmocka_unit_test(toolchains_get_every_operation_that_they_perform),
		cmocka_unit_test(controllers_make_sense_often),
		cmocka_unit_test(only_given_points_are_drawn),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
