/* rut bench-defects, with a stand-in for `rut fuzz': what is run, what is kept, what is told. */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/tests/test_folder.h"
#include "rut/command.h"
#include "rut/fuzz_files.h"
#include "rut/tests/command_run.h"

#define STAND_IN "--rut=targets/rut/tests/bench_defects/stand-in"

static char results_option[TEST_PATH_SIZE];
static char log_path[TEST_PATH_SIZE];
static char results_path[TEST_PATH_SIZE];
static char file_text[1 << 20];

static const char *read_file(const char *path)
{
	FILE *file = fopen(path, "r");
	size_t size = file ? fread(file_text, 1, sizeof file_text - 1, file) : 0;
	file_text[size] = '\0';
	if (file)
		fclose(file);
	return file_text;
}

/* Trials since the last call. */
static unsigned take_trial_count(void)
{
	unsigned count = 0;
	for (const char *at = read_file(log_path); (at = strchr(at, '\n')) != NULL; at++)
		count++;
	unlink(log_path);
	return count;
}

static void assert_in(const char *text, const char *expected)
{
	if (strstr(text, expected) == NULL)
		fail_msg("`%s' is not in:\n%s", expected, text);
}

#define BENCH(...)                                                                                 \
	COMMAND_RUN(rut_bench_defects, STAND_IN, results_option, "--jobs=2",                       \
		    "--engines=libfuzzer", __VA_ARGS__)

static int make_folder(void **state)
{
	if (test_folder_make(state) != 0)
		return -1;
	snprintf(results_option, sizeof results_option, "--results=%s", test_folder);
	snprintf(results_path, sizeof results_path, "%s/results.jsonl", test_folder);
	snprintf(log_path, sizeof log_path, "%s/log", test_folder);
	return setenv("STAND_IN_LOG", log_path, 1);
}

static void the_table_has_medians_bounds_and_the_ratio(void **state)
{
	(void)state;
	assert_int_equal(BENCH("--defects=issue_65607", "--seeds=4"), RUT_FINE);
	/* By structure after 10, 20, 30, 40; by bytes after 1000, not in 2000, 3000, not in 4000.
	 */
	assert_in(command_output,
		  "issue_65607:defect           libfuzzer structure     4/4         20      0.5 "
		  "        1       >20\n");
	assert_in(command_output,
		  "issue_65607:defect           libfuzzer bytes         2/4      >2.0k      0.5 "
		  "        1     >2.0k      >=100\n");
	assert_in(command_output, "\n  libfuzzer  >=100  over 1\n");
	char path[TEST_PATH_SIZE];
	snprintf(path, sizeof path, "%s/report.txt", test_folder);
	assert_in(command_output, read_file(path));
}

static void bytes_get_a_multiple_of_what_structure_took(void **state)
{
	(void)state;
	assert_int_equal(BENCH("--defects=issue_65607 issue_61768", "--seeds=3"), RUT_FINDING);
	const char *log = read_file(log_path);
	assert_in(log, "issue_65607:defect libfuzzer structure 1 0\n");
	assert_in(log, "issue_65607:defect libfuzzer bytes 1 500\n");
	assert_in(log, "issue_61768:defect libfuzzer bytes 1 0\n");
	assert_in(command_output,
		  "\nNOT ALWAYS FOUND  issue_61768:defect with libfuzzer by structure: "
		  "0 of 3\n");
	assert_in(command_output, "1 not among them (?)");
}

static void bytes_wait_until_it_is_known_what_structure_took(void **state)
{
	(void)state;
	assert_int_equal(BENCH("--defects=issue_24991", "--seeds=2"), RUT_FINE);
	const char *log = read_file(log_path);
	assert_in(log, "issue_24991:defect libfuzzer bytes 1 250\n");
	assert_in(log, "issue_24991:defect libfuzzer bytes 2 250\n");
}

static void a_second_run_goes_on_behind_the_first(void **state)
{
	(void)state;
	assert_int_equal(BENCH("--defects=issue_65607", "--seeds=2"), RUT_FINE);
	assert_int_equal(take_trial_count(), 4);
	/* As a killed run leaves it. */
	FILE *file = fopen(results_path, "a");
	assert_non_null(file);
	fprintf(file, "{\"defect\": \"issue_656");
	fclose(file);
	assert_int_equal(BENCH("--defects=issue_65607", "--seeds=3"), RUT_FINE);
	assert_int_equal(take_trial_count(), 2);
	assert_in(command_output, "2 trials to run, 4 known from earlier runs");
	assert_in(command_output, "1 lines there are no results");
	assert_in(command_output, " 3/3 ");
	assert_int_equal(BENCH("--defects=issue_65607", "--seeds=3"), RUT_FINE);
	assert_int_equal(take_trial_count(), 0);
}

