/* rut coverage tells where another M went on, and where it could have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/tests/test_folder.h"
#include "rut/command.h"
#include "rut/tests/command_run.h"

/* One M at a time, unless an override says so. */
#define SCENARIO                                                                                   \
	"# One goroutine computes beside another.\n"                                               \
	"tracer v2 \"go 1.22\"\nprocs 2\n"                                                         \
	"goroutine a\n    go b\n    repeat 8 { work 1; yield }\n"                                  \
	"goroutine b * 0\n    repeat 8 { work 1; yield }\n"                                        \
	"schedule round-robin seed 0 parameter 0\n"

struct row {
	uint64_t passed, contested, preempted;
};

static void find_row(const char *point, struct row *ret_row)
{
	char start[64];
	(void)snprintf(start, sizeof start, "\n  %-32s ", point);
	const char *line = strstr(command_output, start);
	unsigned long long numbers[3];
	if (line == NULL)
		fail_msg("%s has no row in:\n%s", point, command_output);
	assert_int_equal(sscanf(line + strlen(start), "%llu %llu %llu", &numbers[0], &numbers[1],
				&numbers[2]),
			 3);
	*ret_row = (struct row){numbers[0], numbers[1], numbers[2]};
}

/* The exit status of the command, run on a file with SOURCE. */
static int cover(const char *source)
{
	const char *path = test_path("scenario.rut");
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(source, file) >= 0);
	assert_int_equal(fclose(file), 0);
	return COMMAND_RUN(rut_coverage, "--all", path);
}

static void an_unreadable_scenario_is_no_coverage(void **state)
{
	(void)state;
	assert_int_equal(cover("tracer v7\n"), RUT_USAGE);
	assert_string_equal(command_output, "");
	const char *folder = test_path("empty");
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_int_equal(COMMAND_RUN(rut_coverage, "repro/issue-65318", folder), RUT_USAGE);
	assert_string_equal(command_output, "");
	assert_int_equal(COMMAND_RUN(rut_coverage, folder), RUT_USAGE);
	assert_string_equal(command_output, "");
}

static void a_pass_is_preempted_when_the_next_step_is_of_another_m(void **state)
{
	struct row before, after;

	(void)state;
	assert_int_equal(cover(SCENARIO), RUT_FINE);
	find_row("work/enter", &before);
	assert_true(before.passed >= 16);
	assert_true(before.contested > 0);
	assert_int_equal(before.preempted, 0);
	assert_non_null(strstr(command_output, "\nnever passed: "));
	assert_non_null(strstr(command_output, "\n  procresize/revive\n"));

	assert_int_equal(cover(SCENARIO "    at work/enter #2 run m1\n"
					"    at work/enter #3 run m2\n"
					"    at work/enter #4 run m1\n"
					"    at work/enter #5 run m2\n"),
			 RUT_FINE);
	find_row("work/enter", &after);
	assert_true(after.passed > 0);
	assert_true(after.preempted > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unreadable_scenario_is_no_coverage),
		cmocka_unit_test(a_pass_is_preempted_when_the_next_step_is_of_another_m),
	};
	return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
