/* The loop of `rut bench-defects`: keep the slots busy, keep what trials tell, sum up. */
#include "rut/bench_defects.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fatal.h"
#include "rut/command.h"
#include "rut/interrupt.h"

enum {
	WAKE_EVERY_MS = 100,
	PATIENCE_MS = 10000,
	/* Then it is not the trials that fail. */
	FAILED_IN_A_ROW_COUNT_MAX = 10,
};

static size_t running_count(const struct bench_run *run)
{
	size_t count = 0;
	for (uint32_t i = 0; i < run->options.jobs; i++)
		count += run->slots[i].pid != 0;
	return count;
}

/* False when the machine refuses. */
static bool start_trials(struct bench_run *run)
{
	for (uint32_t i = 0; i < run->options.jobs; i++) {
		struct bench_trial *trial = run->slots[i].pid ? NULL : bench_next(run);
		if (trial && !bench_trial_start(run, &run->slots[i], trial))
			return false;
	}
	return true;
}

static void read_trials(struct bench_run *run)
{
	poll(NULL, 0, WAKE_EVERY_MS);
	for (uint32_t i = 0; i < run->options.jobs; i++) {
		if (!run->slots[i].pid)
			continue;
		bench_trial_read(&run->slots[i]);
		bench_trial_collect(run, &run->slots[i]);
	}
}

static void stop_trials(struct bench_run *run)
{
	const int64_t asked_ms = fuzz_now_ms();
	run->is_stopping = true;
	for (uint32_t i = 0; i < run->options.jobs; i++)
		if (run->slots[i].pid)
			bench_trial_stop(&run->slots[i]);
	while (running_count(run) > 0) {
		for (uint32_t i = 0; i < run->options.jobs; i++)
			if (run->slots[i].pid && fuzz_now_ms() - asked_ms > PATIENCE_MS)
				kill(run->slots[i].pid, SIGKILL);
		read_trials(run);
	}
}

/* False when the harness failed otherwise than by a trial. */
static bool run_trials(struct bench_run *run)
{
	bool is_fine = true;
	run->started_ms = fuzz_now_ms();
	while (is_fine && !interrupt_has_come()) {
		is_fine = start_trials(run);
		if (running_count(run) == 0)
			break;
		bench_show_progress(run);
		read_trials(run);
		if (run->failed_in_a_row_count >= FAILED_IN_A_ROW_COUNT_MAX) {
			fprintf(stderr, "%d trials failed one after the other: given up\n",
				FAILED_IN_A_ROW_COUNT_MAX);
			break;
		}
	}
	stop_trials(run);
	bench_show_end(run);
	return is_fine;
}

static bool has_failed_trial(const struct bench_run *run)
{
	for (size_t i = 0; i < run->trial_count; i++)
		if (run->trials[i].state == BENCH_HAS_FAILED)
			return true;
	return false;
}

static bool write_report(const struct bench_run *run)
{
	char path[FUZZ_PATH_SIZE];
	fuzz_path(path, sizeof path, "%s/report.txt", run->options.results);
	FILE *file = fopen(path, "w");
	if (file)
		bench_report_print(run, file);
	if (!file || fclose(file) != 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return false;
	}
	printf("%s\n", path);
	return true;
}

static int run_benchmark(struct bench_run *run)
{
	char work[FUZZ_PATH_SIZE];
	if (!fuzz_make_folders(run->options.results))
		return RUT_HARNESS;
	const int status = bench_records_open(run);
	if (status != RUT_FINE)
		return status;
	interrupt_catch();
	bench_show_start(run);
	bool is_fine = run_trials(run);
	bench_report_print(run, stdout);
	is_fine = write_report(run) && is_fine;
	fuzz_path(work, sizeof work, "%s/work", run->options.results);
	is_fine = fuzz_remove_folder(work) && is_fine;
	if (!is_fine || has_failed_trial(run))
		return RUT_HARNESS;
	return bench_has_miss(run) ? RUT_FINDING : RUT_FINE;
}

int rut_bench_defects(int argc, char **argv)
{
	static struct bench_run run;
	memset(&run, 0, sizeof run);
	bench_options_parse(argc, argv, &run.options);
	run.has_terminal = isatty(STDOUT_FILENO);
	run.slots = calloc(run.options.jobs, sizeof *run.slots);
	ensure(run.slots != NULL);
	bench_plan(&run);
	const int status = run_benchmark(&run);
	if (run.results > 0)
		close(run.results);
	free(run.trials);
	free(run.slots);
	return status;
}
