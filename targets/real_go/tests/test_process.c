/* Child processes: what they answer, and what becomes of them when they, or we, do not end well. */
#include "real_go/tests/check.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/tests/test_folder.h"
#include "real_go/process.h"

enum { LIMIT_MS = 60000, WAIT_COUNT_MAX = 6000, WAIT_MS = 10 };

static char output[16], messages[16], error[PROCESS_ERROR_SIZE];

static int run_shell(const char *script, const char *argument, unsigned time_limit_ms)
{
	const char *const arguments[] = {"sh", "-c", script, argument, NULL};
	error[0] = '\0';
	return process_read(arguments, time_limit_ms, output, sizeof output, messages,
			    sizeof messages, error);
}

static void answers_are_kept_as_far_as_they_fit(void **state)
{
	(void)state;
	assert_int_equal(run_shell("echo yes; echo no >&2; exit 7", NULL, LIMIT_MS), 7);
	assert_string_equal(output, "yes\n");
	assert_string_equal(messages, "no\n");
	assert_int_equal(run_shell("echo 0123456789abcdefgh", NULL, LIMIT_MS), 0);
	assert_string_equal(output, "0123456789abcde");
	assert_string_equal(messages, "");
}

static void who_does_not_end_well_is_told(void **state)
{
	(void)state;
	assert_int_equal(run_shell("kill -9 $$", NULL, LIMIT_MS), -1);
	assert_contains(error, "ended by signal 9");
	assert_int_equal(run_shell("while :; do sleep 0.01; done", NULL, 1000), -1);
	assert_contains(error, "no end within 1 s");
	const char *const nobody[] = {"/nowhere/nobody", NULL};
	assert_int_equal(process_read(nobody, LIMIT_MS, output, sizeof output, messages,
				      sizeof messages, error),
			 -1);
	assert_contains(error, "No such file or directory");
}

/* A child that holds the pipes open does not keep us waiting. */
static void what_is_left_running_is_ended(void **state)
{
	(void)state;
	assert_int_equal(run_shell("sleep 1000 & exit 3", NULL, LIMIT_MS), 3);
}

/* Whether PATH comes to exist, or not to, in time. */
static bool becomes(const char *path, bool is_there)
{
	const struct timespec nap = {.tv_nsec = WAIT_MS * 1000000};
	for (unsigned i = 0; i < WAIT_COUNT_MAX; i++) {
		if ((access(path, F_OK) == 0) == is_there)
			return true;
		nanosleep(&nap, NULL);
	}
	return false;
}

static void a_script_may_clean_up_when_we_die(void **state)
{
	static const char script[] = "trap 'rm -f \"$0\"; exit' TERM; : >\"$0\"\n"
				     "while [ -e \"$0\" ]; do sleep 0.01; done";
	const char *path = test_path("temporary");
	(void)state;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		run_shell(script, path, LIMIT_MS);
		_exit(0);
	}
	bool has_begun = becomes(path, true);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	bool is_clean = becomes(path, false);
	assert_true(has_begun);
	assert_true(is_clean);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_kept_as_far_as_they_fit),
		cmocka_unit_test(who_does_not_end_well_is_told),
		cmocka_unit_test(what_is_left_running_is_ended),
		cmocka_unit_test(a_script_may_clean_up_when_we_die),
	};
	return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
