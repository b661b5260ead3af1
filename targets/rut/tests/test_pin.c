/* rut pin: what it writes replays as it says, and what may not be pinned leaves nothing behind. */
#include <dirent.h>
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
#include "rut/command.h"
#include "rut/fuzz_files.h"
#include "rut/pin.h"
#include "rut/tests/command_run.h"

#define STALE "repro/issue-65318/p-dead-for-a-whole-trace.rut"
#define CONTROL "repro/issue-65318/procs-never-change.rut"

enum { CONTENT_SIZE_BYTES = 1 << 16 };

static const char table[] =
	"# Pinned issues\n\n"
	"| folder | tracer | what it is | shown as | simulator | toolchains |\n"
	"|---|---|---|---|---|---|\n"
	"| [issue-24991](issue-24991/README.md) | profile | a | b | yes | no |\n"
	"| [issue-70002](issue-70002/README.md) | v1 | c | d | yes | no |\n"
	"| [unreported](unreported-x/README.md) | v2 | e | f | no | no |\n"
	"\nWhat follows the table.\n";

static const char *content_of(const char *name)
{
	static char content[CONTENT_SIZE_BYTES];
	FILE *file = fopen(test_path(name), "r");
	if (file == NULL)
		fail_msg("%s is expected to be there", test_path(name));
	content[fread(content, 1, sizeof content - 1, file)] = '\0';
	fclose(file);
	return content;
}

static unsigned entry_count(const char *folder)
{
	DIR *entries = opendir(folder);
	unsigned count = 0;
	assert_non_null(entries);
	while (readdir(entries) != NULL)
		count++;
	closedir(entries);
	return count - 2; /* itself and the one above */
}

static int make_root(void **state)
{
	if (test_folder_make(state) != 0)
		return -1;
	FILE *file = fopen(test_path("README.md"), "w");
	return file == NULL || fputs(table, file) < 0 || fclose(file) != 0;
}

static void a_new_issue_is_complete(void **state)
{
	(void)state;
	struct stat status;
	assert_int_equal(COMMAND_RUN(rut_pin, "--other-issue", "--repro", test_folder, "-d",
				     "issue_65318", "--name", "p-dies", STALE, "issue-70001"),
			 RUT_FINE);
	assert_int_equal(entry_count(test_folder), 2);
	assert_int_equal(entry_count(test_path("issue-70001")), 3);
	assert_int_equal(COMMAND_RUN(rut_check, test_path("issue-70001")), RUT_FINE);
	assert_non_null(strstr(command_output, "3 of 3 as expected"));
	assert_int_equal(stat(test_path("issue-70001/run"), &status), 0);
	assert_true((status.st_mode & S_IXUSR) != 0);

	const char *readme = content_of("issue-70001/README.md");
	assert_non_null(strstr(readme, "# Issue 70001: stopping a trace leaves"));
	assert_non_null(strstr(readme, "| `fix_1_26`, the default | ok |\n"));
	assert_non_null(strstr(readme, "P1 dies: GOMAXPROCS takes it away."));
	assert_non_null(strstr(readme, "`mark procresize/revive`"));
}

static void what_clusterfuzz_left_is_pinned(void **state)
{
	(void)state;
	static char left[TEST_PATH_SIZE];
	snprintf(left, sizeof left, "%s", test_path("clusterfuzz-testcase-fuzz_trace_v2-56"));
	assert_int_equal(COMMAND_RUN(rut_convert, STALE, "-o", left), RUT_FINE);
	/* No version that a scenario has. */
	FILE *file = fopen(left, "r+b");
	assert_non_null(file);
	fputc(200, file);
	fclose(file);
	assert_int_equal(COMMAND_RUN(rut_pin, "--other-issue", "--repro", test_folder, "-d",
				     "issue_65318", "--name", "p-dies", left, "70001"),
			 RUT_FINE);
	assert_int_equal(COMMAND_RUN(rut_check, test_path("issue-70001")), RUT_FINE);
	assert_non_null(strstr(command_output, "3 of 3 as expected"));
	unlink(left);
}