static void what_bytes_may_take_is_known_from_an_earlier_run(void **state)
{
	(void)state;
	assert_int_equal(BENCH("--defects=issue_65607", "--seeds=2", "--mutators=structure"),
			 RUT_FINE);
	assert_int_equal(take_trial_count(), 2);
	assert_int_equal(BENCH("--defects=issue_65607", "--seeds=2", "--mutators=bytes"), RUT_FINE);
	assert_in(read_file(log_path), "issue_65607:defect libfuzzer bytes 2 250\n");
	assert_int_equal(take_trial_count(), 2);
}

/* Of what other code or another budget did, nothing follows. */
static void results_of_another_commit_or_time_do_not_count(void **state)
{
	(void)state;
	assert_int_equal(BENCH("--defects=issue_65607", "--seeds=1", "--mutators=structure"),
			 RUT_FINE);
	assert_int_equal(take_trial_count(), 1);
	assert_int_equal(
		BENCH("--defects=issue_65607", "--seeds=1", "--mutators=structure", "--time=9"),
		RUT_FINE);
	assert_int_equal(take_trial_count(), 1);
	char *commit = strstr((char *)read_file(results_path), "\"commit\":\"");
	assert_non_null(commit);
	commit[strlen("\"commit\":\"")] = '~';
	FILE *file = fopen(results_path, "w");
	assert_non_null(file);
	fputs(file_text, file);
	fclose(file);
	assert_int_equal(BENCH("--defects=issue_65607", "--seeds=1", "--mutators=structure"),
			 RUT_FINE);
	assert_int_equal(take_trial_count(), 1);
}

static void a_failed_trial_is_told_and_neither_counted_nor_kept(void **state)
{
	(void)state;
	assert_int_equal(BENCH("--defects=control_overflow_flag issue_65607", "--seeds=1",
			       "--mutators=structure"),
			 RUT_HARNESS);
	assert_in(command_output,
		  "FAILED TRIAL  control_overflow_flag:drop: ended with 3\n  targets/rut/");
	assert_in(command_output, "its output ends with:\nthe last words of it\n");
	assert_in(command_output, "\n1 trials FAILED and are not counted\n");
	assert_null(strstr(command_output, "NOT ALWAYS FOUND"));
	assert_null(strstr(read_file(results_path), "control_overflow_flag"));
	assert_int_equal(BENCH("--defects=control_string_map", "--seeds=1"), RUT_HARNESS);
	assert_in(command_output, "FAILED TRIAL  control_string_map:late: no summary");
	assert_int_equal(BENCH("--defects=issue_39004", "--seeds=1"), RUT_HARNESS);
	assert_in(command_output,
		  "FAILED TRIAL  issue_39004:defect: its summary is of another run");
}

static void a_harness_that_always_fails_is_given_up(void **state)
{
	(void)state;
	assert_int_equal(BENCH("--defects=control_overflow_flag", "--seeds=100"), RUT_HARNESS);
	assert_true(take_trial_count() < 15);
}

static void patterns_choose_settings(void **state)
{
	(void)state;
	assert_int_equal(BENCH("--defects=issue_53979", "--seeds=1", "--mutators=structure"),
			 RUT_FINE);
	assert_int_equal(take_trial_count(), 3);
	assert_int_equal(
		BENCH("--defects=*65318:fix_*,issue_65318", "--seeds=1", "--mutators=structure"),
		RUT_FINE);
	assert_int_equal(take_trial_count(), 2);
}

/* The interrupted trial is neither counted nor kept. */
static void an_interrupt_ends_trials_and_sums_up(void **state)
{
	(void)state;
	/* The command is a process of its own, with a handler; this one has none. */
	assert_int_equal(setpgid(0, 0), 0);
	assert_true(signal(SIGINT, SIG_IGN) != SIG_ERR);
	const pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		/* The one has ended, and the other one runs. */
		while (strstr(read_file(results_path), "issue_65607") == NULL ||
		       strstr(read_file(log_path), "issue_54553") == NULL)
			poll(NULL, 0, 50);
		kill(0, SIGINT);
		_exit(0);
	}
	assert_int_equal(
		BENCH("--defects=issue_65607 issue_54553", "--seeds=1", "--mutators=structure"),
		RUT_FINE);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_in(command_output, "\n1 trials have not been run; the same command goes on\n");
	assert_null(strstr(read_file(results_path), "issue_54553"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, test_folder_remove)
	const struct CMUnitTest tests[] = {
		TEST(the_table_has_medians_bounds_and_the_ratio),
		TEST(bytes_get_a_multiple_of_what_structure_took),
		TEST(bytes_wait_until_it_is_known_what_structure_took),
		TEST(a_second_run_goes_on_behind_the_first),
		TEST(what_bytes_may_take_is_known_from_an_earlier_run),
		TEST(results_of_another_commit_or_time_do_not_count),
		TEST(a_failed_trial_is_told_and_neither_counted_nor_kept),
		TEST(a_harness_that_always_fails_is_given_up),
		TEST(patterns_choose_settings),
		TEST(an_interrupt_ends_trials_and_sums_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
