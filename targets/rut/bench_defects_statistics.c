#include "rut/bench_defects_statistics.h"

#include <math.h>
#include <stdlib.h>

#include "base/fatal.h"

/* At the same length an event comes before the end of a trial. */
static int compare_lengths(const void *left, const void *right)
{
	const struct bench_length *l = left;
	const struct bench_length *r = right;
	if (l->value != r->value)
		return l->value < r->value ? -1 : 1;
	return (int)l->is_bound - (int)r->is_bound;
}

struct bench_length bench_median(struct bench_length *lengths, size_t count)
{
	ensure(count > 0);
	qsort(lengths, count, sizeof *lengths, compare_lengths);
	const size_t middle = (count - 1) / 2;
	struct bench_length median = lengths[middle];
	for (size_t i = 0; i < middle; i++)
		median.is_bound |= lengths[i].is_bound;
	return median;
}

bool bench_divide(struct bench_length dividend, struct bench_length divisor,
		  struct bench_ratio *ret_ratio)
{
	if ((dividend.is_bound && divisor.is_bound) || dividend.value <= 0 || divisor.value <= 0)
		return false;
	*ret_ratio = (struct bench_ratio){
		.value = dividend.value / divisor.value,
		.is_at_least = dividend.is_bound,
		.is_at_most = divisor.is_bound,
	};
	return true;
}

struct bench_ratio bench_geometric_mean(const struct bench_ratio *ratios, size_t count)
{
	ensure(count > 0);
	struct bench_ratio mean = {0};
	for (size_t i = 0; i < count; i++) {
		mean.value += log(ratios[i].value);
		mean.is_at_least |= ratios[i].is_at_least;
		mean.is_at_most |= ratios[i].is_at_most;
	}
	mean.value = exp(mean.value / (double)count);
	return mean;
}
