/* Go's own reader as a process beside this one: ci/go-validator, built by the toolchain whose
 * reader it is. Traces reach it through one file without a name, which it inherits; it gets that
 * name again and again and answers with a line. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/fatal.h"
#include "real_go/process.h"
#include "real_go/real_go.h"
#include "real_go/toolchain.h"

enum {
	BUILD_TIME_MS = 900000,
	ANSWER_TIME_S = 120, /* for the largest trace, by far */
	TRACE_FILE = 3,      /* as the reader has it */
	TOOLCHAIN_COUNT_MAX = 64,
	MINOR_V1_NEWEST = 21,
	MINOR_V2_READER_OLDEST = 23,
};

struct real_go_reader {
	char version[REAL_GO_VERSION_SIZE];
	pid_t pid;
	int conversation; /* its standard input and output */
	int trace;
};

/* ---- Which toolchain ----------------------------------------------------- */

/* Whether Go 1.READER has a reader for what Go 1.WRITER writes. */
static bool can_read(unsigned reader, unsigned writer)
{
	if (writer <= MINOR_V1_NEWEST)
		return reader <= MINOR_V1_NEWEST && reader >= writer;
	return reader >= MINOR_V2_READER_OLDEST && reader >= writer;
}

/* Those here that can read what Go 1.MINOR writes, the newest first. */
static size_t find_candidates(unsigned minor, struct real_go_toolchain *candidates)
{
	static struct real_go_toolchain found[TOOLCHAIN_COUNT_MAX];
	size_t count = 0;
	for (size_t i = real_go_find(found, TOOLCHAIN_COUNT_MAX); i > 0; i--) {
		if (can_read(found[i - 1].minor, minor))
			candidates[count++] = found[i - 1];
	}
	return count;
}

/* ---- Building it --------------------------------------------------------- */

static bool is_older(const struct timespec *left, const struct timespec *right)
{
	return left->tv_sec < right->tv_sec ||
	       (left->tv_sec == right->tv_sec && left->tv_nsec < right->tv_nsec);
}

static bool is_up_to_date(const char *root, const char *program)
{
	static const char *const sources[] = {"build", "main.go", "judge.go", "v1.go"};
	struct stat built, source;
	if (stat(program, &built) != 0)
		return false;
	for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
		char path[REAL_GO_PATH_SIZE + 64];
		snprintf(path, sizeof path, "%s/ci/go-validator/%s", root, sources[i]);
		if (stat(path, &source) == 0 && is_older(&built.st_mtim, &source.st_mtim))
			return false;
	}
	return true;
}

static void make_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0777);
		*slash = '/';
	}
}

/* To another name first: several of us may build at once. */
static bool build(const char *root, const struct real_go_toolchain *toolchain, char *program,
		  char *ret_error)
{
	char script[REAL_GO_PATH_SIZE + 64], temporary[3 * REAL_GO_PATH_SIZE];
	char output[1024], messages[REAL_GO_ERROR_SIZE - 256], error[PROCESS_ERROR_SIZE];
	snprintf(script, sizeof script, "%s/ci/go-validator/build", root);
	snprintf(temporary, sizeof temporary, "%s-%d", program, (int)getpid());
	make_folders(program);
	fprintf(stderr, "building the reader of %s\n", toolchain->version);
	const char *const arguments[] = {script, toolchain->go, temporary, NULL};
	int status = process_read(arguments, BUILD_TIME_MS, output, sizeof output, messages,
				  sizeof messages, error);
	if (status == 0 && rename(temporary, program) == 0)
		return true;
	if (status == 0)
		snprintf(ret_error, REAL_GO_ERROR_SIZE, "%.1000s: %s", temporary, strerror(errno));
	else
		snprintf(ret_error, REAL_GO_ERROR_SIZE, "the reader of %s cannot be built: %s",
			 toolchain->version, status < 0 ? error : messages);
	unlink(temporary);
	return false;
}

/* ---- The process --------------------------------------------------------- */

static _Noreturn void become(const char *program, pid_t parent, int conversation, int trace)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* The trace last: its place may be that of the conversation. */
	if (getppid() == parent && dup2(conversation, STDIN_FILENO) >= 0 &&
	    dup2(conversation, STDOUT_FILENO) >= 0 &&
	    (trace == TRACE_FILE ? fcntl(trace, F_SETFD, 0) : dup2(trace, TRACE_FILE)) >= 0)
		execl(program, program, (char *)NULL);
	dprintf(STDERR_FILENO, "%s: %s\n", program, strerror(errno));
	_exit(3);
}

static bool start(struct real_go_reader *reader, const char *program)
{
	int ends[2];
	reader->trace = memfd_create("trace", MFD_CLOEXEC);
	if (reader->trace < 0)
		return false;
	/* A socket, since writing to one whose reader has died need not end us by a signal. */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return false;
	pid_t parent = getpid();
	fflush(NULL);
	reader->pid = fork();
	if (reader->pid == 0)
		become(program, parent, ends[1], reader->trace);
	close(ends[1]);
	reader->conversation = ends[0];
	return reader->pid > 0;
}

