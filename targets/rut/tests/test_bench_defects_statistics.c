/* Medians, ratios and means: what was not waited for to its end never looks better than it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rut/bench_defects_statistics.h"

#define SEEN(length) {.value = (length)}
#define BOUND(length) {.value = (length), .is_bound = true}
#define MEDIAN(...)                                                                                \
	median_of((struct bench_length[]){__VA_ARGS__},                                            \
		  sizeof((struct bench_length[]){__VA_ARGS__}) / sizeof(struct bench_length))

static struct bench_length median_of(struct bench_length *lengths, size_t count)
{
	return bench_median(lengths, count);
}

static void assert_length(struct bench_length length, double value, bool is_bound)
{
	assert_true(length.value == value);
	assert_int_equal(length.is_bound, is_bound);
}

static void assert_ratio(struct bench_ratio ratio, double value, bool is_at_least, bool is_at_most)
{
	assert_true(ratio.value > value * 0.999999 && ratio.value < value * 1.000001);
	assert_int_equal(ratio.is_at_least, is_at_least);
	assert_int_equal(ratio.is_at_most, is_at_most);
}

static void within_the_median_half_of_the_trials_are_done(void **state)
{
	(void)state;
	assert_length(MEDIAN(SEEN(7)), 7, false);
	assert_length(MEDIAN(SEEN(9), SEEN(1), SEEN(5)), 5, false);
	assert_length(MEDIAN(SEEN(9), SEEN(1), SEEN(5), SEEN(7)), 5, false);
}

static void up_to_half_may_end_without_it_behind_the_median(void **state)
{
	(void)state;
	assert_length(MEDIAN(BOUND(9), SEEN(1), SEEN(5), BOUND(9)), 5, false);
	assert_length(MEDIAN(BOUND(5), SEEN(5), SEEN(4)), 5, false);
}

static void more_than_half_without_it_make_a_bound(void **state)
{
	(void)state;
	assert_length(MEDIAN(BOUND(9), SEEN(1), SEEN(5), BOUND(9), BOUND(9)), 9, true);
	assert_length(MEDIAN(BOUND(9)), 9, true);
	assert_length(MEDIAN(BOUND(30), BOUND(20), BOUND(10)), 20, true);
}

/* It may have been about to find: no more is known than if it had. */
static void a_trial_that_ends_early_without_it_makes_a_bound(void **state)
{
	(void)state;
	assert_length(MEDIAN(BOUND(2), SEEN(5), SEEN(7)), 5, true);
	assert_length(MEDIAN(SEEN(5), SEEN(7), SEEN(8), BOUND(7)), 7, false);
}

static void a_quotient_is_a_bound_to_the_side_of_what_is_not_known(void **state)
{
	(void)state;
	const struct bench_length ten = SEEN(10), five = SEEN(5), more = BOUND(10), none = SEEN(0);
	struct bench_ratio ratio = {.value = 77};
	assert_false(bench_divide(more, more, &ratio));
	assert_false(bench_divide(none, ten, &ratio));
	assert_false(bench_divide(ten, none, &ratio));
	assert_ratio(ratio, 77, false, false);
	assert_true(bench_divide(ten, five, &ratio));
	assert_ratio(ratio, 2, false, false);
	assert_true(bench_divide(more, five, &ratio));
	assert_ratio(ratio, 2, true, false);
	assert_true(bench_divide(five, more, &ratio));
	assert_ratio(ratio, 0.5, false, true);
}

static void one_bound_makes_a_mean_a_bound(void **state)
{
	(void)state;
	const struct bench_ratio four = {.value = 4}, hundred = {.value = 100},
				 more = {.value = 100, .is_at_least = true},
				 less = {.value = 100, .is_at_most = true};
	assert_ratio(bench_geometric_mean((struct bench_ratio[]){four, hundred}, 2), 20, false,
		     false);
	assert_ratio(bench_geometric_mean((struct bench_ratio[]){four, more}, 2), 20, true, false);
	assert_ratio(bench_geometric_mean((struct bench_ratio[]){less, four}, 2), 20, false, true);
	assert_ratio(bench_geometric_mean((struct bench_ratio[]){less, more}, 2), 100, true, true);
	assert_ratio(bench_geometric_mean(&four, 1), 4, false, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(within_the_median_half_of_the_trials_are_done),
		cmocka_unit_test(up_to_half_may_end_without_it_behind_the_median),
		cmocka_unit_test(more_than_half_without_it_make_a_bound),
		cmocka_unit_test(a_trial_that_ends_early_without_it_makes_a_bound),
		cmocka_unit_test(a_quotient_is_a_bound_to_the_side_of_what_is_not_known),
		cmocka_unit_test(one_bound_makes_a_mean_a_bound),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
