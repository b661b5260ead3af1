#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "rut/bench_defects.h"

enum { TERMINAL_EVERY_MS = 1000, PLAIN_EVERY_MS = 30000 };

/* A line that a narrow terminal wrapped would be two when it is wiped. */
#define NO_WRAP "\033[?7l"
#define WRAP "\033[?7h"
#define WIPE "\r\033[K"

struct progress {
	size_t ended, found, known, failed, left;
	double left_s; /* until all have ended */
};

/* Of a trial that has not been: as long as those of its kind, or of any kind, or as long as may be.
 */
static double expected_s(const struct bench_run *run, enum bench_mutator mutator)
{
	double sum_s = 0, all_s = 0;
	size_t count = 0, all_count = 0;
	for (size_t i = 0; i < run->trial_count; i++) {
		const struct bench_trial *trial = &run->trials[i];
		if (trial->state != BENCH_HAS_ENDED)
			continue;
		all_s += trial->lasted_s;
		all_count++;
		if (trial->mutator == mutator) {
			sum_s += trial->lasted_s;
			count++;
		}
	}
	if (count > 0)
		return sum_s / (double)count;
	return all_count > 0 ? all_s / (double)all_count : run->options.time_s;
}

/* Of one that is going on. Once it has lasted longer than was expected: as long as may be. */
static double rest_s(const struct bench_slot *slot, double whole_s, double longest_s)
{
	const double lasted_s = (double)(fuzz_now_ms() - slot->started_ms) / 1000;
	if (whole_s < lasted_s)
		whole_s = longest_s;
	return whole_s > lasted_s ? whole_s - lasted_s : 0;
}

/* All trials share the slots; and none ends before the last of those that are going on. */
static double left_s(const struct bench_run *run)
{
	const double each_s[BENCH_MUTATOR_COUNT] = {
		[BENCH_STRUCTURE] = expected_s(run, BENCH_STRUCTURE),
		[BENCH_BYTES] = expected_s(run, BENCH_BYTES),
	};
	double sum_s = 0, longest_s = 0;
	for (size_t i = 0; i < run->trial_count; i++)
		if (run->trials[i].state == BENCH_WAITS)
			sum_s += each_s[run->trials[i].mutator];
	for (size_t i = 0; i < run->options.jobs; i++) {
		if (run->slots[i].pid == 0)
			continue;
		const struct bench_slot *slot = &run->slots[i];
		const double s = rest_s(slot, each_s[slot->trial->mutator], run->options.time_s);
		sum_s += s;
		longest_s = s > longest_s ? s : longest_s;
	}
	const double shared_s = sum_s / (double)run->options.jobs;
	return shared_s > longest_s ? shared_s : longest_s;
}

static struct progress progress_of(const struct bench_run *run)
{
	struct progress progress = {.left_s = left_s(run)};
	for (size_t i = 0; i < run->trial_count; i++) {
		const struct bench_trial *trial = &run->trials[i];
		const bool is_left = trial->state == BENCH_WAITS || trial->state == BENCH_RUNS;
		progress.failed += trial->state == BENCH_HAS_FAILED;
		progress.left += is_left;
		if (trial->state != BENCH_HAS_ENDED)
			continue;
		progress.ended++;
		progress.found += trial->is_found;
		progress.known += trial->is_of_earlier_run;
	}
	return progress;
}

void bench_show_start(const struct bench_run *run)
{
	const struct bench_options *options = &run->options;
	const struct progress progress = progress_of(run);
	printf("tracer-fuzz  %zu settings of defects, %" PRIu32 " seeds, at most %" PRIu32
	       " s a trial, %" PRIu32 " trials at once  commit %s\n",
	       options->defect_count, options->seed_count, options->time_s, options->jobs,
	       run->commit);
	printf("%zu trials to run", progress.left);
	if (progress.known > 0)
		printf(", %zu known from earlier runs", progress.known);
	printf("  %s/results.jsonl\n", options->results);
	if (run->unread_line_count > 0)
		printf("%zu lines there are no results, and passed over\n", run->unread_line_count);
	printf("\n");
	fflush(stdout);
}

static void print_progress(const struct bench_run *run, int64_t now_ms)
{
	char now[32], left[32];
	const struct progress progress = progress_of(run);
	const size_t own = progress.ended - progress.known;
	const int64_t left_ms = (int64_t)(progress.left_s * 1000);
	printf(" %s  %zu of %zu trials, %zu found", fuzz_clock_text(now_ms, now, sizeof now),
	       progress.ended, progress.ended + progress.left + progress.failed, progress.found);
	if (progress.failed > 0)
		printf(", %zu FAILED", progress.failed);
	if (own > 0 && now_ms > 0)
		printf("  %.1f trials/min", (double)own * 60000 / (double)now_ms);
	printf("  about %s left", fuzz_clock_text(left_ms, left, sizeof left));
}

void bench_show_progress(struct bench_run *run)
{
	const int64_t now_ms = fuzz_now_ms() - run->started_ms;
	if (now_ms - run->shown_ms < (run->has_terminal ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS))
		return;
	run->shown_ms = now_ms;
	if (run->has_terminal)
		printf(WIPE NO_WRAP);
	print_progress(run, now_ms);
	printf("%s", run->has_terminal ? WRAP : "\n");
	fflush(stdout);
}

void bench_show_failure(const struct bench_run *run, const struct bench_slot *slot,
			const char *reason)
{
	bench_show_end(run);
	printf("FAILED TRIAL  %s: %s\n  %s\n", run->options.defects[slot->trial->defect], reason,
	       slot->command);
	/* Its last words; whole lines where there is one. */
	const size_t shown = slot->text_size < 400 ? slot->text_size : 400;
	const char *words = slot->text + slot->text_size - shown;
	if (shown > 0)
		printf("  its output ends with:\n%.*s%s", (int)shown, words,
		       words[shown - 1] == '\n' ? "" : "\n");
	printf("\n");
	fflush(stdout);
}

void bench_show_end(const struct bench_run *run)
{
	if (run->has_terminal)
		printf(WIPE);
	fflush(stdout);
}
