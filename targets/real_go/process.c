#include "real_go/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "real_go/stillness.h"

enum {
	STACKS_TIME_MS = 3000, /* from SIGQUIT to SIGKILL */
	PIECE_SIZE_BYTES = 65536,
	STATUS_NOT_EXECUTED = 127,
};

enum { WAIT_EXIT, WAIT_OUTPUT, WAIT_MESSAGES, WAIT_COUNT };

struct child {
	const struct process_options *options;
	struct process_result *result;
	pid_t pid;
	struct pollfd waits[WAIT_COUNT]; /* fd -1: nothing more to wait for */
	size_t messages_length;
	int64_t started_us;
	int64_t deadline_us; /* when the next signal is due */
	int64_t look_us;     /* when to look whether it rests; INT64_MAX: never */
	struct stillness stillness;
};

static int64_t now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* ---- The start ----------------------------------------------------------- */

/* A file without a name instead of a pipe: nobody has to feed it, and a child that never reads does
 * no harm. */
static int input_file(const struct process_options *options)
{
	if (options->input == NULL)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	int file = memfd_create("input", MFD_CLOEXEC);
	if (file < 0)
		return -1;
	size_t size_bytes = options->input_size_bytes;
	if (write(file, options->input, size_bytes) != (ssize_t)size_bytes ||
	    lseek(file, 0, SEEK_SET) != 0) {
		close(file);
		return -1;
	}
	return file;
}

/* A shell starts what it puts into the background with some signals ignored, and what is ignored
 * stays so through an exec. */
