#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fatal.h"
#include "rut/bench_defects.h"

enum {
	ARGUMENT_COUNT_MAX = 20,
	ARGUMENT_SIZE = FUZZ_PATH_SIZE + 32,
	/* A trial starts up and comes to its end beside its time. */
	OVERTIME_MS_MAX = 60000,
	GRACE_MS = 10000,
};

struct arguments {
	char texts[ARGUMENT_COUNT_MAX][ARGUMENT_SIZE];
	char *argv[ARGUMENT_COUNT_MAX + 1]; /* ends with NULL */
	size_t count;
};

static void add(struct arguments *arguments, const char *name, const char *value)
{
	ensure(arguments->count < ARGUMENT_COUNT_MAX);
	char *text = arguments->texts[arguments->count];
	fuzz_path(text, ARGUMENT_SIZE, "%s%s", name, value);
	arguments->argv[arguments->count++] = text;
	arguments->argv[arguments->count] = NULL;
}

static void add_number(struct arguments *arguments, const char *name, uint64_t value)
{
	char text[24];
	snprintf(text, sizeof text, "%" PRIu64, value);
	add(arguments, name, text);
}

static void add_all(const struct bench_run *run, const struct bench_slot *slot,
		    struct arguments *arguments)
{
	const struct bench_options *options = &run->options;
	const struct bench_trial *trial = slot->trial;
	char path[FUZZ_PATH_SIZE];
	add(arguments, options->rut, "");
	add(arguments, "fuzz", "");
	add(arguments, "--build=", options->build);
	add(arguments, "--jobs=1", "");
	add_number(arguments, "--time=", options->time_s);
	if (slot->executions_max > 0)
		add_number(arguments, "--executions=", slot->executions_max);
	add(arguments, "--defect=", options->defects[trial->defect]);
	add(arguments, "--corpus=empty", "");
	add(arguments, "--engine=", fuzz_engine_id(trial->engine));
	add(arguments, "--mutator=", bench_mutator_names[trial->mutator]);
	add_number(arguments, "--seed=", trial->seed);
	add(arguments, "--no-shrink", "");
	add(arguments, "--trigger", "");
	fuzz_path(path, sizeof path, "%s/findings", slot->folder);
	add(arguments, "--findings=", path);
	fuzz_path(path, sizeof path, "%s/work", slot->folder);
	add(arguments, "--work=", path);
	fuzz_path(path, sizeof path, "%s/summary.json", slot->folder);
	add(arguments, "--summary=", path);
}

static void tell_command(const struct arguments *arguments, char *ret_text, size_t text_size)
{
	size_t length = 0;
	for (size_t i = 0; i < arguments->count && length < text_size; i++)
		length += (size_t)snprintf(ret_text + length, text_size - length, "%s%s",
					   i > 0 ? " " : "", arguments->argv[i]);
}

bool bench_trial_start(struct bench_run *run, struct bench_slot *slot, struct bench_trial *trial)
{
	struct arguments arguments = {.count = 0};
	slot->trial = trial;
	slot->executions_max = bench_executions_max(run, trial);
	slot->is_asked_to_end = false;
	slot->text_size = 0;
	slot->started_ms = fuzz_now_ms();
	fuzz_path(slot->folder, sizeof slot->folder, "%s/work/%zu", run->options.results,
		  (size_t)(slot - run->slots));
	if (!fuzz_remove_folder(slot->folder) || !fuzz_make_folders(slot->folder))
		return false;
	add_all(run, slot, &arguments);
	tell_command(&arguments, slot->command, sizeof slot->command);
	const pid_t pid = fuzz_child_start(arguments.argv, &slot->output);
	if (pid < 0) {
		fprintf(stderr, "%s: %s\n", run->options.rut, strerror(errno));
		return false;
	}
	slot->pid = pid;
	trial->state = BENCH_RUNS;
	return true;
}

void bench_trial_read(struct bench_slot *slot)
{
	char bytes[BENCH_OUTPUT_SIZE / 2];
	struct pollfd wait = {.fd = slot->output, .events = POLLIN};
	while (poll(&wait, 1, 0) > 0) {
		const ssize_t size = read(slot->output, bytes, sizeof bytes);
		if (size <= 0)
			return;
		fuzz_child_keep(slot->text, sizeof slot->text, &slot->text_size, bytes,
				(size_t)size);
	}
}

static bool has_ended_well(const struct bench_slot *slot, int status, char *ret_reason,
			   size_t reason_size)
{
	if (slot->is_asked_to_end)
		snprintf(ret_reason, reason_size, "did not end in time");
	else if (WIFSIGNALED(status))
		snprintf(ret_reason, reason_size, "killed by signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status) > 1)
		snprintf(ret_reason, reason_size, "ended with %d", WEXITSTATUS(status));
	else
		return true;
	return false;
}

static void end_overdue(const struct bench_run *run, struct bench_slot *slot)
{
	const int64_t limit_ms = (int64_t)run->options.time_s * 1000 + OVERTIME_MS_MAX;
	const int64_t elapsed_ms = fuzz_now_ms() - slot->started_ms;
	if (elapsed_ms > limit_ms + GRACE_MS)
		kill(slot->pid, SIGKILL);
	else if (elapsed_ms > limit_ms && !slot->is_asked_to_end)
		bench_trial_stop(slot);
}

void bench_trial_collect(struct bench_run *run, struct bench_slot *slot)
{
	int status;
	char reason[256], summary[FUZZ_PATH_SIZE];
	const pid_t ended = waitpid(slot->pid, &status, WNOHANG);
	if (ended == 0) {
		end_overdue(run, slot);
		return;
	}
	ensure(ended == slot->pid);
	slot->pid = 0;
	bench_trial_read(slot);
	close(slot->output);
	/* What was cut short says nothing. */
	slot->trial->state = BENCH_WAITS;
	if (run->is_stopping)
		return;
	fuzz_path(summary, sizeof summary, "%s/summary.json", slot->folder);
	if (has_ended_well(slot, status, reason, sizeof reason) &&
	    bench_summary_take(run, slot, summary, reason, sizeof reason)) {
		run->failed_in_a_row_count = 0;
		return;
	}
	slot->trial->state = BENCH_HAS_FAILED;
	run->failed_in_a_row_count++;
	bench_show_failure(run, slot, reason);
}

void bench_trial_stop(struct bench_slot *slot)
{
	slot->is_asked_to_end = true;
	kill(slot->pid, SIGINT);
}
