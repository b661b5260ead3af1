/* What a search shows: a line that redraws itself on a terminal, one now and then elsewhere. */
#include "rut_go/go_fuzz.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { TERMINAL_EVERY_MS = 1000, PLAIN_EVERY_MS = 10000 };

/* A line that a narrow terminal wrapped would be two when it is wiped. */
#define NO_WRAP "\033[?7l"
#define WRAP "\033[?7h"

struct total {
	uint64_t runs, traces, events, trace_bytes;
};

static struct total total_of(const struct go_fuzz_shared *shared)
{
	struct total total = {0};
	for (size_t i = 0; i < GO_FUZZ_JOB_COUNT_MAX; i++) {
		const struct go_fuzz_counters *counters = &shared->counters[i];
		total.runs += atomic_load_explicit(&counters->runs, memory_order_relaxed);
		total.traces += atomic_load_explicit(&counters->traces, memory_order_relaxed);
		total.events += atomic_load_explicit(&counters->events, memory_order_relaxed);
		total.trace_bytes += atomic_load_explicit(&counters->trace_bytes,
							  memory_order_relaxed);
	}
	return total;
}

uint64_t go_fuzz_run_count(const struct go_fuzz_shared *shared)
{
	return total_of(shared).runs;
}

void go_fuzz_show_start(const struct go_fuzz_run *run)
{
	const struct go_fuzz_options *options = &run->options;
	printf("tracer-fuzz  %s, %s build", run->toolchain.version,
	       scenario_build_names[options->build.build]);
	for (size_t i = 0; i < options->build.edit_count; i++)
		printf(" with %s", options->build.edits[i]);
	printf(", %" PRIu32 " at once, %" PRIu32 " s  judges: our reader, %s%s  SEED=0x%" PRIx64
	       "\n",
	       options->jobs, options->time_s,
	       run->reader_version[0] != '\0' ? "Go's of " : "none of Go's", run->reader_version,
	       options->seed);
	printf("%zu scenarios to start from%s\n\n", run->seed_count,
	       options->finds_known ? "; known findings are findings" : "");
	fflush(stdout);
}

/* Several rows may be of one issue; the first of them stands for all. */
static uint64_t count_of_issue(const struct go_fuzz_shared *shared, size_t first)
{
	const char *issue = atomic_load(&shared->known[first].row)->issue;
	uint64_t count = 0;
	for (size_t i = 0; i < GO_FUZZ_KNOWN_COUNT_MAX; i++) {
		const struct real_go_known *row = atomic_load(&shared->known[i].row);
		if (row == NULL || strcmp(row->issue, issue) != 0)
			continue;
		if (i < first)
			return 0;
		count += atomic_load(&shared->known[i].count);
	}
	return count;
}

static void print_known(const struct go_fuzz_shared *shared)
{
	for (size_t i = 0; i < GO_FUZZ_KNOWN_COUNT_MAX; i++) {
		const struct real_go_known *row = atomic_load(&shared->known[i].row);
		const uint64_t count = row != NULL ? count_of_issue(shared, i) : 0;
		if (count > 0)
			printf("  known %s: %" PRIu64, row->issue, count);
	}
}

static void print_stages(const struct go_fuzz_run *run)
{
	for (uint32_t i = 0; i < run->options.jobs; i++) {
		const struct go_fuzz_counters *counters = &run->shared->counters[i];
		const uint32_t runs = atomic_load(&counters->stage_runs);
		switch ((enum go_fuzz_stage)atomic_load(&counters->stage)) {
		case GO_FUZZ_SEARCHES:
			break;
		case GO_FUZZ_REPEATS:
		case GO_FUZZ_REPEATS_SHRUNK:
			printf("  [repeats a finding: %" PRIu32 " runs]", runs);
			break;
		case GO_FUZZ_SHRINKS:
			printf("  [shrinks a finding: %" PRIu32 " operations, %" PRIu32 " runs]",
			       atomic_load(&counters->stage_operations), runs);
			break;
		}
	}
}

static void print_status(const struct go_fuzz_run *run, int64_t now_ms)
{
	char now[32], end[32], runs[16], traces[16], events[16], bytes[16];
	const struct total total = total_of(run->shared);
	const double seconds = now_ms > 0 ? (double)now_ms / 1000 : 1;
	printf(" %s of %s  %.1f/s  %s runs  %s traces  %s events  %s bytes",
	       fuzz_clock_text(now_ms, now, sizeof now),
	       fuzz_clock_text((int64_t)run->options.time_s * 1000, end, sizeof end),
	       (double)total.runs / seconds,
	       fuzz_short_number((double)total.runs, runs, sizeof runs),
	       fuzz_short_number((double)total.traces, traces, sizeof traces),
	       fuzz_short_number((double)total.events, events, sizeof events),
	       fuzz_short_number((double)total.trace_bytes, bytes, sizeof bytes));
	print_known(run->shared);
	printf("  new: %" PRIu32, run->finding_count);
	print_stages(run);
}

static void wipe(struct go_fuzz_run *run)
{
	if (run->has_status_line)
		printf("\r\033[K");
	run->has_status_line = false;
}

void go_fuzz_show_progress(struct go_fuzz_run *run)
{
	const int64_t now_ms = fuzz_now_ms() - run->started_ms;
	if (now_ms - run->shown_ms < (run->has_terminal ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS))
		return;
	run->shown_ms = now_ms;
	wipe(run);
	if (run->has_terminal)
		printf(NO_WRAP);
	print_status(run, now_ms);
	if (run->has_terminal)
		printf("%s", WRAP);
	else
		printf("\n");
	run->has_status_line = run->has_terminal;
	fflush(stdout);
}

void go_fuzz_show_message(struct go_fuzz_run *run, const struct go_fuzz_message *message)
{
	wipe(run);
	switch (message->kind) {
	case GO_FUZZ_FINDING:
		printf("\n%s\n", message->text);
		break;
	case GO_FUZZ_UNCONFIRMED:
		printf("\nnot confirmed: it did not end once, and does when run again; the machine "
		       "may be busy\n%s\n",
		       message->text);
		break;
	case GO_FUZZ_FAILURE:
		printf("\nHARNESS FAILURE  %s\n  the scenario: %s\n\n", message->text,
		       message->folder);
		break;
	}
	fflush(stdout);
}

void go_fuzz_show_sum(struct go_fuzz_run *run)
{
	const int64_t now_ms = fuzz_now_ms() - run->started_ms;
	const struct go_fuzz_shared *shared = run->shared;
	wipe(run);
	print_status(run, now_ms);
	printf("\n\nSEED=0x%" PRIx64 ": ", run->options.seed);
	if (run->finding_count == 0)
		printf("nothing found\n");
	else
		printf("%" PRIu32 " finding%s\n", run->finding_count,
		       run->finding_count == 1 ? "" : "s");
	for (uint32_t i = 0; i < run->finding_count && i < FUZZ_FINDING_COUNT_MAX; i++)
		printf("  %s\n", run->folders[i]);
	if (run->unconfirmed_count > 0)
		printf("  %" PRIu32 " not confirmed\n", run->unconfirmed_count);
	for (size_t i = 0; i < GO_FUZZ_KNOWN_COUNT_MAX; i++) {
		const struct real_go_known *row = atomic_load(&shared->known[i].row);
		if (row != NULL)
			printf("  known %s: %" PRIu64 " runs passed over: %s\n", row->issue,
			       atomic_load(&shared->known[i].count), row->sentence);
	}
	fflush(stdout);
}