static void the_row_stands_in_order(void **state)
{
	(void)state;
	assert_int_equal(COMMAND_RUN(rut_pin, "--other-issue", "--repro", test_folder, "-d",
				     "issue_65318", STALE, "70001"),
			 RUT_FINE);
	const char *content = content_of("README.md");
	const char *before = strstr(content, "[issue-24991]"),
		   *row = strstr(content, "[issue-70001]"),
		   *after = strstr(content, "[issue-70002]");
	assert_non_null(row);
	assert_true(before < row && row < after);
	assert_non_null(strstr(row, " | trace-rejected, R2 | yes | no |\n"));
	assert_non_null(strstr(after, "\nWhat follows the table.\n"));
	assert_int_equal(strlen(content),
			 strlen(table) + (size_t)(strchr(row, '\n') + 1 - (row - strlen("| "))));
	/* The name tells verdict, rule and place. */
	assert_int_equal(
		access(test_path("issue-70001/trace-rejected-r2-after-procresize-revive.rut"),
		       R_OK),
		0);
}

static void a_folder_gets_another_scenario_and_keeps_its_own(void **state)
{
	(void)state;
	assert_int_equal(COMMAND_RUN(rut_pin, "--other-issue", "--repro", test_folder, "-d",
				     "issue_65318", "--name", "one", STALE, "70001"),
			 RUT_FINE);
	FILE *readme = fopen(test_path("issue-70001/README.md"), "w");
	assert_non_null(readme);
	fputs("mine\n", readme);
	fclose(readme);
	assert_int_equal(COMMAND_RUN(rut_pin, "--other-issue", "--repro", test_folder, "-d",
				     "issue_65318", "--name", "one", STALE, "70001"),
			 RUT_USAGE);
	assert_int_equal(COMMAND_RUN(rut_pin, "--other-issue", "--repro", test_folder, "-d",
				     "issue_65318", "--name", "two", STALE, "70001"),
			 RUT_FINE);
	assert_int_equal(entry_count(test_path("issue-70001")), 4);
	assert_string_equal(content_of("issue-70001/README.md"), "mine\n");
	const char *row = strstr(content_of("README.md"), "[issue-70001]");
	assert_non_null(row);
	assert_null(strstr(row + 1, "[issue-70001]"));
}

static void an_issue_is_a_number_and_that_of_the_defect(void **state)
{
	(void)state;
	assert_int_equal(
		COMMAND_RUN(rut_pin, "--repro", test_folder, "-d", "issue_65318", STALE, "65319"),
		RUT_USAGE);
	assert_int_equal(
		COMMAND_RUN(rut_pin, "--repro", test_folder, "-d", "issue_65318", STALE, "0"),
		RUT_USAGE);
	assert_int_equal(COMMAND_RUN(rut_pin, "--repro", test_folder, "-d", "issue_65318", STALE,
				     "99999999999999999999999"),
			 RUT_USAGE);
	assert_int_equal(entry_count(test_folder), 1);
	assert_int_equal(COMMAND_RUN(rut_pin, "--repro", test_folder, "-d", "issue_65318", STALE,
				     "issue-65318"),
			 RUT_FINE);
	assert_true(fuzz_remove_folder(test_path("issue-65318")));
}

static void without_a_table_nothing_is_written(void **state)
{
	(void)state;
	FILE *file = fopen(test_path("README.md"), "w");
	assert_non_null(file);
	fputs("# Pinned issues\n", file);
	fclose(file);
	assert_int_equal(
		COMMAND_RUN(rut_pin, "--repro", test_folder, "-d", "issue_65318", STALE, "65318"),
		RUT_HARNESS);
	assert_int_equal(entry_count(test_folder), 1);
	assert_string_equal(content_of("README.md"), "# Pinned issues\n");
}

