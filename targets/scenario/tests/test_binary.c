/* Every byte string is a valid scenario, and the encoding is canonical. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "choice/random.h"
#include "scenario/binary.h"
#include "scenario/generate.h"
#include "scenario/tests/check.h"

enum {
	RANDOM_INPUT_COUNT = 100000,
	INPUT_SIZE_MAX = 6000,
};

/* Bytes that a header and records could be: uniform ones would hardly ever hit a known operation.
 */
static size_t draw_input(struct choice_random *random, uint8_t *input)
{
	const bool is_plausible = choice_random_chance(random, 3, 4);
	const size_t size = choice_random_below(
		random, choice_random_chance(random, 1, 64) ? INPUT_SIZE_MAX : 400);

	for (size_t i = 0; i < size; i++)
		input[i] = (uint8_t)choice_random_u32(random);
	if (!is_plausible)
		return size;
	for (size_t i = SCENARIO_HEADER_SIZE; i + SCENARIO_RECORD_SIZE <= size;
	     i += SCENARIO_RECORD_SIZE) {
		input[i] = (uint8_t)choice_random_below(random, 3);
		input[i + 2] = (uint8_t)choice_random_below(random, 40);
		/* Repeats in each other are what can be wrong most. */
		if (choice_random_chance(random, 1, 3))
			input[i + 2] = (uint8_t)choice_random_range(random, SCENARIO_REPEAT,
								    SCENARIO_END_REPEAT);
		input[i + 3] = 0;
	}
	return size;
}

static void any_bytes_decode_to_a_canonical_scenario(void **state)
{
	static uint8_t input[INPUT_SIZE_MAX];
	static uint8_t first[SCENARIO_BINARY_SIZE_MAX];
	static uint8_t second[SCENARIO_BINARY_SIZE_MAX];
	struct choice_random random;
	struct scenario scenario;
	struct scenario again;
	uint32_t operation_count = 0;

	(void)state;
	choice_random_init(&random, 1);
	for (int i = 0; i < RANDOM_INPUT_COUNT; i++) {
		const size_t size = draw_input(&random, input);

		scenario_decode(input, size, &scenario);
		check_valid(&scenario);
		operation_count += scenario.operation_count;
		const size_t first_size = scenario_encode(&scenario, first, sizeof first);

		scenario_decode(first, first_size, &again);
		const size_t second_size = scenario_encode(&again, second, sizeof second);

		assert_int_equal(first_size, second_size);
		assert_memory_equal(first, second, first_size);
	}
	/* The inputs were worth decoding. */
	assert_true(operation_count > RANDOM_INPUT_COUNT);
}

static void no_bytes_are_a_scenario(void **state)
{
	struct scenario scenario;

	(void)state;
	scenario_decode(NULL, 0, &scenario);
	check_valid(&scenario);
	assert_int_equal(scenario.operation_count, 0);
	assert_int_equal(scenario.configuration.procs, 1);
}

static void decoding_reverses_encoding(void **state)
{
	uint8_t bytes[SCENARIO_BINARY_SIZE_MAX];
	struct choice_random random;
	struct scenario scenario;
	struct scenario again;

	(void)state;
	choice_random_init(&random, 2);
	for (int i = 0; i < 5000; i++) {
		scenario_generate(&random, &scenario);
		const size_t size = scenario_encode(&scenario, bytes, sizeof bytes);

		assert_int_equal(size, scenario_encoded_size(&scenario));
		scenario_decode(bytes, size, &again);
		check_identical(&scenario, &again);
		assert_true(scenario_equal(&scenario, &again));
	}
}

static void too_little_room_writes_nothing(void **state)
{
	uint8_t bytes[SCENARIO_HEADER_SIZE + 3 * SCENARIO_RECORD_SIZE] = {0xee};
	struct scenario scenario;

	(void)state;
	scenario_init(&scenario);
	for (int i = 0; i < 3; i++)
		assert_true(scenario_append(&scenario, 0, SCENARIO_YIELD, 0, 0));
	assert_int_equal(scenario_encode(&scenario, bytes, sizeof bytes - 1), 0);
	assert_int_equal(bytes[0], 0xee);
	assert_int_equal(scenario_encode(&scenario, bytes, sizeof bytes), sizeof bytes);
	assert_int_equal(bytes[0], SCENARIO_BINARY_VERSION);
}

