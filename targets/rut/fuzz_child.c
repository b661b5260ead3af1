#include "rut/fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fatal.h"

/* What the environment had before anything was set. */
struct users_options {
	const char *name;
	bool is_read;
	char *options;
};

static const char *users_options(struct users_options *users)
{
	const char *options = getenv(users->name);
	if (!users->is_read && options) {
		users->options = strdup(options);
		ensure(users->options != NULL);
	}
	users->is_read = true;
	return users->options;
}

/* Options that a search needs; a user's own come after them and win. */
static void set_options(struct users_options *variable, const char *options)
{
	char all[2048];
	const char *name = variable->name;
	const char *symbolizer = getenv("TRACER_FUZZ_SYMBOLIZER");
	const char *users = users_options(variable);
	bool has_symbolizer = symbolizer && *symbolizer;
	fuzz_path(all, sizeof(all), "%s%s%s%s%s", options,
		  has_symbolizer ? ":external_symbolizer_path=" : "",
		  has_symbolizer ? symbolizer : "", users ? ":" : "", users ? users : "");
	setenv(name, all, 1);
}

void fuzz_child_environment(const struct fuzz_run *run, const struct fuzz_target *target)
{
	static struct users_options tsan = {.name = "TSAN_OPTIONS"};
	static struct users_options asan = {.name = "ASAN_OPTIONS"};
	static struct users_options ubsan = {.name = "UBSAN_OPTIONS"};
	/* abort_on_error with libFuzzer under TSan deadlocks; exit code 66 does not. On real
	 * threads the target goes on after a report, to tell how often it comes again. */
	set_options(&tsan, fuzz_target_is_parallel(target)
				   ? "halt_on_error=0:exitcode=66:report_signal_unsafe=0:"
				     "atexit_sleep_ms=0"
				   : "halt_on_error=1:exitcode=66:report_signal_unsafe=0:"
				     "atexit_sleep_ms=0");
	/* Stacks of coroutines are not the stacks that ASan's fake stack and leak scan know. */
	set_options(&asan, "detect_stack_use_after_return=0:detect_leaks=0");
	set_options(&ubsan, "print_stacktrace=1:halt_on_error=1");
	if (run->options.defect)
		setenv("TRACER_FUZZ_DEFECT", run->options.defect, 1);
	else
		unsetenv("TRACER_FUZZ_DEFECT");
}

pid_t fuzz_child_start(char *const argv[], int *ret_output)
{
	int ends[2];
	fflush(NULL);
	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	pid_t parent = getpid();
	pid_t child = fork();
	if (child < 0) {
		close(ends[0]);
		close(ends[1]);
		return -1;
	}
	if (child == 0) {
		/* A group of its own: Ctrl-C is for us, who then stop the children in order. */
		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(3);
		int nothing = open("/dev/null", O_RDONLY);
		if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 ||
		    dup2(ends[1], STDOUT_FILENO) < 0 || dup2(ends[1], STDERR_FILENO) < 0)
			_exit(3);
		execv(argv[0], argv);
		dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
		_exit(3);
	}
	close(ends[1]);
	*ret_output = ends[0];
	return child;
}

int fuzz_child_run(char *const argv[], FILE *file)
{
	int output, status;
	pid_t child = fuzz_child_start(argv, &output);
	if (child < 0)
		return -1;
	char bytes[4096];
	ssize_t size;
	while ((size = read(output, bytes, sizeof(bytes))) > 0) {
		if (file)
			fwrite(bytes, 1, (size_t)size, file);
	}
	close(output);
	return waitpid(child, &status, 0) == child ? status : -1;
}
