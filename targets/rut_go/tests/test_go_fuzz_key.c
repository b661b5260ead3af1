/* Which runs are findings, and which findings are one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "rut_go/go_fuzz_key.h"

static struct real_go_result result_of(enum verdict_kind kind, const char *rule, const char *where)
{
	struct real_go_result result = {.verdict.kind = kind};
	snprintf(result.verdict.rule, sizeof result.verdict.rule, "%s", rule);
	snprintf(result.verdict.where, sizeof result.verdict.where, "%s", where);
	return result;
}

static void a_good_run_is_no_finding(void **state)
{
	(void)state;
	struct real_go_result result = result_of(VERDICT_OK, "", "");
	assert_false(go_fuzz_is_finding(&result));
	assert_false(go_fuzz_is_of_kind(&result, "ok"));
	snprintf(result.disagreement, sizeof result.disagreement, "trace 1: ...");
	assert_true(go_fuzz_is_finding(&result));
}

static void kinds_become_folder_names(void **state)
{
	(void)state;
	char kind[GO_FUZZ_KIND_SIZE];
	struct real_go_result result = result_of(VERDICT_TRACE_REJECTED, "../R2", "x");
	go_fuzz_kind(&result, kind);
	assert_string_equal(kind, "trace-rejected----R2");
	snprintf(result.disagreement, sizeof result.disagreement, "trace 1: ...");
	go_fuzz_kind(&result, kind);
	assert_string_equal(kind, "disagreement----R2");
	result = result_of(VERDICT_DEADLOCK, "", "x");
	go_fuzz_kind(&result, kind);
	assert_string_equal(kind, "deadlock");
	assert_true(go_fuzz_is_of_kind(&result, "deadlock"));
}

static void numbers_do_not_tell_findings_apart(void **state)
{
	(void)state;
	const struct real_go_result first = result_of(VERDICT_THROW, "", "addr=0x1f pc=12 in f");
	const struct real_go_result second = result_of(VERDICT_THROW, "", "addr=0xAbc pc=7 in f");
	const struct real_go_result third = result_of(VERDICT_THROW, "", "addr=0x1f pc=12 in g");
	assert_int_equal(go_fuzz_key(&first), go_fuzz_key(&second));
	assert_int_not_equal(go_fuzz_key(&first), go_fuzz_key(&third));
}

static void rules_verdicts_and_disagreements_do(void **state)
{
	(void)state;
	const struct real_go_result rejected = result_of(VERDICT_TRACE_REJECTED, "R1", "x");
	const struct real_go_result by_other = result_of(VERDICT_TRACE_REJECTED, "R2", "x");
	const struct real_go_result thrown = result_of(VERDICT_THROW, "R1", "x");
	struct real_go_result disputed = rejected;
	assert_int_not_equal(go_fuzz_key(&rejected), go_fuzz_key(&by_other));
	assert_int_not_equal(go_fuzz_key(&rejected), go_fuzz_key(&thrown));
	snprintf(disputed.disagreement, sizeof disputed.disagreement, "trace 1: one accepts");
	assert_int_not_equal(go_fuzz_key(&rejected), go_fuzz_key(&disputed));
	assert_false(go_fuzz_is_of_kind(&disputed, "trace-rejected-R1"));
}

static void judges_that_disagree_on_good_runs_differ_by_what_they_say(void **state)
{
	(void)state;
	struct real_go_result first = result_of(VERDICT_OK, "", "");
	struct real_go_result second = first, third = first;
	snprintf(first.disagreement, sizeof first.disagreement, "trace 1: rejects by rule R");
	snprintf(second.disagreement, sizeof second.disagreement, "trace 24: rejects by rule R");
	snprintf(third.disagreement, sizeof third.disagreement, "trace 1: rejects by rule S");
	assert_int_equal(go_fuzz_key(&first), go_fuzz_key(&second));
	assert_int_not_equal(go_fuzz_key(&first), go_fuzz_key(&third));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_run_is_no_finding),
		cmocka_unit_test(kinds_become_folder_names),
		cmocka_unit_test(numbers_do_not_tell_findings_apart),
		cmocka_unit_test(rules_verdicts_and_disagreements_do),
		cmocka_unit_test(judges_that_disagree_on_good_runs_differ_by_what_they_say),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
