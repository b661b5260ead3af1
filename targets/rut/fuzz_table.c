/* What a run shows: a table that redraws itself on a terminal, a line now and then elsewhere. */
#include "rut/fuzz.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { TERMINAL_EVERY_MS = 500, PLAIN_EVERY_MS = 5000, BAR_COLUMNS = 40 };

/* A line that a narrow terminal wrapped would be two when the table is wiped. */
#define NO_WRAP "\033[?7l"
#define WRAP "\033[?7h"

uint64_t fuzz_target_executions(const struct fuzz_run *run, const struct fuzz_target *target)
{
	uint64_t executions = 0;
	for (int build = 0; build < FUZZ_BUILD_COUNT; build++)
		executions += target->executions[build];
	for (uint32_t i = 0; i < run->options.jobs; i++) {
		if (run->slices[i].pid && run->slices[i].target == target)
			executions += run->slices[i].progress.executions;
	}
	return executions;
}

int64_t fuzz_target_busy_ms(const struct fuzz_run *run, const struct fuzz_target *target,
			    enum fuzz_build build)
{
	int64_t busy_ms = target->busy_ms[build];
	int64_t now_ms = fuzz_now_ms() - run->started_ms;
	for (uint32_t i = 0; i < run->options.jobs; i++) {
		const struct fuzz_slice *slice = &run->slices[i];
		if (slice->pid && slice->target == target && slice->build == build)
			busy_ms += now_ms - slice->started_ms;
	}
	return busy_ms;
}

const char *fuzz_short_number(double value, char *text, size_t text_size)
{
	static const char *const units[] = {"", "k", "M", "G"};
	size_t unit = 0;
	for (; value >= 1000 && unit < 3; unit++)
		value /= 1000;
	snprintf(text, text_size, unit > 0 ? "%.1f%s" : "%.0f%s", value, units[unit]);
	return text;
}

const char *fuzz_clock_text(int64_t time_ms, char *text, size_t text_size)
{
	int64_t time_s = time_ms / 1000;
	snprintf(text, text_size, "%02" PRId64 ":%02" PRId64 ":%02" PRId64, time_s / 3600,
		 time_s / 60 % 60, time_s % 60);
	return text;
}

/* Each build's share of the target's time, as in "asan 48% tsan 52%". */
static void shares_text(const struct fuzz_run *run, const struct fuzz_target *target, char *text,
			size_t text_size)
{
	int64_t total_ms = 0;
	size_t used = 0;
	text[0] = '\0';
	for (int build = 0; build < FUZZ_BUILD_COUNT; build++)
		total_ms += fuzz_target_busy_ms(run, target, (enum fuzz_build)build);
	for (int build = 0; build < FUZZ_BUILD_COUNT; build++) {
		int64_t busy_ms = fuzz_target_busy_ms(run, target, (enum fuzz_build)build);
		if (fuzz_target_uses(run, target, (enum fuzz_build)build) && total_ms > 0 &&
		    used < text_size)
			used += (size_t)snprintf(text + used, text_size - used, "%s %" PRId64 "%% ",
						 fuzz_target_judge(target, (enum fuzz_build)build),
						 (100 * busy_ms + total_ms / 2) / total_ms);
	}
}

static void print_target(const struct fuzz_run *run, const struct fuzz_target *target)
{
	char rate[16], executions[16], last_new[32] = "-", findings[16] = "-", shares[64];
	uint64_t execution_count = fuzz_target_executions(run, target);
	int64_t busy_ms = 0;
	for (int build = 0; build < FUZZ_BUILD_COUNT; build++)
		busy_ms += fuzz_target_busy_ms(run, target, (enum fuzz_build)build);
	double per_second = busy_ms > 0 ? (double)execution_count * 1000 / (double)busy_ms : 0;
	if (target->new_ms >= 0)
		fuzz_clock_text(target->new_ms, last_new, sizeof(last_new));
	if (target->finding_count > 0)
		snprintf(findings, sizeof(findings), "%" PRIu32, target->finding_count);
	shares_text(run, target, shares, sizeof(shares));
	printf(" %-24s %8s %8s %8" PRIu64 " %8" PRIu64 "  %8s %8s  %s\n", target->name,
	       fuzz_short_number(per_second, rate, sizeof(rate)),
	       fuzz_short_number((double)execution_count, executions, sizeof(executions)),
	       target->best.corpus_units, target->best.edges, last_new, findings, shares);
}

