/* Mutants are valid and nearly always new, depend on the seed alone, and stay within their room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scenario/binary.h"
#include "scenario/generate.h"
#include "scenario/mutate.h"
#include "scenario/mutation.h"
#include "scenario/tests/check.h"

enum {
	CHAIN_LENGTH = 300,
	CHAIN_COUNT = 60,
};

static void chains_of_mutants_are_valid(void **state)
{
	struct choice_random random;
	struct scenario scenario;
	struct scenario other;
	uint32_t same_count = 0;
	uint16_t operations_most = 0;

	(void)state;
	choice_random_init(&random, 1);
	for (int i = 0; i < CHAIN_COUNT; i++) {
		scenario_generate(&random, &scenario);
		for (int j = 0; j < CHAIN_LENGTH; j++) {
			const struct scenario before = scenario;

			scenario_generate(&random, &other);
			scenario_mutate(&scenario, &random, j % 2 == 0 ? &other : NULL);
			check_valid(&scenario);
			same_count += scenario_equal(&scenario, &before);
			if (scenario.operation_count > operations_most)
				operations_most = scenario.operation_count;
		}
	}
	assert_true(same_count < CHAIN_COUNT * CHAIN_LENGTH / 100);
	assert_true(operations_most > 96);
}

static void mutants_stay_with_their_tracer(void **state)
{
	struct choice_random random;
	struct scenario scenario;

	(void)state;
	choice_random_init(&random, 1);
	scenario_set_drawn_tracer(SCENARIO_TRACER_V1);
	scenario_generate(&random, &scenario);
	for (int i = 0; i < CHAIN_LENGTH * 10; i++) {
		scenario_mutate(&scenario, &random, NULL);
		check_valid(&scenario);
		assert_int_equal(scenario.configuration.dialect, SCENARIO_GO_1_19);
	}
	scenario_set_drawn_tracer(SCENARIO_TRACER_V2);
}

/* Of the overrides that mutants get, how many are for a pass that the last run had. */
static unsigned passed_overrides(struct choice_random *random, const uint16_t *counts, size_t limit)
{
	unsigned count = 0;

	for (int i = 0; i < CHAIN_LENGTH; i++) {
		struct scenario scenario;

		scenario_init(&scenario);
		(void)scenario_append(&scenario, 0, SCENARIO_YIELD, 0, 0);
		scenario_mutate(&scenario, random, NULL);
		for (uint8_t k = 0; k < scenario.override_count; k++) {
			const struct scenario_override *override = &scenario.overrides[k];
			count += override->point < limit && counts[override->point] > 0 &&
				 override->occurrence <= counts[override->point];
		}
	}
	return count;
}

static void new_overrides_are_for_points_that_the_last_run_passed(void **state)
{
	enum { PASSED = 119, LIMIT = 128 };
	static uint16_t counts[LIMIT];
	struct choice_random random;

	(void)state;
	counts[PASSED] = 3;
	choice_random_init(&random, 7);
	const unsigned by_chance = passed_overrides(&random, counts, LIMIT);

	scenario_set_passes(counts, LIMIT);
	choice_random_init(&random, 7);
	const unsigned by_passes = passed_overrides(&random, counts, LIMIT);

	scenario_set_passes(NULL, 0);
	assert_true(by_passes > 10 * (by_chance + 1));
}

/* Of several overrides only the signals; and where there is none, those that come by chance. */
static void signals_are_aimed_at_others(void **state)
{
	const struct scenario_override run = {
		.point = 7, .occurrence = 3, .action = SCENARIO_RUN, .target = 2};
	const struct scenario_override signal = {
		.point = 5, .occurrence = 2, .action = SCENARIO_SIGNAL, .target = 1};
	struct choice_random random;
	unsigned target_count = 0;
	unsigned place_count = 0;

	(void)state;
	choice_random_init(&random, 3);
	for (int i = 0; i < CHAIN_LENGTH; i++) {
		struct scenario scenario;

		scenario_init(&scenario);
		scenario.overrides[0] = run;
		scenario.overrides[1] = signal;
		scenario.override_count = 2;
		assert_true(mutate_retarget_signal(&scenario, &random, &scenario));
		assert_memory_equal(&scenario.overrides[0], &run, sizeof run);
		assert_int_equal(scenario.overrides[1].action, SCENARIO_SIGNAL);
		target_count += scenario.overrides[1].target != 1;
		place_count += scenario.overrides[1].point != 5;
	}
	assert_true(target_count > CHAIN_LENGTH / 4);
	assert_true(place_count > CHAIN_LENGTH / 4);
}

