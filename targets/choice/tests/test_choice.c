/* Draws stay in their bounds, are fair, and depend on the seed or the bytes alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "choice/bytes.h"
#include "choice/random.h"

enum { DRAW_COUNT = 100000 };

static void a_seed_gives_the_same_numbers_for_ever(void **state)
{
	struct choice_random random;

	(void)state;
	choice_random_init(&random, 0);
	assert_true(choice_random_u64(&random) == UINT64_C(0x7bbcb40d550682d0));
	assert_true(choice_random_u64(&random) == UINT64_C(0xde7fe413d00cc9fd));
}

static void every_seed_is_good(void **state)
{
	/* The one value that the mix maps to 0. */
	const uint64_t bad_seed = UINT64_C(0) - UINT64_C(0x9e3779b97f4a7c15);
	struct choice_random random;

	(void)state;
	assert_true(choice_mix(bad_seed) == 0);
	choice_random_init(&random, bad_seed);
	assert_true(choice_random_u64(&random) != 0);
	assert_true(choice_random_u64(&random) != choice_random_u64(&random));
}

static void bounded_draws_are_fair(void **state)
{
	struct choice_random random;
	uint32_t hits[7] = {0};

	(void)state;
	choice_random_init(&random, 1);
	for (int i = 0; i < DRAW_COUNT; i++)
		hits[choice_random_below(&random, 7)]++;
	for (size_t i = 0; i < 7; i++)
		assert_in_range(hits[i], DRAW_COUNT / 7 * 95 / 100, DRAW_COUNT / 7 * 105 / 100);
	assert_int_equal(choice_random_below(&random, 1), 0);
}

static void ranges_include_both_ends(void **state)
{
	struct choice_random random;
	uint32_t hits[3] = {0};

	(void)state;
	choice_random_init(&random, 2);
	for (int i = 0; i < 1000; i++)
		hits[choice_random_range(&random, 5, 7) - 5]++;
	for (size_t i = 0; i < 3; i++)
		assert_true(hits[i] > 0);
	bool is_high_seen = false;

	for (int i = 0; i < 1000; i++)
		is_high_seen |= choice_random_range(&random, 0, UINT32_MAX) > UINT32_MAX / 2;
	assert_true(is_high_seen);
	assert_int_equal(choice_random_range(&random, 9, 9), 9);
}

static void weights_are_kept(void **state)
{
	static const uint32_t weights[] = {0, 3, 0, 1, 0};
	struct choice_random random;
	uint32_t hits[5] = {0};

	(void)state;
	choice_random_init(&random, 3);
	for (int i = 0; i < DRAW_COUNT; i++)
		hits[choice_random_weighted(&random, weights, 5)]++;
	assert_int_equal(hits[0] + hits[2] + hits[4], 0);
	assert_in_range(hits[3], DRAW_COUNT / 4 * 95 / 100, DRAW_COUNT / 4 * 105 / 100);
}

static void chances_reach_never_and_always(void **state)
{
	struct choice_random random;

	(void)state;
	choice_random_init(&random, 4);
	for (int i = 0; i < 1000; i++) {
		assert_false(choice_random_chance(&random, 0, 16));
		assert_true(choice_random_chance(&random, 16, 16));
	}
}

static void bytes_decide_while_there_are_any(void **state)
{
	static const uint8_t data[] = {7, 1, 2, 3};
	struct choice_bytes choice;

	(void)state;
	choice_bytes_init(&choice, data, sizeof data);
	assert_int_equal(choice_bytes_below(&choice, 1), 0);
	assert_int_equal(choice_bytes_below(&choice, 5), 2);
	assert_int_equal(choice_bytes_range(&choice, 1000, 2000), 1000 + 0x102);
	assert_true(choice_bytes_bool(&choice));
	assert_true(choice_bytes_is_exhausted(&choice));
}

static void choices_go_on_after_the_last_byte(void **state)
{
	static const uint8_t data[] = {1, 2, 3};
	struct choice_bytes left;
	struct choice_bytes right;
	uint32_t hits[4] = {0};

	(void)state;
	choice_bytes_init(&left, data, sizeof data);
	choice_bytes_init(&right, data, sizeof data);
	for (int i = 0; i < 1000; i++) {
		const uint32_t value = choice_bytes_below(&left, 4);

		assert_int_equal(value, choice_bytes_below(&right, 4));
		hits[value]++;
	}
	for (size_t i = 0; i < 4; i++)
		assert_true(hits[i] > 0);
	choice_bytes_init(&left, NULL, 0);
	assert_true(choice_bytes_range(&left, 3, 4) >= 3);
}

static void different_bytes_go_on_differently(void **state)
{
	static const uint8_t data[] = {1, 2};
	struct choice_bytes left;
	struct choice_bytes right;
	int same_count = 0;

	(void)state;
	choice_bytes_init(&left, data, 1);
	choice_bytes_init(&right, data + 1, 1);
	for (int i = 0; i < 100; i++)
		same_count += choice_bytes_below(&left, 256) == choice_bytes_below(&right, 256);
	assert_true(same_count < 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_seed_gives_the_same_numbers_for_ever),
		cmocka_unit_test(every_seed_is_good),
		cmocka_unit_test(bounded_draws_are_fair),
		cmocka_unit_test(ranges_include_both_ends),
		cmocka_unit_test(weights_are_kept),
		cmocka_unit_test(chances_reach_never_and_always),
		cmocka_unit_test(bytes_decide_while_there_are_any),
		cmocka_unit_test(choices_go_on_after_the_last_byte),
		cmocka_unit_test(different_bytes_go_on_differently),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
