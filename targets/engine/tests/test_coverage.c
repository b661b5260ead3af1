/* A program that AFL++'s compiler made: its map is named here, and numbers are given to places as
 * AFL++'s run-time library does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/coverage.h"

enum { MAP_SIZE = PAGE_EDGE_COUNT_MAX, EDGE_COUNT = 100 };

extern uint8_t *__afl_area_ptr;
extern uint32_t __afl_map_size;
static uint8_t map[MAP_SIZE];
uint8_t *__afl_area_ptr = map;
uint32_t __afl_map_size = MAP_SIZE;

extern uint32_t places_begin[] __asm__("__start___sancov_guards");
extern uint32_t places_end[] __asm__("__stop___sancov_guards");
extern uint8_t counters_begin[] __asm__("__start___sancov_cntrs") __attribute__((weak));

static int set_up(void **state)
{
	(void)state;
	coverage_clear();
	for (uint32_t i = 0; i < places_end - places_begin; i++)
		places_begin[i] = EDGE_COUNT + i;
	return 0;
}

/* Where clang counts, there is another map. */
static void skip_if_clang_counts(void)
{
	if (counters_begin != NULL)
		skip();
}

static void how_often_an_edge_was_taken_is_forgotten(void **state)
{
	(void)state;
	skip_if_clang_counts();
	map[7] = 200;
	coverage_flatten();
	assert_int_equal(map[7], 1);
	assert_int_equal(map[8], 0);
}

static void a_run_aside_leaves_no_trace(void **state)
{
	(void)state;
	skip_if_clang_counts();
	map[7] = 1;
	coverage_hold();
	map[7] = 2;
	map[8] = 1;
	coverage_release();
	assert_int_equal(map[7], 1);
	assert_int_equal(map[8], 0);
}

static void a_pair_is_in_the_map_at_its_own_place(void **state)
{
	(void)state;
	skip_if_clang_counts();
	assert_int_equal(places_end - places_begin, PAGE_PAIR_COUNT);
	coverage_mark(3);
	coverage_give_pairs();
	assert_int_equal(map[EDGE_COUNT + 3], 1);
	assert_int_equal(map[EDGE_COUNT + 4], 0);
}

static void a_pair_counts_for_one_execution(void **state)
{
	(void)state;
	skip_if_clang_counts();
	coverage_mark(3);
	coverage_give_pairs();
	memset(map, 0, sizeof map);
	coverage_give_pairs();
	assert_int_equal(map[EDGE_COUNT + 3], 0);
}

static void a_pair_without_a_place_is_nowhere(void **state)
{
	(void)state;
	skip_if_clang_counts();
	places_begin[3] = 0;
	coverage_mark(3);
	coverage_give_pairs();
	assert_int_equal(map[0], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(how_often_an_edge_was_taken_is_forgotten, set_up),
		cmocka_unit_test_setup(a_run_aside_leaves_no_trace, set_up),
		cmocka_unit_test_setup(a_pair_is_in_the_map_at_its_own_place, set_up),
		cmocka_unit_test_setup(a_pair_counts_for_one_execution, set_up),
		cmocka_unit_test_setup(a_pair_without_a_place_is_nowhere, set_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
