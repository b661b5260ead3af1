/* What both executors' endings become. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "judge/judge.h"

static void misuse_is_excused_for_the_traces_bytes_alone(void **state)
{
	(void)state;
	assert_true(judge_excuses_misuse(VERDICT_DEADLOCK, "M0 sleeps"));
	assert_true(judge_excuses_misuse(VERDICT_LIVELOCK, "M0 runs"));
	assert_true(judge_excuses_misuse(VERDICT_THROW, "trace: reading after the end"));
	assert_false(judge_excuses_misuse(VERDICT_THROW, "casgstatus: bad status"));
	assert_false(judge_excuses_misuse(VERDICT_OK, ""));
	assert_false(judge_excuses_misuse(VERDICT_LOCK_ORDER, "trace before sched"));
	assert_false(judge_excuses_misuse(VERDICT_TRUTH_MISMATCH, "T01: trace"));
}

/* What ThreadSanitizer calls. */
void __tsan_on_report(void *report);

static void misuse_is_no_excuse_for_a_race(void **state)
{
	(void)state;
	__tsan_on_report(NULL);
	assert_false(judge_excuses_misuse(VERDICT_DEADLOCK, "M0 sleeps"));
	assert_true(judge_race_was_reported());
	assert_true(judge_excuses_misuse(VERDICT_DEADLOCK, "M0 sleeps"));
}

static void a_mismatch_names_its_rule(void **state)
{
	struct verdict verdict = {0};
	(void)state;
	verdict_set_mismatch(&verdict, "I25: the end, and 3 samples are missing");
	assert_int_equal(verdict.kind, VERDICT_TRUTH_MISMATCH);
	assert_string_equal(verdict.rule, "I25");
	assert_string_equal(verdict.text, "I25: the end, and 3 samples are missing");
	/* The same for all numbers. */
	assert_string_equal(verdict.where, verdict_sentence(VERDICT_TRUTH_MISMATCH));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(misuse_is_excused_for_the_traces_bytes_alone),
		cmocka_unit_test(misuse_is_no_excuse_for_a_race),
		cmocka_unit_test(a_mismatch_names_its_rule),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
