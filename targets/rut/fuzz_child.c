#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fatal.h"
#include "rut/fuzz.h"

enum { WAKE_EVERY_MS = 100, GRACE_MS = 5000 };

static volatile sig_atomic_t is_hurried;

void fuzz_child_hurry(void)
{
	is_hurried = 1;
}

_Noreturn static void become(char *const argv[], int output, pid_t parent)
{
	/* A group of its own: Ctrl-C is for us, who then stop the children in order. */
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(3);
	int nothing = open("/dev/null", O_RDONLY);
	if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
	    dup2(output, STDERR_FILENO) < 0)
		_exit(3);
	execv(argv[0], argv);
	dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
	_exit(3);
}

pid_t fuzz_child_start(char *const argv[], int *ret_output)
{
	int ends[2];
	fflush(NULL);
	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	pid_t parent = getpid();
	pid_t child = fork();
	if (child == 0)
		become(argv, ends[1], parent);
	close(ends[1]);
	if (child < 0) {
		close(ends[0]);
		return -1;
	}
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	*ret_output = ends[0];
	return child;
}

void fuzz_child_keep(char *text, size_t text_size, size_t *used, const char *bytes, size_t size)
{
	ensure(size <= text_size / 2);
	if (*used + size > text_size) {
		const size_t half = text_size / 2;
		const size_t drop = *used > half ? *used - half : 0;
		memmove(text, text + drop, *used - drop);
		*used -= drop;
	}
	memcpy(text + *used, bytes, size);
	*used += size;
}

static void take_output(int output, FILE *file)
{
	char bytes[4096];
	ssize_t size;
	while ((size = read(output, bytes, sizeof(bytes))) > 0) {
		if (file)
			fwrite(bytes, 1, (size_t)size, file);
	}
}

struct fuzz_end fuzz_child_run(char *const argv[], FILE *file, int64_t limit_ms, bool may_hurry)
{
	int output;
	struct fuzz_end end = {.status = -1, .cause = FUZZ_BY_ITSELF};
	int64_t asked_ms = 0, end_ms = fuzz_now_ms() + limit_ms;
	pid_t ended, child = fuzz_child_start(argv, &output);
	if (child < 0)
		return end;
	while ((ended = waitpid(child, &end.status, WNOHANG)) == 0) {
		struct pollfd wait = {.fd = output, .events = POLLIN};
		poll(&wait, 1, WAKE_EVERY_MS);
		take_output(output, file);
		/* A pipe whose other end is closed never lets wait. */
		if (wait.revents & POLLHUP)
			poll(NULL, 0, 1);
		const bool is_in_hurry = may_hurry && is_hurried;
		if (!asked_ms && (is_in_hurry || fuzz_now_ms() > end_ms)) {
			asked_ms = fuzz_now_ms();
			end.cause = is_in_hurry ? FUZZ_IN_HURRY : FUZZ_AT_LIMIT;
			kill(child, SIGINT);
		} else if (asked_ms && fuzz_now_ms() > asked_ms + GRACE_MS) {
			kill(child, SIGKILL);
		}
	}
	take_output(output, file);
	close(output);
	if (ended != child)
		end.status = -1;
	return end;
}
