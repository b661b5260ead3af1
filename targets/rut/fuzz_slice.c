/* A slice's life: start, read, collect. */
#include "rut/fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fatal.h"

enum {
	SLICE_MS_MIN = 2000,
	SLICE_MS_MAX = 60000,
	TURNS = 2,              /* each target and build gets its turn that often, if time allows */
	OVERRUN_MS_MAX = 90000, /* above the slice's end, with one slowest input within */
	INPUT_SIZE_MAX = 4096,
	MEMORY_MAX_MB = 4096,
};

/* The pair of target and build that has had the least time so far; the first of equals. */
static void choose(struct fuzz_run *run, struct fuzz_slice *slice)
{
	int64_t least_ms = INT64_MAX;
	for (int build = 0; build < FUZZ_BUILD_COUNT; build++) {
		for (size_t i = 0; i < run->target_count; i++) {
			if (!fuzz_target_uses(run, &run->targets[i], (enum fuzz_build)build))
				continue;
			int64_t busy_ms = fuzz_target_busy_ms(run, &run->targets[i],
							      (enum fuzz_build)build);
			/* One that runs already waits for those that do not. */
			for (uint32_t k = 0; k < run->options.jobs; k++) {
				const struct fuzz_slice *other = &run->slices[k];
				if (other->pid && other->target == &run->targets[i] &&
				    other->build == (enum fuzz_build)build)
					busy_ms += other->limit_ms - other->started_ms;
			}
			if (busy_ms < least_ms) {
				least_ms = busy_ms;
				slice->target = &run->targets[i];
				slice->build = (enum fuzz_build)build;
			}
		}
	}
}

static int64_t slice_length_ms(const struct fuzz_run *run, int64_t left_ms)
{
	int64_t pairs = fuzz_pair_count(run);
	ensure(pairs > 0);
	int64_t length_ms = (int64_t)run->options.time_s * 1000 * run->options.jobs /
			    (pairs * TURNS);
	if (length_ms < SLICE_MS_MIN)
		length_ms = SLICE_MS_MIN;
	if (length_ms > SLICE_MS_MAX)
		length_ms = SLICE_MS_MAX;
	/* No crumbs at the end. */
	return left_ms < length_ms + SLICE_MS_MIN ? left_ms : length_ms;
}

/* splitmix64: neighbouring slices get unrelated seeds. libFuzzer takes 0 for "choose one". */
static uint32_t slice_seed(uint64_t seed, uint32_t index)
{
	uint64_t mixed = seed + (index + 1ull) * 0x9e3779b97f4a7c15ull;
	mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ull;
	mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebull;
	uint32_t result = (uint32_t)(mixed ^ (mixed >> 31));
	return result ? result : 1;
}

bool fuzz_slice_start(struct fuzz_run *run, struct fuzz_slice *slice)
{
	enum { OPTION_COUNT = 10, OPTION_SIZE = FUZZ_PATH_SIZE + 32 };
	char program[FUZZ_PATH_SIZE], options[OPTION_COUNT][OPTION_SIZE];
	char *argv[OPTION_COUNT + 2];
	*slice = (struct fuzz_slice){.pid = 0};
	choose(run, slice);
	slice->started_ms = fuzz_now_ms() - run->started_ms;
	int64_t length_ms = slice_length_ms(run, (int64_t)run->options.time_s * 1000 -
							 slice->started_ms);
	slice->limit_ms = slice->started_ms + length_ms;
	slice->seed = slice_seed(run->options.seed, run->slice_count);
	fuzz_path(slice->artifacts, sizeof(slice->artifacts), "%s/fuzz/slice-%" PRIu32,
		  run->options.build, run->slice_count);
	if (!fuzz_make_folders(slice->artifacts))
		return false;

	size_t count = 0, argument = 0;
	fuzz_path(options[count++], OPTION_SIZE, "-seed=%" PRIu32, slice->seed);
	fuzz_path(options[count++], OPTION_SIZE, "-max_total_time=%" PRId64,
		  (length_ms + 999) / 1000);
	fuzz_path(options[count++], OPTION_SIZE, "-max_len=%d", INPUT_SIZE_MAX);
	fuzz_path(options[count++], OPTION_SIZE, "-timeout=%d", FUZZ_INPUT_TIME_MAX_S);
	fuzz_path(options[count++], OPTION_SIZE, "-rss_limit_mb=%d", MEMORY_MAX_MB);
	fuzz_path(options[count++], OPTION_SIZE, "-artifact_prefix=%s/", slice->artifacts);
	fuzz_path(options[count++], OPTION_SIZE, "-report_slow_units=1000");
	fuzz_path(options[count++], OPTION_SIZE, "-print_final_stats=1");
	fuzz_target_path(run, slice->target, slice->build, program, sizeof(program));
	fuzz_corpus_grown(run, slice->target, options[count++], OPTION_SIZE);
	fuzz_corpus_given(run, slice->target, options[count++], OPTION_SIZE);
	fuzz_child_environment(run, slice->target);
	argv[argument++] = program;
	for (size_t i = 0; i < count; i++)
		argv[argument++] = options[i];
	argv[argument] = NULL;

	slice->pid = fuzz_child_start(argv, &slice->output);
	if (slice->pid < 0) {
		slice->pid = 0;
		fprintf(stderr, "%s: %s\n", program, strerror(errno));
		return false;
	}
	fcntl(slice->output, F_SETFL, O_NONBLOCK);
	run->slice_count++;
	return true;
}

