/* rut replay: every deciding step is marked, nothing that the schedule names is left out, and each
 * verdict and rule has an explanation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/tests/test_folder.h"
#include "oracle/rule.h"
#include "run/run.h"
#include "rut/command.h"
#include "rut/fuzz_record.h"
#include "rut/meaning.h"
#include "rut/tests/command_run.h"
#include "truth/rule.h"

#define STALE "repro/issue-65318/p-dead-for-a-whole-trace.rut"
#define LOCKED "repro/issue-53979/stack-grows-in-the-flush-beside-a-heap-goal.rut"

static void assert_told(const char *text)
{
	if (strstr(command_output, text) == NULL)
		fail_msg("`%s' is not in what was printed", text);
}

/* The steps at the beginning of lines ascend; returns how many lines have one. */
static unsigned count_step_lines(void)
{
	unsigned long last = 0, step;
	unsigned count = 0;
	for (const char *line = command_output; line != NULL; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, "verdict", 7) == 0)
			break;
		char m;
		if (sscanf(line, "%lu %c", &step, &m) != 2 || m != 'm')
			continue;
		assert_true(step > last);
		last = step;
		count++;
	}
	return count;
}

static void a_run_is_told_with_its_deciding_steps(void **state)
{
	(void)state;
	assert_int_equal(COMMAND_RUN(rut_replay, "-d", "issue_65318", STALE), RUT_FINDING);
	assert_true(count_step_lines() > 50);
	assert_told(" ==> [1]");
	assert_told("P1 dies: GOMAXPROCS takes it away.");
	assert_told("begins runtime.StopTrace");
	assert_told("sections enter generation 3");
	assert_told("the reader gets buffer #");
	assert_told(" waits: ");
	assert_told("\nverdict   trace-rejected   rule R2   trace 3");
	assert_told("R2: ProcStart: an idle P");
	assert_told("rut show -d issue_65318:defect");
}

static void what_hits_a_thread_is_told(void **state)
{
	(void)state;
	assert_int_equal(COMMAND_RUN(rut_replay, "-d", "issue_53979:user_stack", LOCKED),
			 RUT_FINDING);
	assert_told("waits for the lock mheap");
	assert_told("a stack grows behind this step");
	assert_int_equal(
		COMMAND_RUN(rut_replay, "repro/issue-61768/sample-wakes-the-profiles-reader.rut"),
		RUT_FINE);
	assert_told("SIGPROF, its handler begins");
	assert_told("verdict   ok");
	assert_int_equal(
		COMMAND_RUN(rut_replay,
			    "corpus/fuzz_trace_v2/seed/system-call-loses-its-p-to-sysmon.rut"),
		RUT_FINE);
	assert_told("enters a system call");
	assert_told("takes P0 from m");
}

static void all_steps_have_a_line_each(void **state)
{
	(void)state;
	unsigned long step_count = 0;
	assert_int_equal(COMMAND_RUN(rut_replay, "--all", STALE), RUT_FINE);
	const char *steps = strstr(command_output, "\nsteps ");
	assert_non_null(steps);
	assert_int_equal(sscanf(steps, " steps %lu", &step_count), 1);
	assert_int_equal(count_step_lines(), step_count);
}

static void a_folder_of_a_finding_is_replayed(void **state)
{
	(void)state;
	const char *folder = test_folder, *path = test_path("scenario.rut");
	char target[512], here[256];
	assert_non_null(getcwd(here, sizeof here));
	assert_int_equal(COMMAND_RUN(rut_replay, folder), RUT_USAGE);
	snprintf(target, sizeof target, "%s/%s", here, STALE);
	assert_int_equal(symlink(target, path), 0);
	assert_int_equal(COMMAND_RUN(rut_replay, folder), RUT_FINE);
}

static void write_finding(const char *path, const char *verdict, const char *defect,
			  const char *target, const char *judge)
{
	struct fuzz_record record = {.failure_count = 2};
	snprintf(record.verdict.verdict, sizeof record.verdict.verdict, "%s", verdict);
	snprintf(record.defect, sizeof record.defect, "%s", defect);
	snprintf(record.target, sizeof record.target, "%s", target);
	snprintf(record.judge, sizeof record.judge, "%s", judge);
	assert_true(fuzz_record_write(&record, path));
}

