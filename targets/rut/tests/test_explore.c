/* rut explore: who ends it is told what it has found. */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/tests/test_folder.h"
#include "rut/command.h"
#include "rut/tests/command_run.h"

enum { TIMES = 20 };

/* Sends the signal to all of the group, more than once, as soon as a file is at PATH. */
static pid_t send_when_found(int signal_number, const char *path)
{
	const pid_t sender = fork();

	assert_true(sender >= 0);
	if (sender == 0) {
		while (access(path, F_OK) != 0)
			poll(NULL, 0, 10);
		for (int i = 0; i < TIMES; i++)
			kill(0, signal_number);
		_exit(0);
	}
	return sender;
}

static void a_signal_ends_it_with_what_was_found(void **state)
{
	static const int signals[] = {SIGINT, SIGTERM};
	static const char *const names[] = {"found-1", "found-2"};

	(void)state;
	/* The command is a process of its own, with a handler; this one has none. */
	assert_int_equal(setpgid(0, 0), 0);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		const char *path = test_path(names[i]);
		assert_true(signal(signals[i], SIG_IGN) != SIG_ERR);
		const pid_t sender = send_when_found(signals[i], path);
		assert_int_equal(COMMAND_RUN(rut_explore, "-d", "issue_65318", "-k", "-n",
					     "1000000000", "-o", path),
				 RUT_FINDING);
		assert_int_equal(waitpid(sender, NULL, 0), sender);
		assert_non_null(strstr(command_output, ": trace-rejected R2: "));
		assert_non_null(strstr(command_output, " findings\n"));
		assert_non_null(strstr(command_output, " runs, "));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signal_ends_it_with_what_was_found),
	};
	return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
