/* The order of locks as a person reads lock_rank.def: allowed pairs, forbidden pairs, and the names
 * of ranks and yield points. The pairs are written down here again, from the text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/point.h"
#include "lock/lock_rank.h"

struct pair {
	enum lock_rank held;
	enum lock_rank wanted;
};

#define PAIR(held, wanted) {LOCK_RANK_##held, LOCK_RANK_##wanted}

static void what_the_text_says_is_allowed(void **state)
{
	static const struct pair pairs[] = {
		/* As lines say. */
		PAIR(sysmon, sched),
		PAIR(wakeable_sleep, hchan),
		PAIR(sched, allg),
		PAIR(sched, allp),
		PAIR(hchan, sudog),
		PAIR(trace_strings, trace),
		PAIR(root, trace),
		PAIR(mheap, trace),
		PAIR(trace, trace_stack_tab),
		/* By way of others. */
		PAIR(sysmon, allp),
		PAIR(wakeable_sleep, trace_stack_tab),
		PAIR(stackpool, mheap),
		PAIR(gscan, trace),
		PAIR(sysmon, trace_type_tab),
		/* By way of what allocating and growing a stack may take. */
		PAIR(allg, mheap),
		PAIR(hchan, gscan),
		PAIR(timers, trace),
		PAIR(root, gscan),
	};
	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		assert_true(lock_rank_is_below(pairs[i].held, pairs[i].wanted));
}

static void what_no_line_allows_is_forbidden(void **state)
{
	static const struct pair pairs[] = {
		/* Nothing but the stack table under the tracer's lock (issue 53979). */
		PAIR(trace, mheap),
		PAIR(trace, gscan),
		PAIR(trace, sched),
		PAIR(trace, trace_strings),
		PAIR(trace_stack_tab, mheap),
		PAIR(trace_stack_tab, trace),
		PAIR(mheap, gscan),
		PAIR(sched, sysmon),
		PAIR(sched, hchan),
		PAIR(allg, allp),
		PAIR(allp, allg),
		PAIR(timers, hchan),
		PAIR(root, sched),
		PAIR(gscan, root),
		PAIR(trace_type_tab, trace_strings),
	};
	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		assert_false(lock_rank_is_below(pairs[i].held, pairs[i].wanted));
}

static void it_is_a_partial_order(void **state)
{
	(void)state;
	for (unsigned a = 0; a < LOCK_RANK_COUNT; a++) {
		assert_false(lock_rank_is_below((enum lock_rank)a, (enum lock_rank)a));
		for (unsigned b = 0; b < LOCK_RANK_COUNT; b++) {
			if (!lock_rank_is_below((enum lock_rank)a, (enum lock_rank)b))
				continue;
			assert_false(lock_rank_is_below((enum lock_rank)b, (enum lock_rank)a));
			for (unsigned c = 0; c < LOCK_RANK_COUNT; c++)
				if (lock_rank_is_below((enum lock_rank)b, (enum lock_rank)c))
					assert_true(lock_rank_is_below((enum lock_rank)a,
								       (enum lock_rank)c));
		}
	}
}

static void names_and_points_belong_together(void **state)
{
	uint16_t number;
	(void)state;
	assert_string_equal(lock_rank_name(LOCK_RANK_trace_stack_tab), "trace_stack_tab");
	assert_string_equal(lock_rank_point_name(POINT_LOCK_FIRST + 2 * LOCK_RANK_sched),
			    "lock/sched");
	assert_string_equal(lock_rank_point_name(POINT_LOCK_FIRST + 2 * LOCK_RANK_sched + 1),
			    "unlock/sched");
	assert_string_equal(lock_rank_point_name(POINT_world_stop), "stop-world/enter");
	assert_true(lock_rank_point_number("unlock/trace", &number));
	assert_int_equal(number, POINT_LOCK_FIRST + 2 * LOCK_RANK_trace + 1);
	assert_true(lock_rank_point_number("advance/generation-stored", &number));
	assert_int_equal(number, POINT_advance_generation_stored);
}

static void every_name_is_one_points(void **state)
{
	uint32_t named_count = 0;
	(void)state;
	for (unsigned i = 0; i < POINT_LIMIT; i++) {
		const char *name = lock_rank_point_name((uint16_t)i);
		uint16_t number;
		if (name == NULL)
			continue;
		named_count++;
		assert_true(lock_rank_point_number(name, &number));
		assert_int_equal(number, i);
	}
	assert_true(named_count > 100 + 2 * LOCK_RANK_COUNT);
}

static void unknown_ones_have_no_name_and_no_number(void **state)
{
	const char *const names[] = {"",      "lock/",       "lock/nothing",
				     "sched", "lock/sched ", "Lock/sched"};
	uint16_t number = 7;
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		assert_false(lock_rank_point_number(names[i], &number));
	assert_int_equal(number, 7);
	assert_null(lock_rank_point_name(0));
	assert_null(lock_rank_point_name(POINT_LOCK_FIRST - 1));
	assert_null(lock_rank_point_name(POINT_LOCK_FIRST + 2 * LOCK_RANK_COUNT));
	assert_null(lock_rank_point_name(UINT16_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_text_says_is_allowed),
		cmocka_unit_test(what_no_line_allows_is_forbidden),
		cmocka_unit_test(it_is_a_partial_order),
		cmocka_unit_test(names_and_points_belong_together),
		cmocka_unit_test(every_name_is_one_points),
		cmocka_unit_test(unknown_ones_have_no_name_and_no_number),
	};
	return cmocka_run_group_tests_name("lock.lock_rank", tests, NULL, NULL);
}
