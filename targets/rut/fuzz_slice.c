/* A slice's life: start, read, collect. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rut/fuzz.h"

enum {
	OVERRUN_MS_MAX = 90000, /* above the slice's end, with one slowest input within */
	NAMING_MS = 2 * 1000 * FUZZ_INPUT_TIME_MAX_S,
};

/* ---- Start --------------------------------------------------------------- */

/* Says what the folder is about, for whoever finds it when this run is gone. */
static bool describe(const struct fuzz_run *run, const struct fuzz_slice *slice)
{
	struct fuzz_slice_record record = {.seed = slice->seed,
					   .grows_corpus = fuzz_corpus_is_kept(run)};
	char path[FUZZ_PATH_SIZE];
	snprintf(record.target, sizeof(record.target), "%s", slice->target->name);
	snprintf(record.build, sizeof(record.build), "%s", fuzz_build_name(slice->build));
	snprintf(record.engine, sizeof(record.engine), "%s", fuzz_engine_id(slice->engine));
	snprintf(record.defect, sizeof(record.defect), "%s", slice->defect);
	fuzz_path(path, sizeof(path), "%s/slice.json", slice->folder);
	return fuzz_slice_record_write(&record, path);
}

static bool make_page(const struct fuzz_run *run, struct fuzz_slice *slice)
{
	char path[FUZZ_PATH_SIZE];
	fuzz_path(path, sizeof(path), "%s/page", slice->folder);
	slice->page = page_create(path);
	if (!slice->page) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return false;
	}
	fuzz_findings_tell(run, slice->page);
	return true;
}

bool fuzz_slice_start(struct fuzz_run *run, struct fuzz_slice *slice)
{
	memset(slice, 0, sizeof(*slice));
	fuzz_choose(run, slice);
	slice->started_ms = fuzz_now_ms() - run->started_ms;
	int64_t length_ms = fuzz_slice_length_ms(
		run, slice, (int64_t)run->options.time_s * 1000 - slice->started_ms);
	slice->limit_ms = slice->started_ms + length_ms;
	slice->seed = fuzz_slice_seed(run->options.seed, run->slice_count);
	snprintf(slice->defect, sizeof(slice->defect), "%s",
		 run->options.defect ? run->options.defect : "");
	fuzz_path(slice->folder, sizeof(slice->folder), "%s/slice-%" PRIu32, run->options.work,
		  run->folder_first + run->slice_count);
	if (!fuzz_make_folders(slice->folder) || !describe(run, slice) || !make_page(run, slice))
		return false;
	run->slice_count++;
	slice->target->slice_count[slice->build]++;
	return slice->engine == FUZZ_AFL ? fuzz_afl_start(run, slice, length_ms)
					 : fuzz_libfuzzer_start(run, slice, length_ms);
}

/* Runs INPUTS once more, to hear what is wrong with them. */
static bool start_naming(struct fuzz_run *run, struct fuzz_slice *slice, const char *inputs)
{
	slice->stage = FUZZ_NAMES;
	slice->was_stopped = false;
	slice->was_killed = false;
	slice->text_size = 0;
	slice->line_size = 0;
	slice->verdict = (struct fuzz_verdict){.witness = FUZZ_NOBODY};
	slice->limit_ms = fuzz_now_ms() - run->started_ms + NAMING_MS;
	return fuzz_libfuzzer_start_naming(run, slice, inputs);
}

bool fuzz_slice_start_recovered(struct fuzz_run *run, struct fuzz_slice *slice)
{
	const struct fuzz_recovered *recovered = &run->recovered[run->recovered_next++];
	memset(slice, 0, sizeof(*slice));
	slice->target = recovered->target;
	slice->build = recovered->build;
	slice->seed = recovered->record.seed;
	slice->is_recovered = true;
	fuzz_engine_named(recovered->record.engine, &slice->engine);
	memcpy(slice->defect, recovered->record.defect, sizeof(slice->defect));
	memcpy(slice->folder, recovered->folder, sizeof(slice->folder));
	memcpy(slice->artifact, recovered->artifact, sizeof(slice->artifact));
	return start_naming(run, slice, slice->artifact);
}

/* ---- Read ---------------------------------------------------------------- */

static void take_line(struct fuzz_slice *slice)
{
	slice->line[slice->line_size] = '\0';
	slice->line_size = 0;
	fuzz_parse_verdict(slice->line, &slice->verdict);
	fuzz_parse_refusal(slice->line, slice->refused, sizeof(slice->refused));
}

void fuzz_slice_read(struct fuzz_slice *slice)
{
	char bytes[4096];
	ssize_t size;
	while ((size = read(slice->output, bytes, sizeof(bytes))) > 0) {
		fuzz_child_keep(slice->text, sizeof(slice->text), &slice->text_size, bytes,
				(size_t)size);
		for (ssize_t i = 0; i < size; i++) {
			if (bytes[i] == '\n')
				take_line(slice);
			else if (slice->line_size + 1 < sizeof(slice->line))
				slice->line[slice->line_size++] = bytes[i];
		}
	}
}

