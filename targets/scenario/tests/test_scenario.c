/* Building, repairing and walking scenarios in memory; the table of operations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scenario/scenario.h"
#include "scenario/tests/check.h"

static void append(struct scenario *scenario, uint16_t id, uint16_t a)
{
	assert_true(scenario_append(scenario, 0, id, a, 0));
}

static void operations_stay_with_their_program(void **state)
{
	struct scenario scenario;

	(void)state;
	scenario_init(&scenario);
	scenario.program_count = 3;
	assert_true(scenario_append(&scenario, 2, SCENARIO_STOP, 0, 0));
	assert_true(scenario_append(&scenario, 0, SCENARIO_START, 0, 0));
	assert_true(scenario_append(&scenario, 1, SCENARIO_YIELD, 0, 0));
	assert_true(scenario_insert(&scenario, 0, 0,
				    (struct scenario_operation){.id = SCENARIO_WORK, .a = 3}));
	scenario_repair(&scenario);
	check_valid(&scenario);
	assert_int_equal(scenario_program_operations(&scenario, 0)[0].id, SCENARIO_WORK);
	assert_int_equal(scenario_program_operations(&scenario, 0)[1].id, SCENARIO_START);
	assert_int_equal(scenario_program_operations(&scenario, 1)[0].id, SCENARIO_YIELD);
	assert_int_equal(scenario_program_operations(&scenario, 2)[0].id, SCENARIO_STOP);
	scenario_remove(&scenario, 0, 0);
	scenario_remove(&scenario, 1, 0);
	scenario_repair(&scenario);
	check_valid(&scenario);
	assert_int_equal(scenario_program_operations(&scenario, 0)[0].id, SCENARIO_START);
	assert_int_equal(scenario.programs[1].count, 0);
	assert_int_equal(scenario_program_operations(&scenario, 2)[0].id, SCENARIO_STOP);
}

static void there_is_a_limit_to_operations(void **state)
{
	struct scenario scenario;

	(void)state;
	scenario_init(&scenario);
	for (int i = 0; i < SCENARIO_OPERATION_COUNT_MAX; i++)
		append(&scenario, SCENARIO_YIELD, 0);
	assert_false(scenario_append(&scenario, 0, SCENARIO_YIELD, 0, 0));
	scenario_repair(&scenario);
	check_valid(&scenario);
}

static void repeats_without_partner_are_dropped(void **state)
{
	struct scenario scenario;

	(void)state;
	scenario_init(&scenario);
	append(&scenario, SCENARIO_END_REPEAT, 0);
	append(&scenario, SCENARIO_REPEAT, 5);
	append(&scenario, SCENARIO_REPEAT, 7);
	append(&scenario, SCENARIO_YIELD, 0);
	append(&scenario, SCENARIO_END_REPEAT, 0);
	scenario_repair(&scenario);
	check_valid(&scenario);
	assert_int_equal(scenario.operation_count, 3);
	assert_int_equal(scenario.operations[0].a, 7);
	assert_int_equal(scenario.operations[0].match, 2);
	assert_int_equal(scenario.operations[2].match, 0);
}

static void deep_and_long_repeats_are_cut(void **state)
{
	struct scenario scenario;

	(void)state;
	scenario_init(&scenario);
	for (int i = 0; i < 4; i++)
		append(&scenario, SCENARIO_REPEAT, 64);
	append(&scenario, SCENARIO_YIELD, 0);
	for (int i = 0; i < 4; i++)
		append(&scenario, SCENARIO_END_REPEAT, 0);
	scenario_repair(&scenario);
	check_valid(&scenario);
	/* The innermost of four goes; 64 to the third is too much, 16 to the third is not. */
	assert_int_equal(scenario.operation_count, 7);
	assert_int_equal(scenario.operations[0].a, 16);
	const struct scenario before = scenario;

	scenario_repair(&scenario);
	check_identical(&before, &scenario);
}

static void the_cursor_unrolls_repeats(void **state)
{
	struct scenario scenario;
	struct scenario_cursor cursor = {0};
	const struct scenario_operation *operation;
	char seen[32] = "";
	size_t length = 0;

	(void)state;
	scenario_init(&scenario);
	append(&scenario, SCENARIO_WORK, 1);
	append(&scenario, SCENARIO_REPEAT, 2);
	append(&scenario, SCENARIO_WORK, 2);
	append(&scenario, SCENARIO_REPEAT, 3);
	append(&scenario, SCENARIO_WORK, 3);
	append(&scenario, SCENARIO_END_REPEAT, 0);
	append(&scenario, SCENARIO_REPEAT, 2);
	append(&scenario, SCENARIO_END_REPEAT, 0);
	append(&scenario, SCENARIO_END_REPEAT, 0);
	append(&scenario, SCENARIO_WORK, 4);
	scenario_repair(&scenario);
	while ((operation = scenario_cursor_next(&scenario, 0, &cursor)) != NULL)
		seen[length++] = (char)('0' + operation->a);
	assert_string_equal(seen, "1233323334");
	assert_null(scenario_cursor_next(&scenario, 0, &cursor));
	/* 1, repeat, twice (2, repeat, thrice (3, end), repeat, twice end, end), 4 */
	assert_int_equal(scenario_expanded_length(&scenario, 0),
			 1 + 1 + 2 * (1 + 1 + 6 + 1 + 2 + 1) + 1);
}

static void rows_are_found_by_id_and_by_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < scenario_operation_row_count; i++) {
		const struct scenario_operation_row *row = &scenario_operation_rows[i];

		assert_ptr_equal(scenario_operation_row(row->id), row);
		assert_ptr_equal(scenario_operation_row_named(row->name, strlen(row->name)), row);
		assert_true(row->a.min <= row->a.max);
		assert_true(row->b.min <= row->b.max);
		assert_true(i == 0 || scenario_operation_rows[i - 1].id < row->id);
	}
	assert_null(scenario_operation_row(0));
	assert_null(scenario_operation_row(20));
	assert_null(scenario_operation_row(UINT16_MAX));
	assert_null(scenario_operation_row_named("yiel", 4));
	assert_null(scenario_operation_row_named("yields", 6));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(operations_stay_with_their_program),
		cmocka_unit_test(there_is_a_limit_to_operations),
		cmocka_unit_test(repeats_without_partner_are_dropped),
		cmocka_unit_test(deep_and_long_repeats_are_cut),
		cmocka_unit_test(the_cursor_unrolls_repeats),
		cmocka_unit_test(rows_are_found_by_id_and_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
