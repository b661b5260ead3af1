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

#include "oracle/rule.h"
#include "run/run.h"
#include "rut/command.h"
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
	char folder[] = "/tmp/test_replay.XXXXXX", path[64], target[512], here[256];
	assert_non_null(mkdtemp(folder));
	assert_non_null(getcwd(here, sizeof here));
	snprintf(path, sizeof path, "%s/scenario.rut", folder);
	assert_int_equal(COMMAND_RUN(rut_replay, folder), RUT_USAGE);
	snprintf(target, sizeof target, "%s/%s", here, STALE);
	assert_int_equal(symlink(target, path), 0);
	assert_int_equal(COMMAND_RUN(rut_replay, folder), RUT_FINE);
	snprintf(target, sizeof target, "%s/verdict.txt", folder);
	FILE *file = fopen(target, "w");
	assert_non_null(file);
	fputs("verdict  race\nrule     -\n", file);
	fclose(file);
	assert_int_equal(COMMAND_RUN(rut_replay, folder), RUT_FINE);
	if (*run_race_judge() == '\0')
		assert_told("build/tsan/bin/rut replay /tmp/");
	unlink(target);
	unlink(path);
	rmdir(folder);
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
		cmocka_unit_test(a_folder_of_a_finding_is_replayed),
		cmocka_unit_test(everything_has_a_meaning),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