static struct real_go_reader *start_reader_of(const struct real_go_toolchain *toolchain,
					      char *ret_error)
{
	char root[REAL_GO_PATH_SIZE], program[2 * REAL_GO_PATH_SIZE];
	if (!toolchain_root(root, ret_error))
		return NULL;
	snprintf(program, sizeof program, "%s/build/go/%s/validator", root, toolchain->version);
	if (!is_up_to_date(root, program) && !build(root, toolchain, program, ret_error))
		return NULL;
	struct real_go_reader *reader = malloc(sizeof *reader);
	ensure(reader != NULL);
	*reader = (struct real_go_reader){.pid = -1, .conversation = -1, .trace = -1};
	memcpy(reader->version, toolchain->version, sizeof reader->version);
	if (start(reader, program))
		return reader;
	snprintf(ret_error, REAL_GO_ERROR_SIZE, "%.1500s: %s", program, strerror(errno));
	real_go_reader_stop(reader);
	return NULL;
}

struct real_go_reader *real_go_reader_start(const struct real_go_toolchain *toolchain,
					    unsigned minor, char *ret_error)
{
	struct real_go_toolchain candidates[TOOLCHAIN_COUNT_MAX];
	struct real_go_reader *reader = NULL;
	bool is_own_able = toolchain != NULL && can_read(toolchain->minor, minor);
	/* To ask all others what they are takes longer than most runs. */
	if (is_own_able)
		reader = start_reader_of(toolchain, ret_error);
	if (reader != NULL)
		return reader;
	size_t count = find_candidates(minor, candidates);
	for (size_t i = 0; i < count && reader == NULL; i++)
		reader = start_reader_of(&candidates[i], ret_error);
	if (count == 0 && !is_own_able)
		snprintf(ret_error, REAL_GO_ERROR_SIZE,
			 "no reader of Go for traces of Go 1.%u is here: it wants Go %s; "
			 "`ci/toolchains --wanted' tells how to install one",
			 minor,
			 minor <= MINOR_V1_NEWEST ? "1.21 with its sources" : "1.23 or newer");
	return reader;
}

void real_go_reader_stop(struct real_go_reader *reader)
{
	if (reader == NULL)
		return;
	if (reader->conversation >= 0)
		close(reader->conversation);
	if (reader->trace >= 0)
		close(reader->trace);
	if (reader->pid > 0) {
		kill(reader->pid, SIGKILL);
		waitpid(reader->pid, NULL, 0);
	}
	free(reader);
}

const char *real_go_reader_version(const struct real_go_reader *reader)
{
	return reader->version;
}

/* ---- A trace ------------------------------------------------------------- */

static bool write_trace(int file, const uint8_t *bytes, size_t size_bytes)
{
	if (ftruncate(file, 0) != 0)
		return false;
	for (size_t written = 0; written < size_bytes;) {
		ssize_t count = pwrite(file, bytes + written, size_bytes - written, (off_t)written);
		if (count < 0)
			return false;
		written += (size_t)count;
	}
	return true;
}

/* One line, without its end; what does not fit is dropped. */
static bool read_line(int conversation, char *line, size_t line_size)
{
	struct timespec start, now;
	size_t length = 0;
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (;;) {
		char byte;
		struct pollfd wait = {.fd = conversation, .events = POLLIN};
		int ready = poll(&wait, 1, 1000);
		clock_gettime(CLOCK_MONOTONIC, &now);
		if ((ready < 0 && errno != EINTR) ||
		    (ready == 0 && now.tv_sec - start.tv_sec > ANSWER_TIME_S))
			return false;
		if (ready <= 0)
			continue;
		if (read(conversation, &byte, 1) != 1)
			return false;
		if (byte == '\n')
			break;
		if (length + 1 < line_size)
			line[length++] = byte;
	}
	line[length] = '\0';
	return true;
}

bool real_go_reader_accepts(struct real_go_reader *reader, const uint8_t *bytes, size_t size_bytes,
			    char *ret_message)
{
	static const char name[] = "/proc/self/fd/3\n";
	static const char rejected[] = "reject: ";
	char line[VERDICT_TEXT_SIZE_BYTES];
	ret_message[0] = '\0';
	if (!write_trace(reader->trace, bytes, size_bytes) ||
	    send(reader->conversation, name, sizeof name - 1, MSG_NOSIGNAL) != sizeof name - 1 ||
	    !read_line(reader->conversation, line, sizeof line))
		fatal("Go's reader does not answer any more");
	const char *tab = strchr(line, '\t');
	if (tab != NULL && strcmp(tab + 1, "accept") == 0)
		return true;
	if (tab == NULL || strncmp(tab + 1, rejected, strlen(rejected)) != 0)
		fatal("Go's reader answers neither accept nor reject");
	snprintf(ret_message, VERDICT_TEXT_SIZE_BYTES, "%s", tab + 1 + strlen(rejected));
	return false;
}