static void without_signals_their_rate_changes(void **state)
{
	struct choice_random random;
	struct scenario scenario;

	(void)state;
	choice_random_init(&random, 3);
	scenario_init(&scenario);
	scenario.configuration.signal_rate = 64;
	assert_true(mutate_retarget_signal(&scenario, &random, &scenario));
	assert_int_not_equal(scenario.configuration.signal_rate, 64);
}

static void an_empty_scenario_grows(void **state)
{
	struct choice_random random;
	struct scenario scenario;

	(void)state;
	choice_random_init(&random, 2);
	scenario_init(&scenario);
	for (int i = 0; i < 50; i++)
		scenario_mutate(&scenario, &random, NULL);
	check_valid(&scenario);
	assert_true(scenario.operation_count > 0);
}

static void a_full_scenario_stays_within_its_limits(void **state)
{
	struct choice_random random;
	struct scenario full;
	struct scenario scenario;

	(void)state;
	choice_random_init(&random, 3);
	scenario_init(&full);
	full.program_count = SCENARIO_PROGRAM_COUNT_MAX;
	for (size_t i = 0; i < SCENARIO_OPERATION_COUNT_MAX; i++)
		assert_true(scenario_append(&full, i % SCENARIO_PROGRAM_COUNT_MAX, SCENARIO_WORK, 1,
					    0));
	while (full.override_count < SCENARIO_OVERRIDE_COUNT_MAX)
		full.overrides[full.override_count++] = scenario_generate_override(&random);
	scenario_repair(&full);
	for (int i = 0; i < 5000; i++) {
		scenario = full;
		scenario_mutate(&scenario, &random, &full);
		check_valid(&scenario);
	}
}

static void misuse_is_never_introduced(void **state)
{
	struct choice_random random;
	struct scenario scenario;

	(void)state;
	choice_random_init(&random, 4);
	scenario_generate(&random, &scenario);
	for (int i = 0; i < 20000; i++) {
		scenario_mutate(&scenario, &random, NULL);
		for (size_t j = 0; j < scenario.operation_count; j++)
			assert_int_not_equal(scenario.operations[j].id, SCENARIO_READ);
	}
}

static void bytes_are_mutated_by_the_seed_alone(void **state)
{
	static uint8_t first[SCENARIO_BINARY_SIZE_MAX];
	static uint8_t second[SCENARIO_BINARY_SIZE_MAX];
	size_t size = 0;
	uint32_t different_count = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 3000; seed++) {
		const size_t old_size = size;

		memcpy(second, first, sizeof first);
		size = scenario_mutate_bytes(first, old_size, sizeof first, seed);
		assert_int_equal(scenario_mutate_bytes(second, old_size, sizeof second, seed),
				 size);
		assert_memory_equal(first, second, size);
		assert_true(size > SCENARIO_HEADER_SIZE);
		size = scenario_mutate_bytes(second, size, sizeof second, seed + 1);
		different_count += memcmp(first, second, size) != 0;
		memcpy(first, second, sizeof first);
	}
	assert_true(different_count > 2900);
}

static void mutants_are_canonical(void **state)
{
	static uint8_t data[SCENARIO_BINARY_SIZE_MAX];
	static uint8_t again[SCENARIO_BINARY_SIZE_MAX];
	struct choice_random random;
	struct scenario scenario;

	(void)state;
	choice_random_init(&random, 5);
	for (uint64_t seed = 0; seed < 3000; seed++) {
		for (size_t i = 0; i < sizeof data; i++)
			data[i] = (uint8_t)choice_random_u32(&random);
		const size_t size = scenario_mutate_bytes(
			data, choice_random_below(&random, sizeof data + 1), sizeof data, seed);

		scenario_decode(data, size, &scenario);
		check_valid(&scenario);
		assert_int_equal(scenario_encode(&scenario, again, sizeof again), size);
		assert_memory_equal(data, again, size);
	}
}