static void reset_signals(void)
{
	static const int numbers[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGCHLD};
	sigset_t none;
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		signal(numbers[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* In the child. REPORT is closed by a successful exec and told the error otherwise. */
static _Noreturn void become(const struct process_options *options, pid_t parent, int input,
			     int output, int messages, int report)
{
	const struct rlimit no_core = {0};
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, options->may_clean_up ? SIGTERM : SIGKILL);
	setrlimit(RLIMIT_CORE, &no_core);
	reset_signals();
	if (getppid() == parent && dup2(input, STDIN_FILENO) >= 0 &&
	    dup2(output, STDOUT_FILENO) >= 0 && dup2(messages, STDERR_FILENO) >= 0) {
		if (options->environment != NULL)
			environ = (char **)(uintptr_t)options->environment;
		execvp(options->arguments[0], (char **)(uintptr_t)options->arguments);
	}
	int error = errno;
	if (write(report, &error, sizeof error) != sizeof error)
		_exit(STATUS_NOT_EXECUTED - 1);
	_exit(STATUS_NOT_EXECUTED);
}

/* Whether the exec went well; errno otherwise. */
static bool has_become(int report)
{
	int error;
	ssize_t size_bytes;
	do
		size_bytes = read(report, &error, sizeof error);
	while (size_bytes < 0 && errno == EINTR);
	if (size_bytes != sizeof error)
		return true;
	errno = error;
	return false;
}

struct pipes {
	int output[2];
	int messages[2];
	int report[2];
};

static void close_pipe(int ends[2])
{
	for (int i = 0; i < 2; i++) {
		if (ends[i] >= 0)
			close(ends[i]);
		ends[i] = -1;
	}
}

static void close_end(int *end)
{
	close(*end);
	*end = -1;
}

static bool start(struct child *child, struct pipes *pipes, int input)
{
	if (pipe2(pipes->output, O_CLOEXEC) != 0 || pipe2(pipes->messages, O_CLOEXEC) != 0 ||
	    pipe2(pipes->report, O_CLOEXEC) != 0)
		return false;
	pid_t parent = getpid();
	fflush(NULL);
	child->pid = fork();
	if (child->pid < 0)
		return false;
	if (child->pid == 0)
		become(child->options, parent, input, pipes->output[1], pipes->messages[1],
		       pipes->report[1]);
	setpgid(child->pid, child->pid);
	close_end(&pipes->output[1]);
	close_end(&pipes->messages[1]);
	close_end(&pipes->report[1]);
	int error = 0;
	int exit_file = has_become(pipes->report[0]) ? pidfd_open(child->pid, 0) : -1;
	if (exit_file < 0) {
		error = errno;
		kill(child->pid, SIGKILL);
		waitpid(child->pid, NULL, 0);
		errno = error;
		return false;
	}
	child->waits[WAIT_EXIT] = (struct pollfd){.fd = exit_file, .events = POLLIN};
	child->waits[WAIT_OUTPUT] = (struct pollfd){.fd = pipes->output[0], .events = POLLIN};
	child->waits[WAIT_MESSAGES] = (struct pollfd){.fd = pipes->messages[0], .events = POLLIN};
	fcntl(pipes->output[0], F_SETFL, O_NONBLOCK);
	fcntl(pipes->messages[0], F_SETFL, O_NONBLOCK);
	return true;
}

/* ---- While it runs ------------------------------------------------------- */

static void kill_group(const struct child *child)
{
	kill(-child->pid, SIGKILL);
}

static void keep_messages(struct child *child, const uint8_t *bytes, size_t size_bytes)
{
	size_t space_bytes = child->options->messages_size - 1 - child->messages_length;
	size_t kept_bytes = size_bytes < space_bytes ? size_bytes : space_bytes;
	memcpy(child->options->messages + child->messages_length, bytes, kept_bytes);
	child->messages_length += kept_bytes;
	child->options->messages[child->messages_length] = '\0';
}

static void hand_over(struct child *child, const uint8_t *bytes, size_t size_bytes)
{
	if (child->result->was_unwanted ||
	    child->options->on_output(child->options->context, bytes, size_bytes))
		return;
	child->result->was_unwanted = true;
	kill_group(child);
}

/* Reads what is there; whether there may be more later. */
static bool read_pipe(struct child *child, int which)
{
	uint8_t bytes[PIECE_SIZE_BYTES];
	struct pollfd *wait = &child->waits[which];
	for (;;) {
		ssize_t size_bytes = read(wait->fd, bytes, sizeof bytes);
		if (size_bytes < 0 && errno == EINTR)
			continue;
		if (size_bytes <= 0)
			return size_bytes < 0 && errno == EAGAIN;
		if (which == WAIT_OUTPUT)
			hand_over(child, bytes, (size_t)size_bytes);
		else
			keep_messages(child, bytes, (size_t)size_bytes);
	}
}

/* The first deadline asks for stacks, the second ends it. */
static void meet_deadline(struct child *child)
{
	if (child->result->has_timed_out) {
		kill_group(child);
		child->deadline_us = INT64_MAX;
		return;
	}
	child->result->has_timed_out = true;
	child->look_us = INT64_MAX;
	kill(child->pid, SIGQUIT);
	child->deadline_us = now_us() + STACKS_TIME_MS * INT64_C(1000);
}

static void look_for_rest(struct child *child)
{
	if (now_us() < child->look_us)
		return;
	child->look_us = now_us() + STILLNESS_PERIOD_MS * INT64_C(1000);
	if (stillness_look(&child->stillness, child->pid))
		child->deadline_us = now_us();
}

/* To what is due first; -1: nothing is. */
static int left_ms(const struct child *child)
{
	int64_t due_us = child->deadline_us < child->look_us ? child->deadline_us : child->look_us;
	if (due_us == INT64_MAX)
		return -1;
	int64_t left_us = due_us - now_us();
	if (left_us <= 0)
		return 0;
	int64_t left = (left_us + 999) / 1000;
	return left > INT_MAX ? INT_MAX : (int)left;
}

/* Until the process itself has ended. What it left running in its group is killed then: it may hold
 * the pipes open for ever. */
static bool watch(struct child *child)
{
	while (child->waits[WAIT_EXIT].revents == 0) {
		if (poll(child->waits, WAIT_COUNT, left_ms(child)) < 0 && errno != EINTR)
			return false;
		for (int which = WAIT_OUTPUT; which <= WAIT_MESSAGES; which++) {
			if (child->waits[which].revents != 0 && !read_pipe(child, which))
				child->waits[which].fd = -1;
		}
		if (child->waits[WAIT_EXIT].revents != 0)
			break;
		look_for_rest(child);
		if (child->deadline_us <= now_us())
			meet_deadline(child);
	}
	kill_group(child);
	for (int which = WAIT_OUTPUT; which <= WAIT_MESSAGES; which++) {
		if (child->waits[which].fd >= 0)
			read_pipe(child, which);
	}
	return true;
}

bool process_run(const struct process_options *options, struct process_result *ret_result,
		 char *ret_error)
{
	struct child child = {.options = options, .result = ret_result, .started_us = now_us()};
	struct pipes pipes = {{-1, -1}, {-1, -1}, {-1, -1}};
	*ret_result = (struct process_result){0};
	options->messages[0] = '\0';
	child.deadline_us = child.started_us + options->time_limit_ms * INT64_C(1000);
	child.look_us = options->may_not_rest
				? child.started_us + STILLNESS_PERIOD_MS * INT64_C(1000)
				: INT64_MAX;
	child.waits[WAIT_EXIT].fd = -1;
	int input = input_file(options);
	bool has_run = input >= 0 && start(&child, &pipes, input);
	if (has_run && !watch(&child)) {
		kill_group(&child);
		has_run = false;
	}
	if (!has_run)
		snprintf(ret_error, PROCESS_ERROR_SIZE, "%s: %s", options->arguments[0],
			 strerror(errno));
	if (child.waits[WAIT_EXIT].fd >= 0) {
		waitpid(child.pid, &ret_result->wait_status, 0);
		close(child.waits[WAIT_EXIT].fd);
	}
	ret_result->run_time_us = (uint64_t)(now_us() - child.started_us);
	close_pipe(pipes.output);
	close_pipe(pipes.messages);
	close_pipe(pipes.report);
	if (input >= 0)
		close(input);
	return has_run;
}

/* ---- Short answers ------------------------------------------------------- */

struct answer {
	char *text;
	size_t size;
	size_t length;
};

static bool keep_answer(void *context, const uint8_t *bytes, size_t size_bytes)
{
	struct answer *answer = context;
	size_t space_bytes = answer->size - 1 - answer->length;
	size_t kept_bytes = size_bytes < space_bytes ? size_bytes : space_bytes;
	memcpy(answer->text + answer->length, bytes, kept_bytes);
	answer->length += kept_bytes;
	answer->text[answer->length] = '\0';
	return true;
}

int process_read(const char *const *arguments, unsigned time_limit_ms, char *ret_output,
		 size_t output_size, char *ret_messages, size_t messages_size, char *ret_error)
{
	struct answer answer = {.text = ret_output, .size = output_size};
	struct process_result result;
	const struct process_options options = {
		.arguments = arguments,
		.time_limit_ms = time_limit_ms,
		.may_clean_up = true,
		.on_output = keep_answer,
		.context = &answer,
		.messages = ret_messages,
		.messages_size = messages_size,
	};
	ret_output[0] = '\0';
	if (!process_run(&options, &result, ret_error))
		return -1;
	if (result.has_timed_out)
		snprintf(ret_error, PROCESS_ERROR_SIZE, "%s: no end within %u s", arguments[0],
			 time_limit_ms / 1000);
	else if (WIFSIGNALED(result.wait_status))
		snprintf(ret_error, PROCESS_ERROR_SIZE, "%s: ended by signal %d", arguments[0],
			 WTERMSIG(result.wait_status));
	else
		return WEXITSTATUS(result.wait_status);
	return -1;
}
