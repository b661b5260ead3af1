/* What a search passes over, and what only looks like it. */
#include "real_go/tests/check.h"

#include <stdio.h>
#include <string.h>

#include "real_go/real_go.h"
#include "scenario/scenario.h"

static const struct {
	const char *verdict, *operation;
	unsigned minor_first, minor_last;
} rows[] = {
#define KNOWN(issue, verdict, rules, signature, operation, first, last, sentence)                  \
	{verdict, operation, first, last},
#include "real_go/known.def"
#undef KNOWN
};

static struct scenario scenario_with(uint16_t operation)
{
	struct scenario scenario;
	scenario_init(&scenario);
	assert_true(scenario_append(&scenario, 0, SCENARIO_START, 0, 0));
	assert_true(scenario_append(&scenario, 0, operation, 1, 0));
	scenario_repair(&scenario);
	return scenario;
}

static struct verdict rejection(const char *rule, const char *text)
{
	struct verdict verdict = {.kind = VERDICT_TRACE_REJECTED};
	snprintf(verdict.rule, sizeof verdict.rule, "%s", rule);
	snprintf(verdict.text, sizeof verdict.text, "%s", text);
	return verdict;
}

/* The issue, or "" when it is new. */
static const char *issue(unsigned minor, uint16_t operation, const char *rule, const char *text)
{
	const struct real_go_toolchain toolchain = {.minor = minor};
	const struct scenario scenario = scenario_with(operation);
	const struct verdict verdict = rejection(rule, text);
	const struct real_go_known *known = real_go_known(&toolchain, &scenario, &verdict);
	return known == NULL ? "" : known->issue;
}

static void a_known_finding_needs_its_operation(void **state)
{
	(void)state;
	const char *start = "ProcStart p=1 p_seq=2 on M102";
	const char *callback = "GoStartLocal g=18 on P0: needs G18 runnable; it is dead or unknown";
	assert_string_equal(issue(22, SCENARIO_MAXPROCS, "R2", start), "65318");
	assert_string_equal(issue(24, SCENARIO_MAXPROCS, "R2", start), "76572");
	assert_string_equal(issue(22, SCENARIO_WORK, "R2", start), "");
	assert_string_equal(issue(24, SCENARIO_WORK, "R2", start), "");
	assert_string_equal(issue(19, SCENARIO_CGO_CALLBACK, "V1-O1", callback), "29707");
	assert_string_equal(issue(19, SCENARIO_CGO_CALL, "V1-O1", callback), "");
}

static void an_operation_counts_wherever_it_stands(void **state)
{
	(void)state;
	struct scenario scenario = scenario_with(SCENARIO_WORK);
	const struct real_go_toolchain toolchain = {.minor = 22};
	const struct verdict verdict = rejection("R2", "ProcStart");
	assert_null(real_go_known(&toolchain, &scenario, &verdict));
	scenario.program_count = 2;
	scenario.programs[1] = (struct scenario_program){.first = scenario.operation_count};
	assert_true(scenario_append(&scenario, 1, SCENARIO_MAXPROCS, 2, 0));
	scenario_repair(&scenario);
	assert_non_null(real_go_known(&toolchain, &scenario, &verdict));
}

static void a_known_finding_needs_its_version_rule_and_signature(void **state)
{
	(void)state;
	const char *status = "GoStatusStack g=8 m=22413 status=2 stack=12 on no thread: "
			     "goroutine 8 runs on no thread";
	const char *proc = "ProcStatus p=1 status=1 on no thread: P 1 runs on no thread";
	const char *extra = "GoStartLocal g=18 on P0: needs G18 runnable; it is waiting with "
			    "sequence 2";
	assert_string_equal(issue(26, SCENARIO_WORK, "V-thread", status), "unreported");
	assert_string_equal(issue(27, SCENARIO_WORK, "V-thread", status), "unreported");
	assert_string_equal(issue(25, SCENARIO_WORK, "V-thread", status), "");
	assert_string_equal(issue(26, SCENARIO_WORK, "R10", status), "");
	assert_string_equal(issue(26, SCENARIO_WORK, "V-thread", proc), "");
	assert_string_equal(issue(21, SCENARIO_CGO_CALLBACK, "V1-O1", extra), "unreported");
	assert_string_equal(issue(20, SCENARIO_CGO_CALLBACK, "V1-O1", extra), "");
	assert_string_equal(issue(25, SCENARIO_GC, "R10",
				  "GoBlock reason=16 stack=0 on M5465: it needs a goroutine"),
			    "75665");
}

static void a_recorder_that_stands_still_is_known(void **state)
{
	(void)state;
	const struct scenario scenario = scenario_with(SCENARIO_RECORDER_SNAPSHOT);
	const struct scenario other = scenario_with(SCENARIO_WORK);
	const struct real_go_toolchain toolchain = {.minor = 25};
	struct verdict verdict = {.kind = VERDICT_TRUTH_MISMATCH};
	snprintf(verdict.rule, sizeof verdict.rule, "T-promised");
	assert_null(real_go_known(&toolchain, &scenario, &verdict));
	snprintf(verdict.where, sizeof verdict.where, "a flight recorder that is on stands still");
	assert_non_null(real_go_known(&toolchain, &scenario, &verdict));
	assert_null(real_go_known(&toolchain, &other, &verdict));
}

static void what_is_fine_is_no_known_finding(void **state)
{
	(void)state;
	const struct scenario scenario = scenario_with(SCENARIO_MAXPROCS);
	const struct real_go_toolchain toolchain = {.minor = 22};
	const struct verdict verdict = {.kind = VERDICT_OK};
	assert_null(real_go_known(&toolchain, &scenario, &verdict));
}

/* A misspelt word would hide nothing, unnoticed. */
static void every_row_names_what_there_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *operation = rows[i].operation;
		bool is_verdict = false;
		for (int kind = 0; kind < VERDICT_COUNT; kind++)
			is_verdict |= strcmp(verdict_name((enum verdict_kind)kind),
					     rows[i].verdict) == 0;
		if (!is_verdict)
			fail_msg("known.def: %s is no verdict", rows[i].verdict);
		if (*operation != '\0' &&
		    scenario_operation_row_named(operation, strlen(operation)) == NULL)
			fail_msg("known.def: %s is no operation", operation);
		assert_true(rows[i].minor_first <= rows[i].minor_last);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_known_finding_needs_its_operation),
		cmocka_unit_test(an_operation_counts_wherever_it_stands),
		cmocka_unit_test(a_known_finding_needs_its_version_rule_and_signature),
		cmocka_unit_test(a_recorder_that_stands_still_is_known),
		cmocka_unit_test(what_is_fine_is_no_known_finding),
		cmocka_unit_test(every_row_names_what_there_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
