/* The loop of `rut fuzz`: keep the slots busy, read what children print, end in order. */
#include "rut/fuzz.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "rut/command.h"

enum { WAKE_EVERY_MS = 200, PATIENCE_MS = 3000, REST_MS_MIN = 1000 };

static volatile sig_atomic_t was_interrupted;

static void note_interrupt(int number)
{
	(void)number;
	was_interrupted = 1;
}

static void catch_interrupts(void)
{
	struct sigaction action = {.sa_handler = note_interrupt};
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

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
		if (!run->slices[i].pid && !fuzz_slice_start(run, &run->slices[i])) {
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
		fuzz_slice_read(run, &run->slices[i]);
		fuzz_slice_collect(run, &run->slices[i]);
	}
}

/* Asks all children to end, and insists after a while: under TSan a signal may be put off. */
static void stop_slices(struct fuzz_run *run)
{
	int64_t asked_ms = fuzz_now_ms();
	for (uint32_t i = 0; i < run->options.jobs; i++)
		fuzz_slice_stop(&run->slices[i]);
	while (running_count(run) > 0) {
		read_slices(run);
		for (uint32_t i = 0; i < run->options.jobs; i++) {
			if (run->slices[i].pid && fuzz_now_ms() - asked_ms > PATIENCE_MS)
				kill(run->slices[i].pid, SIGKILL);
		}
	}
}

static void search(struct fuzz_run *run)
{
	run->started_ms = fuzz_now_ms();
	fuzz_table_start(run);
	do {
		start_slices(run);
		fuzz_table_show(run);
		read_slices(run);
		if (was_interrupted)
			run->is_stopping = true;
	} while (!run->is_stopping && (has_time(run) || running_count(run) > 0));
	stop_slices(run);
	fuzz_table_sum_up(run);
}

int rut_fuzz(int argc, char **argv)
{
	static struct fuzz_run run;
	static char name[] = "rut fuzz";
	argv[0] = name;
	run.options = fuzz_options_parse(argc, argv);
	run.has_terminal = isatty(STDOUT_FILENO);
	if (!fuzz_targets_find(&run))
		return 2;
	if (!fuzz_corpus_prepare(&run))
		return 3;
	run.slices = calloc(run.options.jobs, sizeof(*run.slices));
	if (!run.slices)
		return 3;
	catch_interrupts();
	search(&run);
	free(run.slices);
	if (run.has_failed)
		return 3;
	return run.finding_count > 0 ? 1 : 0;
}