/* ---- End ----------------------------------------------------------------- */

/* A child that died without leaving an input tells of a broken harness, not of a defect. */
static void fail(struct fuzz_run *run, const struct fuzz_slice *slice, int status)
{
	fuzz_table_clear(run);
	printf("\nHARNESS FAILURE  %s (%s, %s, seed %" PRIu32 ") ", slice->target->name,
	       fuzz_judge(slice->target->name, slice->build), fuzz_engine_name(slice->engine),
	       slice->seed);
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
		slice->stopped_ms = fuzz_now_ms();
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

/* Both engines find their news in each other's corpus. */
static void take_queue(struct fuzz_run *run, const struct fuzz_slice *slice)
{
	char grown[FUZZ_PATH_SIZE];
	fuzz_corpus_grown(run, slice->target, grown, sizeof(grown));
	fuzz_afl_take_queue(slice->folder, grown);
}

/* Takes over what the child that searched leaves. */
static void end_search(struct fuzz_run *run, struct fuzz_slice *slice)
{
	slice->found_ms = fuzz_now_ms() - run->started_ms;
	fuzz_findings_count(run, slice);
	fuzz_count_end(run, slice);
	if (slice->engine == FUZZ_AFL) {
		take_queue(run, slice);
		fuzz_afl_keep_bitmap(run, slice);
		fuzz_afl_find(slice->folder, slice->artifact, sizeof(slice->artifact));
	} else {
		fuzz_libfuzzer_find(slice->folder, slice->artifact, sizeof(slice->artifact));
	}
	fuzz_corpus_count(run, slice->target);
	fuzz_state_write(run);
}

/* AFL++ tells nothing of what it finds, and does not search where what it is given fails. */
static bool wants_naming(const struct fuzz_slice *slice, char *ret_inputs, size_t inputs_size)
{
	if (slice->stage == FUZZ_NAMES || slice->engine != FUZZ_AFL)
		return false;
	if (slice->artifact[0])
		fuzz_path(ret_inputs, inputs_size, "%s", slice->artifact);
	else
		fuzz_afl_inputs(slice->folder, ret_inputs, inputs_size);
	return slice->artifact[0] || slice->refused[0];
}

/* AFL++ and libFuzzer do not agree: no finding, since nobody has seen it twice, but no silence. */
static void tell_unclear(struct fuzz_run *run, const struct fuzz_slice *slice)
{
	char path[FUZZ_PATH_SIZE];
	const bool is_kept = fuzz_afl_keep_refused(run, slice, path, sizeof(path));
	/* It comes again in each slice. */
	if (slice->target->is_unclear)
		return;
	slice->target->is_unclear = true;
	fuzz_table_clear(run);
	printf("\nUNCLEAR  AFL++ says that an input of %s (%s) fails, libFuzzer does not see it\n",
	       slice->target->name, fuzz_judge(slice->target->name, slice->build));
	if (is_kept)
		printf("  input:   %s\n", path);
	printf("\n");
	fflush(stdout);
}

static void conclude(struct fuzz_run *run, struct fuzz_slice *slice, int status)
{
	char inputs[FUZZ_PATH_SIZE];
	bool is_wanted = !(run->options.defect && run->has_found) || slice->is_recovered;
	if (slice->stage == FUZZ_SEARCHES)
		end_search(run, slice);
	else if (!slice->artifact[0])
		fuzz_libfuzzer_find(slice->folder, slice->artifact, sizeof(slice->artifact));
	if (is_wanted && wants_naming(slice, inputs, sizeof(inputs))) {
		if (start_naming(run, slice, inputs))
			return;
		run->has_failed = true;
		run->is_stopping = true;
	}
	const bool has_named = slice->stage == FUZZ_NAMES && !slice->was_stopped;
	/* The end was wanted before it had a name. Its folder is for the next run. */
	if (slice->artifact[0] && slice->stage == FUZZ_NAMES && slice->was_stopped &&
	    run->is_in_haste) {
		run->unnamed_count++;
		return;
	}
	if (slice->artifact[0]) {
		fuzz_finding_keep(run, slice);
		return;
	}
	if (slice->was_killed ||
	    (!slice->was_stopped && (!WIFEXITED(status) || WEXITSTATUS(status) != 0)))
		fail(run, slice, status);
	else if (has_named && slice->refused[0])
		tell_unclear(run, slice);
	fuzz_remove_folder(slice->folder);
}

void fuzz_slice_collect(struct fuzz_run *run, struct fuzz_slice *slice)
{
	int status;
	int64_t now_ms = fuzz_now_ms() - run->started_ms;
	if (waitpid(slice->pid, &status, WNOHANG) != slice->pid) {
		if (now_ms > slice->limit_ms + OVERRUN_MS_MAX)
			end_late_child(slice, now_ms);
		return;
	}
	fuzz_slice_read(slice);
	if (slice->line_size > 0)
		take_line(slice);
	close(slice->output);
	slice->pid = 0;
	conclude(run, slice, status);
}
