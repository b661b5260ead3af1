/* Records of samples: what a handler writes into the ring is what its reader gets. */
#include "sched/tests/harness.h"
#include "trace/sample_record.h"

static struct {
	struct trace_sample samples[8];
	uint32_t count;
} seen;

static void keep(const void *context, const struct trace_sample *sample)
{
	ensure(context == &seen && seen.count < sizeof seen.samples / sizeof seen.samples[0]);
	seen.samples[seen.count++] = *sample;
}

/* A record of the v1 tracer, whose header has two words, one of lost samples, and one of v2. */
static void samples_are_told_and_losses_are_not(void **state)
{
	const struct p p = {.id = 3};
	const uint64_t v1[] = {
		6, 70,     trace_sample_p_word(&p),
		9, 0x1020, 0x1010, /* a sample */
		5, 71,     0,
		0, 12, /* twelve lost */
		5, 72,     trace_sample_p_word(NULL),
		0, 0x1030, /* no P, no goroutine */
	};
	const uint64_t v2[] = {6, 80, trace_sample_p_word(&p), 9, 104, 0x1040};
	const struct cpu_samples read_v1 = {.words = v1, .word_count = sizeof v1 / sizeof v1[0]};
	const struct cpu_samples read_v2 = {.words = v2, .word_count = sizeof v2 / sizeof v2[0]};
	(void)state;
	seen.count = 0;
	trace_samples_visit(&read_v1, 2, keep, &seen);
	trace_samples_visit(&read_v2, 3, keep, &seen);
	assert_int_equal(seen.count, 3);

	const struct trace_sample *first = &seen.samples[0];
	assert_true(first->time == 70 && first->p == 3 && first->g == 9 && first->m == 0);
	assert_int_equal(first->stack.depth, 2);
	assert_true(first->stack.pcs[0] == 0x1020 && first->stack.pcs[1] == 0x1010);
	const struct trace_sample *second = &seen.samples[1];
	assert_true(second->time == 72 && second->p == TRACE_SAMPLE_NO_P && second->g == 0);
	const struct trace_sample *third = &seen.samples[2];
	assert_true(third->p == 3 && third->g == 9 && third->m == 104);
	assert_true(third->stack.depth == 1 && third->stack.pcs[0] == 0x1040);
}

/* Else a sample on P 0 in the scheduler would be taken for a loss. */
static void no_p_has_the_word_zero(void **state)
{
	const struct p first = {.id = 0};
	(void)state;
	assert_int_not_equal(trace_sample_p_word(&first), 0);
	assert_int_not_equal(trace_sample_p_word(NULL), 0);
	assert_int_not_equal(trace_sample_p_word(&first), trace_sample_p_word(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_are_told_and_losses_are_not),
		cmocka_unit_test(no_p_has_the_word_zero),
	};
	return cmocka_run_group_tests_name("trace.sample_record", tests, NULL, NULL);
}