static void print_head(void)
{
	printf(" %-24s %8s %8s %8s %8s  %8s %8s  %s\n", "target", "exec/s", "runs", "corpus",
	       "edges", "last new", "findings", "judges");
}

void fuzz_table_start(const struct fuzz_run *run)
{
	const struct fuzz_options *options = &run->options;
	printf("tracer-fuzz  %zu target%s, %" PRIu32 " at once, %" PRIu32 " s  libFuzzer:",
	       run->target_count, run->target_count == 1 ? "" : "s", options->jobs,
	       options->time_s);
	for (int build = 0; build < FUZZ_BUILD_COUNT; build++) {
		if (options->use_build[build])
			printf(" %s", fuzz_build_name((enum fuzz_build)build));
	}
	printf("  SEED=0x%" PRIx64 "\n", options->seed);
	if (options->defect)
		printf("with the defect %s; the first finding ends the run\n", options->defect);
	printf("\n");
	if (!run->has_terminal)
		print_head();
	fflush(stdout);
}

/* Wipes the table, so that what is printed next stands in its place. */
void fuzz_table_clear(struct fuzz_run *run)
{
	if (run->table_line_count > 0)
		printf("\033[%zuA\033[J", run->table_line_count);
	run->table_line_count = 0;
}

static void print_bar(const struct fuzz_run *run, int64_t now_ms)
{
	char now[32], end[32], bar[BAR_COLUMNS + 1];
	int64_t time_ms = (int64_t)run->options.time_s * 1000;
	int64_t full = now_ms < time_ms ? now_ms * BAR_COLUMNS / time_ms : BAR_COLUMNS;
	memset(bar, ' ', BAR_COLUMNS);
	memset(bar, '=', (size_t)full);
	bar[BAR_COLUMNS] = '\0';
	printf(" [%s] %s of %s   %s\n", bar, fuzz_clock_text(now_ms, now, sizeof(now)),
	       fuzz_clock_text(time_ms, end, sizeof(end)),
	       run->is_stopping ? "stopping" : "Ctrl-C stops and sums up");
}

void fuzz_table_show(struct fuzz_run *run)
{
	int64_t now_ms = fuzz_now_ms() - run->started_ms;
	if (now_ms - run->shown_ms < (run->has_terminal ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS))
		return;
	run->shown_ms = now_ms;
	if (run->has_terminal) {
		fuzz_table_clear(run);
		printf(NO_WRAP);
		print_head();
	}
	for (size_t i = 0; i < run->target_count; i++)
		print_target(run, &run->targets[i]);
	if (run->has_terminal) {
		print_bar(run, now_ms);
		printf(WRAP);
		run->table_line_count = run->target_count + 2;
	}
	fflush(stdout);
}

/* Of targets that run a scenario: on the simulator, or on real threads. */
static void print_steps(const struct fuzz_run *run)
{
	for (size_t i = 0; i < run->target_count; i++) {
		const struct fuzz_target *target = &run->targets[i];
		const struct fuzz_progress *told = &target->told;
		if (told->steps == 0)
			continue;
		printf("  %s: %.1f million steps, ", target->name, (double)told->steps / 1e6);
		if (told->sent > 0)
			printf("%" PRIu64 " signals sent, ", told->sent);
		printf("%" PRIu64 " signals handled\n", told->signals);
	}
}

void fuzz_table_sum_up(struct fuzz_run *run)
{
	char elapsed[32];
	int64_t now_ms = fuzz_now_ms() - run->started_ms;
	fuzz_table_clear(run);
	printf("\n");
	print_head();
	for (size_t i = 0; i < run->target_count; i++)
		print_target(run, &run->targets[i]);
	printf("\n%s in %" PRIu32 " slices, SEED=0x%" PRIx64 ": ",
	       fuzz_clock_text(now_ms, elapsed, sizeof(elapsed)), run->slice_count,
	       run->options.seed);
	if (run->finding_count == 0)
		printf("nothing found\n");
	else
		printf("%zu finding%s\n", run->finding_count, run->finding_count == 1 ? "" : "s");
	print_steps(run);
	for (size_t i = 0; i < run->finding_count; i++) {
		const struct fuzz_finding *finding = &run->findings[i];
		printf("  %s  seen %" PRIu32 " time%s  %s, %s\n", finding->folder, finding->count,
		       finding->count == 1 ? "" : "s", finding->target->name,
		       fuzz_target_judge(finding->target, finding->build));
	}
}