static void tiny_inputs_become_whole_scenarios(void **state)
{
	uint8_t data[SCENARIO_BINARY_SIZE_MAX] = "\n";
	struct scenario scenario;

	(void)state;
	for (size_t size = 0; size < SCENARIO_HEADER_SIZE + SCENARIO_RECORD_SIZE; size++) {
		scenario_decode(data, scenario_mutate_bytes(data, size, sizeof data, size),
				&scenario);
		assert_true(scenario.operation_count >= 8);
	}
}

/* Exact rooms: AddressSanitizer sees the byte after. */
static void no_room_is_overrun(void **state)
{
	struct choice_random random;
	struct scenario scenario;
	static uint8_t whole[SCENARIO_BINARY_SIZE_MAX];

	(void)state;
	choice_random_init(&random, 6);
	for (uint64_t seed = 0; seed < 3000; seed++) {
		const size_t size_max = choice_random_below(&random, 400);
		uint8_t *data = test_malloc(size_max + 1);
		uint8_t *crossed = test_malloc(size_max + 1);

		scenario_generate(&random, &scenario);
		const size_t whole_size = scenario_encode(&scenario, whole, sizeof whole);
		const size_t size = whole_size < size_max ? whole_size : size_max;

		memcpy(data, whole, size);
		data[size_max] = 0xa5;
		crossed[size_max] = 0xa5;
		const size_t crossed_size = scenario_cross_bytes(data, size, whole, whole_size,
								 crossed, size_max, seed);

		assert_in_range(crossed_size, 0, size_max);
		assert_in_range(scenario_mutate_bytes(data, size, size_max, seed), 0, size_max);
		assert_int_equal(data[size_max], 0xa5);
		assert_int_equal(crossed[size_max], 0xa5);
		scenario_decode(crossed, crossed_size, &scenario);
		check_valid(&scenario);
		test_free(crossed);
		test_free(data);
	}
}

static void crossing_takes_from_both(void **state)
{
	uint8_t first[SCENARIO_BINARY_SIZE_MAX];
	uint8_t second[SCENARIO_BINARY_SIZE_MAX];
	uint8_t target[SCENARIO_BINARY_SIZE_MAX];
	struct scenario scenario;
	uint32_t operations_taken = 0;
	uint32_t schedules_taken = 0;

	(void)state;
	scenario_init(&scenario);
	for (int i = 0; i < 10; i++)
		assert_true(scenario_append(&scenario, 0, SCENARIO_YIELD, 0, 0));
	const size_t first_size = scenario_encode(&scenario, first, sizeof first);

	scenario.operations[0].id = SCENARIO_START;
	scenario.operations[1].id = SCENARIO_ADVANCE;
	scenario.schedule.seed = 77;
	const size_t second_size = scenario_encode(&scenario, second, sizeof second);

	for (uint64_t seed = 0; seed < 500; seed++) {
		const size_t size = scenario_cross_bytes(first, first_size, second, second_size,
							 target, sizeof target, seed);
		bool has_taken = false;

		scenario_decode(target, size, &scenario);
		check_valid(&scenario);
		for (size_t i = 0; i < scenario.operation_count; i++)
			has_taken |= scenario.operations[i].id != SCENARIO_YIELD;
		operations_taken += has_taken;
		schedules_taken += scenario.schedule.seed == 77;
	}
	assert_in_range(operations_taken, 100, 450);
	assert_in_range(schedules_taken, 100, 450);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chains_of_mutants_are_valid),
		cmocka_unit_test(mutants_stay_with_their_tracer),
		cmocka_unit_test(new_overrides_are_for_points_that_the_last_run_passed),
		cmocka_unit_test(signals_are_aimed_at_others),
		cmocka_unit_test(without_signals_their_rate_changes),
		cmocka_unit_test(an_empty_scenario_grows),
		cmocka_unit_test(a_full_scenario_stays_within_its_limits),
		cmocka_unit_test(misuse_is_never_introduced),
		cmocka_unit_test(bytes_are_mutated_by_the_seed_alone),
		cmocka_unit_test(mutants_are_canonical),
		cmocka_unit_test(tiny_inputs_become_whole_scenarios),
		cmocka_unit_test(no_room_is_overrun),
		cmocka_unit_test(crossing_takes_from_both),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
