/* The loop of `rut fuzz`: keep the slots busy, read what children print, end in order. */
#include "rut/fuzz.h"
#include "rut/interrupt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "rut/command.h"

enum {
	WAKE_EVERY_MS = 200,
	PATIENCE_MS = 3000,
	NAMING_PATIENCE_MS = 10000, /* behind Ctrl-C */
	REST_MS_MIN = 1000,
	WORK_MS_MAX = 60000, /* for findings, behind the end */
};

static size_t running_count(const struct fuzz_run *run)
{
	size_t count = 0;
	for (uint32_t i = 0; i < run->options.jobs; i++)
		count += run->slices[i].pid != 0;
	return count;
}

static int64_t left_ms(const struct fuzz_run *run)
{
	return (int64_t)run->options.time_s * 1000 - (fuzz_now_ms() - run->started_ms);
}

/* A rest too short for a slice is left alone. */
static bool has_time(const struct fuzz_run *run)
{
	return !run->is_stopping && (run->slice_count == 0 || left_ms(run) >= REST_MS_MIN);
}

static void start_slices(struct fuzz_run *run)
{
	for (uint32_t i = 0; i < run->options.jobs && has_time(run); i++) {
		struct fuzz_slice *slice = &run->slices[i];
		if (slice->pid)
			continue;
		if (run->recovered_next < run->recovered_count
			    ? !fuzz_slice_start_recovered(run, slice)
			    : !fuzz_slice_start(run, slice)) {
			run->has_failed = true;
			run->is_stopping = true;
		}
	}
}

/* Waits for output of any child, but not long: ends of children and the table want a look too. */
static void read_slices(struct fuzz_run *run)
{
	struct pollfd waits[FUZZ_SLICE_COUNT_MAX];
	nfds_t count = 0;
	for (uint32_t i = 0; i < run->options.jobs; i++) {
		if (run->slices[i].pid)
			waits[count++] = (struct pollfd){.fd = run->slices[i].output,
							 .events = POLLIN};
	}
	poll(waits, count, WAKE_EVERY_MS);
	for (uint32_t i = 0; i < run->options.jobs; i++) {
		if (!run->slices[i].pid)
			continue;
		fuzz_slice_read(&run->slices[i]);
		fuzz_slice_collect(run, &run->slices[i]);
	}
	fuzz_findings_go_on(run);
	if (interrupt_has_come()) {
		run->is_stopping = true;
		fuzz_findings_hurry(run);
	}
}

/* Asks a child to end, and insists after a while: under TSan a signal may be put off. What was
 * found is named first, but nobody who wants the end waits for that long. */
static void stop_slice(const struct fuzz_run *run, struct fuzz_slice *slice, int64_t asked_ms)
{
	int64_t now_ms = fuzz_now_ms();
	if (!slice->pid || (slice->stage == FUZZ_NAMES &&
			    !(run->is_in_haste && now_ms - asked_ms > NAMING_PATIENCE_MS)))
		return;
	fuzz_slice_stop(slice);
	if (now_ms - slice->stopped_ms > PATIENCE_MS)
		kill(slice->pid, SIGKILL);
}

static void stop_slices(struct fuzz_run *run)
{
	int64_t asked_ms = fuzz_now_ms();
	while (running_count(run) > 0) {
		for (uint32_t i = 0; i < run->options.jobs; i++)
			stop_slice(run, &run->slices[i], asked_ms);
		fuzz_table_show(run);
		read_slices(run);
	}
}

static void finish_findings(struct fuzz_run *run)
{
	int64_t end_ms = fuzz_now_ms() + WORK_MS_MAX;
	while (fuzz_findings_are_pending(run)) {
		fuzz_table_show(run);
		read_slices(run);
		if (fuzz_now_ms() > end_ms)
			fuzz_findings_hurry(run);
	}
}

/* Looked at now and then: a run ends a little later. */
static bool has_spent_executions(const struct fuzz_run *run)
{
	const uint64_t executions_max = run->options.executions_max;
	return executions_max > 0 && fuzz_counts_of_run(run).executions >= executions_max;
}

static void search(struct fuzz_run *run)
{
	fuzz_table_start(run);
	do {
		start_slices(run);
		fuzz_table_show(run);
		read_slices(run);
	} while (!run->is_stopping && !has_spent_executions(run) &&
		 (has_time(run) || running_count(run) > 0));
	stop_slices(run);
	run->is_stopping = true;
	finish_findings(run);
	fuzz_sum_up(run);
}

static bool has_seen_any(const struct fuzz_run *run)
{
	for (size_t i = 0; i < run->finding_count; i++) {
		if (run->findings[i].count > 0)
			return true;
	}
	return false;
}

int rut_fuzz(int argc, char **argv)
{
	static struct fuzz_run run;
	run.options = fuzz_options_parse(argc, argv);
	run.has_terminal = isatty(STDOUT_FILENO);
	if (!fuzz_targets_find(&run) || !fuzz_take_work(&run))
		return RUT_USAGE;
	run.slices = calloc(run.options.jobs, sizeof(*run.slices));
	if (!run.slices || !fuzz_recover(&run) || !fuzz_state_read(&run))
		return RUT_HARNESS;
	const int status = fuzz_corpus_prepare(&run);
	if (status != RUT_FINE)
		return status;
	fuzz_findings_read(&run);
	run.started_ms = fuzz_now_ms();
	interrupt_catch();
	search(&run);
	if (!fuzz_state_write(&run) || !fuzz_summary_write(&run))
		run.has_failed = true;
	free(run.slices);
	if (run.has_failed)
		return RUT_HARNESS;
	return has_seen_any(&run) || run.unnamed_count > 0 ? RUT_FINDING : RUT_FINE;
}
