/* Statistics of `rut bench-defects`: medians, ratios and means of what was not always waited for to
 * its end. No bound is ever taken for a value, and nothing is assumed of what was not seen. */
#ifndef RUT_BENCH_DEFECTS_STATISTICS_H
#define RUT_BENCH_DEFECTS_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>

/* How long something took, in executions or seconds. */
struct bench_length {
	double value;
	bool is_bound; /* it took longer: its trial ended at VALUE without it */
};

/* The least length within which half of the COUNT trials, at least one, had the event: of an even
 * number the lower of the two in the middle. A bound when a trial ended before that without it, so
 * always when more than half did. Sorts LENGTHS. */
struct bench_length bench_median(struct bench_length *lengths, size_t count);

/* A quotient, or a mean of some. Both flags: nothing is known but the size. */
struct bench_ratio {
	double value;
	bool is_at_least; /* a dividend was a bound: truly this or more */
	bool is_at_most;  /* a divisor was one */
};

/* False, and *RET_RATIO untouched, where nothing follows: both are bounds, or one is not above 0.
 */
bool bench_divide(struct bench_length dividend, struct bench_length divisor,
		  struct bench_ratio *ret_ratio);

/* The geometric mean of COUNT ratios, at least one; it is whatever any of them is. */
struct bench_ratio bench_geometric_mean(const struct bench_ratio *ratios, size_t count);

#endif