static void a_finding_is_replayed_as_it_was_found(void **state)
{
	(void)state;
	const char *folder = test_folder;
	const char *scenario = test_path("scenario.rut"), *record = test_path("finding.json");
	char target[512], here[256];
	/* One that sees what this build does not. */
	const char *judge = strcmp(run_race_judge(), "tsan") == 0 ? "annotations" : "tsan";
	assert_non_null(getcwd(here, sizeof here));
	snprintf(target, sizeof target, "%s/%s", here, STALE);
	assert_int_equal(symlink(target, scenario), 0);

	write_finding(record, "trace-rejected", "issue_65318:defect", "fuzz_trace_v2", judge);
	assert_int_equal(COMMAND_RUN(rut_replay, folder), RUT_FINDING);
	assert_told("\nverdict   trace-rejected   rule R2");
	assert_null(strstr(command_output, "\nfound as "));
	assert_int_equal(COMMAND_RUN(rut_run, folder), RUT_FINDING);
	assert_int_equal(COMMAND_RUN(rut_diff, folder), RUT_FINDING);
	assert_int_equal(COMMAND_RUN(rut_diff, "-D", "issue_65318", folder), RUT_FINE);
	assert_int_equal(COMMAND_RUN(rut_replay, "-d", "issue_65318:fix_1_26", folder), RUT_FINE);
	assert_null(strstr(command_output, "\nfound as "));
	assert_int_equal(COMMAND_RUN(rut_shrink, "-q", "--runs=1", folder), RUT_FINE);
	assert_told("\nexpect issue_65318:defect trace-rejected R2\n");
	assert_int_equal(COMMAND_RUN(rut_show, folder), RUT_FINE);
	assert_told("issue_65318");
	assert_int_equal(COMMAND_RUN(rut_show, "-o", "/nonexistent/run.html", folder), RUT_USAGE);
	assert_int_equal(COMMAND_RUN(rut_export, "--go-trace", folder), RUT_FINE);
	assert_told("\nFAILURE ");
	assert_int_equal(COMMAND_RUN(rut_convert, folder), RUT_FINE);
	assert_told("\ntracer v2 ");

	/* What another build sees is told of as that build's. */
	write_finding(record, "race", "", "fuzz_trace_v2", judge);
	assert_int_equal(COMMAND_RUN(rut_replay, folder), RUT_FINE);
	snprintf(target, sizeof target, "/%s/bin/rut replay %s\n", judge, folder);
	assert_told("\nfound as  race, by ");
	assert_told(target);

	write_finding(record, "throw", "issue_1:gone", "fuzz_trace_v2", judge);
	assert_int_equal(COMMAND_RUN(rut_replay, folder), RUT_USAGE);
	write_finding(record, "throw", "", "fuzz_trace_reader_v2", judge);
	assert_int_equal(COMMAND_RUN(rut_replay, folder), RUT_USAGE);
	assert_int_equal(COMMAND_RUN(rut_run, folder), RUT_USAGE);
	assert_int_equal(COMMAND_RUN(rut_pin, "-d", "issue_65318", folder, "70001"), RUT_USAGE);
}

static void everything_has_a_meaning(void **state)
{
	(void)state;
	for (int kind = 0; kind < VERDICT_COUNT; kind++) {
		assert_non_null(meaning_of((enum verdict_kind)kind));
		assert_non_null(meaning_look((enum verdict_kind)kind));
	}
	for (int rule = RULE_NONE + 1; rule < RULE_COUNT; rule++) {
		assert_non_null(meaning_rule_sentence(rule_id((enum rule)rule)));
		assert_non_null(meaning_rule_effect(rule_id((enum rule)rule)));
	}
	for (int rule = 0; rule < TRUTH_RULE_COUNT; rule++)
		assert_non_null(meaning_rule_effect(truth_rule_id((enum truth_rule)rule)));
	assert_null(meaning_rule_sentence("R999"));
	assert_null(meaning_rule_effect(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_is_told_with_its_deciding_steps),
		cmocka_unit_test(what_hits_a_thread_is_told),
		cmocka_unit_test(all_steps_have_a_line_each),
		cmocka_unit_test_setup_teardown(a_folder_of_a_finding_is_replayed, test_folder_make,
						test_folder_remove),
		cmocka_unit_test_setup_teardown(a_finding_is_replayed_as_it_was_found,
						test_folder_make, test_folder_remove),
		cmocka_unit_test(everything_has_a_meaning),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
