/* The orders of locks as a person reads lock_order_*.def: allowed pairs, forbidden pairs, and the
 * names of ranks and yield points. The pairs are written down here again, from the texts. */
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
#define ARRAY_LENGTH(array) (sizeof(array) / sizeof(array)[0])

static void expect_allowed(enum lock_era era, const struct pair *pairs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_true(lock_rank_is_below(era, pairs[i].held, pairs[i].wanted));
}

static void expect_forbidden(enum lock_era era, const struct pair *pairs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_false(lock_rank_is_below(era, pairs[i].held, pairs[i].wanted));
}

static void what_the_text_says_is_allowed(void **state)
{
	static const struct pair pairs_1_20[] = {
		/* As lines say. */
		PAIR(wakeable_sleep, hchan),
		PAIR(hchan, sched),
		PAIR(trace_strings, trace_type_tab),
		/* By way of others. */
		PAIR(wakeable_sleep, trace_stack_tab),
		PAIR(sysmon, trace_type_tab),
	};
	static const struct pair pairs_1_19[] = {
		/* As lines say. */
		PAIR(allp, timers),
		PAIR(notify_list, trace),
		/* By way of others. */
		PAIR(sched, timers),
		PAIR(sched, gscan),
		PAIR(trace_buf, trace),
	};
	static const struct pair pairs[] = {
		/* As lines say. */
		PAIR(sysmon, sched),
		PAIR(sched, allg),
		PAIR(sched, allp),
		PAIR(hchan, sudog),
		PAIR(trace_strings, trace),
		PAIR(root, trace),
		PAIR(trace, trace_stack_tab),
		PAIR(profile, sched),
		/* By way of others. */
		PAIR(sysmon, allp),
		PAIR(stackpool, mheap),
		PAIR(gscan, wbuf_spans),
		/* By way of what allocating and growing a stack may take. */
		PAIR(allg, mheap),
		PAIR(hchan, gscan),
		PAIR(timers, trace),
		PAIR(root, gscan),
	};
	(void)state;
	expect_allowed(LOCK_ERA_1_20, pairs, ARRAY_LENGTH(pairs));
	expect_allowed(LOCK_ERA_1_20, pairs_1_20, ARRAY_LENGTH(pairs_1_20));
	expect_allowed(LOCK_ERA_1_19, pairs, ARRAY_LENGTH(pairs));
	expect_allowed(LOCK_ERA_1_19, pairs_1_19, ARRAY_LENGTH(pairs_1_19));
}

static void what_no_line_allows_is_forbidden(void **state)
{
	static const struct pair pairs_1_20[] = {
		PAIR(allp, timers),
	};
	static const struct pair pairs_1_19[] = {
		PAIR(hchan, sched),
		/* What later versions brought. */
		PAIR(wakeable_sleep, hchan),
		PAIR(trace_strings, trace_type_tab),
	};
	static const struct pair pairs[] = {
		PAIR(trace, sched),
		PAIR(trace, trace_strings),
		PAIR(trace_stack_tab, trace),
		PAIR(trace_strings, trace_buf),
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
	expect_forbidden(LOCK_ERA_1_20, pairs, ARRAY_LENGTH(pairs));
	expect_forbidden(LOCK_ERA_1_20, pairs_1_20, ARRAY_LENGTH(pairs_1_20));
	expect_forbidden(LOCK_ERA_1_19, pairs, ARRAY_LENGTH(pairs));
	expect_forbidden(LOCK_ERA_1_19, pairs_1_19, ARRAY_LENGTH(pairs_1_19));
}

/* Issue 53979: what the tracer's locks let be taken, and what lets them be taken, changed places
 * with the allocator's. */
static void the_tracers_locks_changed_places_with_the_allocators(void **state)
{
	static const enum lock_rank tracer[] = {LOCK_RANK_trace, LOCK_RANK_trace_stack_tab};
	static const enum lock_rank allocator[] = {LOCK_RANK_gscan, LOCK_RANK_stackpool,
						   LOCK_RANK_wbuf_spans, LOCK_RANK_mheap};
	(void)state;
	for (size_t t = 0; t < ARRAY_LENGTH(tracer); t++) {
		for (size_t a = 0; a < ARRAY_LENGTH(allocator); a++) {
			assert_true(lock_rank_is_below(LOCK_ERA_1_19, tracer[t], allocator[a]));
			assert_false(lock_rank_is_below(LOCK_ERA_1_19, allocator[a], tracer[t]));
			assert_true(lock_rank_is_below(LOCK_ERA_1_20, allocator[a], tracer[t]));
			assert_false(lock_rank_is_below(LOCK_ERA_1_20, tracer[t], allocator[a]));
		}
	}
}

static void expect_partial_order(enum lock_era era)
{
	for (enum lock_rank a = 0; a < LOCK_RANK_COUNT; a++) {
		assert_false(lock_rank_is_below(era, a, a));
		for (enum lock_rank b = 0; b < LOCK_RANK_COUNT; b++) {
			if (!lock_rank_is_below(era, a, b))
				continue;
			assert_false(lock_rank_is_below(era, b, a));
			for (enum lock_rank c = 0; c < LOCK_RANK_COUNT; c++)
				if (lock_rank_is_below(era, b, c))
					assert_true(lock_rank_is_below(era, a, c));
		}
	}
}

static void they_are_partial_orders(void **state)
{
	(void)state;
	expect_partial_order(LOCK_ERA_1_19);
	expect_partial_order(LOCK_ERA_1_20);
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
		cmocka_unit_test(the_tracers_locks_changed_places_with_the_allocators),
		cmocka_unit_test(they_are_partial_orders),
		cmocka_unit_test(names_and_points_belong_together),
		cmocka_unit_test(every_name_is_one_points),
		cmocka_unit_test(unknown_ones_have_no_name_and_no_number),
	};
	return cmocka_run_group_tests_name("lock.lock_rank", tests, NULL, NULL);
}