static void take_line(struct fuzz_run *run, struct fuzz_slice *slice)
{
	struct fuzz_progress *best = &slice->target->best;
	bool is_new;
	slice->line[slice->line_size] = '\0';
	slice->line_size = 0;
	if (!fuzz_parse_progress(slice->line, &slice->progress, &is_new)) {
		fuzz_parse_verdict(slice->line, &slice->verdict);
		return;
	}
	if (is_new)
		slice->target->new_ms = fuzz_now_ms() - run->started_ms;
	if (slice->progress.edges > best->edges)
		best->edges = slice->progress.edges;
	if (slice->progress.corpus_units > best->corpus_units)
		best->corpus_units = slice->progress.corpus_units;
}

/* Keeps the end of the output: the older half makes room. */
static void keep_text(struct fuzz_slice *slice, const char *bytes, size_t size)
{
	if (slice->text_size + size > sizeof(slice->text)) {
		size_t half = sizeof(slice->text) / 2;
		size_t drop = slice->text_size > half ? slice->text_size - half : 0;
		memmove(slice->text, slice->text + drop, slice->text_size - drop);
		slice->text_size -= drop;
	}
	memcpy(slice->text + slice->text_size, bytes, size);
	slice->text_size += size;
}

void fuzz_slice_read(struct fuzz_run *run, struct fuzz_slice *slice)
{
	char bytes[4096];
	ssize_t size;
	while ((size = read(slice->output, bytes, sizeof(bytes))) > 0) {
		keep_text(slice, bytes, (size_t)size);
		for (ssize_t i = 0; i < size; i++) {
			if (bytes[i] == '\n')
				take_line(run, slice);
			else if (slice->line_size + 1 < sizeof(slice->line))
				slice->line[slice->line_size++] = bytes[i];
		}
	}
}

/* The finding that libFuzzer left, or "": slow inputs are none. */
static void find_artifact(const struct fuzz_slice *slice, char *ret_path, size_t path_size)
{
	DIR *folder = opendir(slice->artifacts);
	ret_path[0] = '\0';
	for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;) {
		if (entry->d_name[0] != '.' && strncmp(entry->d_name, "slow-unit-", 10) != 0)
			fuzz_path(ret_path, path_size, "%s/%s", slice->artifacts, entry->d_name);
	}
	if (folder)
		closedir(folder);
}

/* A child that died without leaving an input tells of a broken harness, not of a defect. */
static void fail(struct fuzz_run *run, const struct fuzz_slice *slice, int status)
{
	fuzz_table_clear(run);
	printf("\nHARNESS FAILURE  %s (%s, -seed=%" PRIu32 ") ", slice->target->name,
	       fuzz_target_judge(slice->target, slice->build), slice->seed);
	if (slice->was_killed)
		printf("did not end with its slice\n");
	else if (WIFSIGNALED(status))
		printf("died of %s and left no input\n", strsignal(WTERMSIG(status)));
	else
		printf("ended with %d and left no input\n", WEXITSTATUS(status));
	printf("%.*s\n", (int)slice->text_size, slice->text);
	run->has_failed = true;
	run->is_stopping = true;
}

void fuzz_slice_stop(struct fuzz_slice *slice)
{
	if (slice->pid && !slice->was_stopped) {
		slice->was_stopped = true;
		kill(slice->pid, SIGTERM);
	}
}

/* libFuzzer reads its whole corpus before it looks at its time: on a busy machine, for longer than
 * a slice. So it is asked to end first; only who does not is broken. */
static void end_late_child(struct fuzz_slice *slice, int64_t now_ms)
{
	if (now_ms > slice->limit_ms + 2 * OVERRUN_MS_MAX && !slice->was_killed) {
		slice->was_killed = true;
		kill(slice->pid, SIGKILL);
	}
	fuzz_slice_stop(slice);
}

void fuzz_slice_collect(struct fuzz_run *run, struct fuzz_slice *slice)
{
	int status;
	char artifact[FUZZ_PATH_SIZE];
	int64_t now_ms = fuzz_now_ms() - run->started_ms;
	if (waitpid(slice->pid, &status, WNOHANG) != slice->pid) {
		if (now_ms > slice->limit_ms + OVERRUN_MS_MAX)
			end_late_child(slice, now_ms);
		return;
	}
	fuzz_slice_read(run, slice);
	if (slice->line_size > 0)
		take_line(run, slice);
	close(slice->output);
	slice->pid = 0;
	slice->target->executions[slice->build] += slice->progress.executions;
	slice->target->told.steps += slice->progress.steps;
	slice->target->told.signals += slice->progress.signals;
	slice->target->told.sent += slice->progress.sent;
	slice->target->busy_ms[slice->build] += now_ms - slice->started_ms;

	find_artifact(slice, artifact, sizeof(artifact));
	if (artifact[0])
		fuzz_finding_keep(run, slice, artifact);
	else if (slice->was_killed ||
		 (!slice->was_stopped && (!WIFEXITED(status) || WEXITSTATUS(status) != 0)))
		fail(run, slice, status);
	fuzz_remove_folder(slice->artifacts);
}