static void write_scenario(const char *path, const char *rest)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file,
		"tracer v2 \"go 1.22\"\ngoroutine a\n    %s\n"
		"schedule round-robin seed 0 parameter 1\n",
		rest);
	assert_int_equal(fclose(file), 0);
}

static void what_is_no_finding_is_refused(void **state)
{
	(void)state;
	/* It does not fail; not of that defect; its file says otherwise. */
	assert_int_equal(COMMAND_RUN(rut_pin, "--other-issue", "--repro", test_folder, "-d",
				     "issue_65318", CONTROL, "70001"),
			 RUT_FINDING);
	assert_int_equal(COMMAND_RUN(rut_pin, "--other-issue", "--repro", test_folder, "-d",
				     "issue_65607", STALE, "70001"),
			 RUT_FINDING);
	assert_int_equal(
		COMMAND_RUN(rut_pin, "--other-issue", "--repro", test_folder, STALE, "70001"),
		RUT_FINDING);
	assert_int_equal(COMMAND_RUN(rut_pin, "--other-issue", "--repro", test_folder, "--open",
				     STALE, "70001"),
			 RUT_FINDING);
	assert_int_equal(COMMAND_RUN(rut_pin, "--other-issue", "--repro", test_folder, "-d",
				     "issue_65318:fix_1_26", STALE, "70001"),
			 RUT_FINDING);
	assert_int_equal(COMMAND_RUN(rut_pin, "--other-issue", "--repro", test_folder, "-d",
				     "issue_65318:fix_1_23",
				     "repro/issue-65318/p-dies-while-tracing-is-off.rut", "70001"),
			 RUT_FINE);
	assert_true(fuzz_remove_folder(test_path("issue-70001")));
	assert_int_equal(COMMAND_RUN(rut_pin, "--other-issue", "--repro", "/nonexistent", "-d",
				     "issue_65318", STALE, "70001"),
			 RUT_USAGE);
	const char *path = test_path("given.rut");
	write_scenario(path, "procs");
	assert_int_equal(
		COMMAND_RUN(rut_pin, "--other-issue", "--repro", test_folder, path, "70001"),
		RUT_USAGE);
	assert_int_equal(
		COMMAND_RUN(rut_pin, "--other-issue", "--repro", test_folder, STALE, "no-number"),
		RUT_USAGE);
	assert_int_equal(COMMAND_RUN(rut_pin, "--other-issue", "--repro", test_folder, "--name",
				     "../up", STALE, "70001"),
			 RUT_USAGE);
	unlink(path);
	assert_int_equal(entry_count(test_folder), 1);
}

static void assert_written(void (*write)(const struct pin *pin, FILE *stream),
			   const struct pin *pin, const char *expected)
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	assert_non_null(stream);
	write(pin, stream);
	fclose(stream);
	if (strstr(text, expected) == NULL)
		fail_msg("`%s' is expected in: %s", expected, text);
	free(text);
}

/* Nothing fails in the runtime as it is, one hopes: so this run is made up. */
static void an_open_finding_expects_what_it_does_now(void **state)
{
	(void)state;
	static struct pin_run run = {.setting = "default", .is_done = true};
	static struct pin pin = {
		.root = test_folder, .issue = 70001, .name = "waits", .runs = &run, .run_count = 1};
	scenario_init(&pin.file.scenario);
	verdict_set(&run.verdict, VERDICT_DEADLOCK, "", "nobody can run", "M0 waits for M1");
	run.pass_counts[POINT_procresize_revive] = 3;
	run.decisions.count = 1;
	run.decision_points[0] = POINT_procresize_revive;
	assert_true(pin_choose_mark(&pin, &pin.mark));
	assert_int_equal(pin.mark, POINT_procresize_revive);
	assert_written(pin_write_scenario, &pin,
		       "\nexpect default deadlock\nmark procresize/revive\n");
	assert_written(pin_write_scenario, &pin, "# deadlock with default: nobody can run\n");
	assert_written(pin_write_readme, &pin, "**Open:** ");
	assert_written(pin_write_readme, &pin, "\n    M0 waits for M1\n");
	assert_written(pin_write_row, &pin,
		       " | open: nobody can run, and no timer helps | deadlock |");
}

