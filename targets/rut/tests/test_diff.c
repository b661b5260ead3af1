/* rut diff: a run is the same as itself, and the first step or record that is not is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/tests/test_folder.h"
#include "rut/command.h"
#include "rut/tests/command_run.h"
#include "rut/trace_difference.h"

#define STALE "repro/issue-65318/p-dead-for-a-whole-trace.rut"
#define CONTROL "repro/issue-65318/procs-never-change.rut"
#define SAMPLE "repro/issue-52693/signal-on-the-system-stack.rut"

static void assert_told(const char *text)
{
	if (strstr(command_output, text) == NULL)
		fail_msg("`%s' is not in what was printed", text);
}

static void a_run_is_the_same_as_itself(void **state)
{
	(void)state;
	assert_int_equal(COMMAND_RUN(rut_diff, STALE), RUT_FINE);
	assert_int_equal(COMMAND_RUN(rut_diff, STALE, STALE), RUT_FINE);
	assert_int_equal(COMMAND_RUN(rut_diff, "-d", "issue_65318", "-D", "issue_65318", STALE),
			 RUT_FINE);
	assert_told("trace-rejected R2");
	assert_told("the same: all ");
}

/* "m2 P0 g2 status/look" of STEP, of a run of all steps that was just told. */
static void step_of_replay(unsigned step, char *text, size_t size_bytes)
{
	char number[24];
	snprintf(number, sizeof number, "\n%9u  ", step);
	const char *line = strstr(command_output, number);
	assert_non_null(line);
	line += strlen(number);
	snprintf(text, size_bytes, "%.*s", (int)strcspn(line, "\n"), line);
}

/* Before STEP both runs do the same, in it not. */
static void assert_parting(unsigned step)
{
	char first[2][128], second[2][128];
	assert_int_equal(COMMAND_RUN(rut_replay, "--all", "-d", "issue_65318", STALE), RUT_FINDING);
	step_of_replay(step - 1, first[0], sizeof first[0]);
	step_of_replay(step, first[1], sizeof first[1]);
	assert_int_equal(COMMAND_RUN(rut_replay, "--all", STALE), RUT_FINE);
	step_of_replay(step - 1, second[0], sizeof second[0]);
	step_of_replay(step, second[1], sizeof second[1]);
	assert_string_equal(first[0], second[0]);
	assert_string_not_equal(first[1], second[1]);
}

static void two_settings_part_at_a_step(void **state)
{
	(void)state;
	unsigned last = 0, first_of_a = 0, first_of_b = 0;
	char point_of_a[64], point_of_b[64], who[3][16];
	assert_int_equal(COMMAND_RUN(rut_diff, "-d", "issue_65318", STALE), RUT_FINDING);
	assert_told("A  issue_65318:defect ");
	assert_told("B  default ");
	assert_told("in runtime.StartTrace, on m0");
	assert_int_equal(sscanf(strstr(command_output, "steps 1 to "), "steps 1 to %u", &last), 1);
	assert_int_equal(sscanf(strstr(command_output, "\nA goes on\n"),
				" A goes on %u %15s %15s %15s %63s", &first_of_a, who[0], who[1],
				who[2], point_of_a),
			 5);
	assert_int_equal(sscanf(strstr(command_output, "\nB goes on\n"),
				" B goes on %u %15s %15s %15s %63s", &first_of_b, who[0], who[1],
				who[2], point_of_b),
			 5);
	assert_int_equal(first_of_a, last + 1);
	assert_int_equal(first_of_b, last + 1);
	assert_string_not_equal(point_of_a, point_of_b);
	assert_parting(last + 1);
}

static void a_run_that_ends_early_has_the_steps_of_the_other(void **state)
{
	(void)state;
	assert_int_equal(COMMAND_RUN(rut_diff, "-d", "issue_52693", SAMPLE), RUT_FINDING);
	assert_told("\nA ends here\n");
	assert_told("\nB goes on\n");
	assert_int_equal(COMMAND_RUN(rut_diff, "-D", "issue_52693", SAMPLE), RUT_FINDING);
	assert_told("\nB ends here\n");
}

static void two_files_are_compared(void **state)
{
	(void)state;
	assert_int_equal(COMMAND_RUN(rut_diff, STALE, CONTROL), RUT_FINDING);
	assert_told(STALE);
	assert_told(CONTROL);
	assert_int_equal(COMMAND_RUN(rut_diff, STALE, "missing.rut"), RUT_USAGE);
	assert_int_equal(COMMAND_RUN(rut_diff, STALE, CONTROL, SAMPLE), RUT_USAGE);
	assert_int_equal(COMMAND_RUN(rut_diff, "-d", "issue_0", STALE), RUT_USAGE);
}

static void write_scenario(const char *path, const char *name)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file,
		"tracer v2 \"go 1.22\"\ngoroutine a\n    start; log %s 2; stop\n"
		"schedule round-robin seed 0 parameter 1\n",
		name);
	assert_int_equal(fclose(file), 0);
}

/* Two names of a length take the same steps. */
static void same_steps_may_write_another_trace(void **state)
{
	(void)state;
	const char *first = test_path("first"), *second = test_path("second");
	write_scenario(first, "5");
	write_scenario(second, "12");
	assert_int_equal(COMMAND_RUN(rut_diff, first, second), RUT_FINDING);
	assert_told("steps are the same; trace 1 differs from byte ");
}

static void traces_differ_where_one_ends(void **state)
{
	(void)state;
	static const uint8_t bytes[] = {1, 2, 3};
	size_t offset;
	char text[128];
	struct trace_bytes whole = {bytes, 3}, cut = {bytes, 2};
	assert_false(trace_difference_find(whole, whole, &offset));
	assert_true(trace_difference_find(whole, cut, &offset));
	assert_int_equal(offset, 2);
	trace_difference_describe(cut, offset, text, sizeof text);
	assert_string_equal(text, "its end, at 2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_is_the_same_as_itself),
		cmocka_unit_test(two_settings_part_at_a_step),
		cmocka_unit_test(a_run_that_ends_early_has_the_steps_of_the_other),
		cmocka_unit_test(two_files_are_compared),
		cmocka_unit_test(same_steps_may_write_another_trace),
		cmocka_unit_test(traces_differ_where_one_ends),
	};
	return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