/* A header for two programs and the given record. */
static void decode_record(const uint8_t record[SCENARIO_RECORD_SIZE], struct scenario *scenario)
{
	uint8_t bytes[SCENARIO_HEADER_SIZE + SCENARIO_RECORD_SIZE] = {[15] = 2};

	memcpy(bytes + SCENARIO_HEADER_SIZE, record, SCENARIO_RECORD_SIZE);
	scenario_decode(bytes, sizeof bytes, scenario);
	check_valid(scenario);
}

static void arguments_are_folded(void **state)
{
	struct scenario scenario;

	(void)state;
	/* maxprocs 0 and 65; b has no meaning there. */
	decode_record((const uint8_t[]){0, 1, 35, 0, 0, 0, 9, 9}, &scenario);
	assert_int_equal(scenario.programs[1].count, 1);
	assert_int_equal(scenario.operations[0].id, SCENARIO_MAXPROCS);
	assert_int_equal(scenario.operations[0].a, 1);
	assert_int_equal(scenario.operations[0].b, 0);
	decode_record((const uint8_t[]){0, 1, 35, 0, 65, 0, 9, 9}, &scenario);
	assert_int_equal(scenario.operations[0].a, 2);
	/* go 3 of two programs, in program 4 of two. */
	decode_record((const uint8_t[]){0, 4, 4, 0, 3, 0, 0, 0}, &scenario);
	assert_int_equal(scenario.programs[0].count, 1);
	assert_int_equal(scenario.operations[0].a, 1);
}

static void unknown_records_are_dropped(void **state)
{
	struct scenario scenario;

	(void)state;
	decode_record((const uint8_t[]){0, 0, 20, 0, 0, 0, 0, 0}, &scenario);
	assert_int_equal(scenario.operation_count, 0);
	decode_record((const uint8_t[]){0, 0, 0, 0, 0, 0, 0, 0}, &scenario);
	assert_int_equal(scenario.operation_count, 0);
	decode_record((const uint8_t[]){0, 0, 1, 1, 0, 0, 0, 0}, &scenario);
	assert_int_equal(scenario.operation_count, 0);
	decode_record((const uint8_t[]){2, 0, 1, 0, 0, 0, 0, 0}, &scenario);
	assert_int_equal(scenario.operation_count + scenario.override_count, 0);
}

static void overrides_are_folded(void **state)
{
	struct scenario scenario;

	(void)state;
	decode_record(
		(const uint8_t[]){1, SCENARIO_GROW + SCENARIO_ACTION_COUNT, 0x34, 0x12, 0, 0, 5, 0},
		&scenario);
	assert_int_equal(scenario.override_count, 1);
	assert_int_equal(scenario.overrides[0].action, SCENARIO_GROW);
	assert_int_equal(scenario.overrides[0].point, 0x1234);
	assert_int_equal(scenario.overrides[0].occurrence, 1);
	assert_int_equal(scenario.overrides[0].target, 0);
	decode_record((const uint8_t[]){1, SCENARIO_RUN, 1, 0, 2, 0, 130, 0}, &scenario);
	assert_int_equal(scenario.overrides[0].occurrence, 2);
	assert_int_equal(scenario.overrides[0].target, 2);
}

static void records_of_programs_may_be_mixed(void **state)
{
	uint8_t bytes[SCENARIO_HEADER_SIZE + 4 * SCENARIO_RECORD_SIZE] = {[15] = 2};
	static const uint8_t ids[] = {SCENARIO_START, SCENARIO_YIELD, SCENARIO_STOP,
				      SCENARIO_RETURN};
	struct scenario scenario;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		uint8_t *record = bytes + SCENARIO_HEADER_SIZE + i * SCENARIO_RECORD_SIZE;

		record[1] = (uint8_t)(1 - i % 2);
		record[2] = ids[i];
	}
	scenario_decode(bytes, sizeof bytes, &scenario);
	check_valid(&scenario);
	assert_int_equal(scenario.operations[0].id, SCENARIO_YIELD);
	assert_int_equal(scenario.operations[1].id, SCENARIO_RETURN);
	assert_int_equal(scenario.operations[2].id, SCENARIO_START);
	assert_int_equal(scenario.operations[3].id, SCENARIO_STOP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_bytes_decode_to_a_canonical_scenario),
		cmocka_unit_test(no_bytes_are_a_scenario),
		cmocka_unit_test(decoding_reverses_encoding),
		cmocka_unit_test(too_little_room_writes_nothing),
		cmocka_unit_test(arguments_are_folded),
		cmocka_unit_test(unknown_records_are_dropped),
		cmocka_unit_test(overrides_are_folded),
		cmocka_unit_test(records_of_programs_may_be_mixed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