static void what_fails_in_the_default_setting_is_not_of_the_defect(void **state)
{
	(void)state;
	static struct pin_run runs[2];
	static struct pin pin = {.runs = runs, .run_count = 2};
	runs[0].verdict.kind = VERDICT_THROW;
	assert_false(pin_fails_without(&pin));
	runs[1].verdict.kind = VERDICT_DEADLOCK;
	assert_true(pin_fails_without(&pin));
}

static void what_the_file_expects_must_be_what_it_does(void **state)
{
	(void)state;
	static char content[CONTENT_SIZE_BYTES];
	static const char rule[] = "issue_65318:defect trace-rejected R2";
	FILE *file = fopen(STALE, "r");
	assert_non_null(file);
	content[fread(content, 1, sizeof content - 1, file)] = '\0';
	fclose(file);
	char *expected = strstr(content, rule);
	assert_non_null(expected);
	expected[strlen(rule) - 1] = '3';
	const char *path = test_path("given.rut");
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(content, file);
	fclose(file);
	assert_int_equal(COMMAND_RUN(rut_pin, "--other-issue", "--repro", test_folder, "-d",
				     "issue_65318", path, "70001"),
			 RUT_FINDING);
	unlink(path);
}

/* Of two points of deciding steps the rarer one, unless a setting does not pass it. */
static void a_mark_is_rare_and_passed_by_all(void **state)
{
	(void)state;
	static struct pin_run runs[2];
	static struct pin pin = {.runs = runs, .run_count = 2};
	runs[0].decisions.count = 2;
	runs[0].decision_points[0] = POINT_procresize_destroy;
	runs[0].decision_points[1] = POINT_procresize_revive;
	runs[0].pass_counts[POINT_procresize_destroy] = 9;
	runs[0].pass_counts[POINT_procresize_revive] = 2;
	runs[1].pass_counts[POINT_procresize_destroy] = 1;
	runs[1].pass_counts[POINT_procresize_revive] = 1;
	assert_true(pin_choose_mark(&pin, &pin.mark));
	assert_int_equal(pin.mark, POINT_procresize_revive);
	runs[1].pass_counts[POINT_procresize_revive] = 0;
	assert_true(pin_choose_mark(&pin, &pin.mark));
	assert_int_equal(pin.mark, POINT_procresize_destroy);
	runs[1].pass_counts[POINT_procresize_destroy] = 0;
	assert_false(pin_choose_mark(&pin, &pin.mark));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_new_issue_is_complete, make_root,
						test_folder_remove),
		cmocka_unit_test_setup_teardown(what_clusterfuzz_left_is_pinned, make_root,
						test_folder_remove),
		cmocka_unit_test_setup_teardown(the_row_stands_in_order, make_root,
						test_folder_remove),
		cmocka_unit_test_setup_teardown(a_folder_gets_another_scenario_and_keeps_its_own,
						make_root, test_folder_remove),
		cmocka_unit_test_setup_teardown(an_issue_is_a_number_and_that_of_the_defect,
						make_root, test_folder_remove),
		cmocka_unit_test_setup_teardown(without_a_table_nothing_is_written, make_root,
						test_folder_remove),
		cmocka_unit_test_setup_teardown(what_is_no_finding_is_refused, make_root,
						test_folder_remove),
		cmocka_unit_test(an_open_finding_expects_what_it_does_now),
		cmocka_unit_test(what_fails_in_the_default_setting_is_not_of_the_defect),
		cmocka_unit_test_setup_teardown(what_the_file_expects_must_be_what_it_does,
						make_root, test_folder_remove),
		cmocka_unit_test(a_mark_is_rare_and_passed_by_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
