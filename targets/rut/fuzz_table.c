/* What a run shows while it goes on: a table that redraws itself on a terminal, no wider than 110
 * columns; elsewhere lines now and then (fuzz_plain.c). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "rut/fuzz.h"

enum {
	TERMINAL_EVERY_MS = 500,
	COUNT_EVERY_MS = 5000, /* of files */
	BAR_COLUMNS = 30,
};

/* A line that a narrow terminal wrapped would be two when the table is wiped. */
#define NO_WRAP "\033[?7l"
#define WRAP "\033[?7h"

/* ---- A target's line ----------------------------------------------------- */

/* Each judge's share of the target's time in per cent, as in "asan 48 tsan 52". */
static void shares_text(const struct fuzz_run *run, const struct fuzz_target *target, char *text,
			size_t text_size)
{
	int64_t total_ms = fuzz_counts_of_target(run, target).busy_ms;
	size_t used = 0;
	text[0] = '\0';
	for (int build = 0; build < FUZZ_BUILD_COUNT; build++) {
		int64_t busy_ms = 0;
		if (!fuzz_target_uses(run, target, (enum fuzz_build)build) || total_ms <= 0)
			continue;
		for (int engine = 0; engine < FUZZ_ENGINE_COUNT; engine++)
			busy_ms += fuzz_counts_of(run, target, (enum fuzz_build)build,
						  (enum fuzz_engine)engine)
					   .busy_ms;
		if (used < text_size)
			used += (size_t)snprintf(text + used, text_size - used, "%s%s %" PRId64,
						 used > 0 ? " " : "",
						 fuzz_judge(target->name, (enum fuzz_build)build),
						 (100 * busy_ms + total_ms / 2) / total_ms);
	}
}

static void rate_text(uint64_t count, int64_t busy_ms, char *text, size_t text_size)
{
	fuzz_short_number(busy_ms > 0 ? (double)count * 1000 / (double)busy_ms : 0, text,
			  text_size);
}

static bool is_running(const struct fuzz_run *run, const struct fuzz_target *target)
{
	for (uint32_t i = 0; i < run->options.jobs; i++) {
		if (run->slices[i].pid && run->slices[i].target == target)
			return true;
	}
	return false;
}

const char *fuzz_new_ago_text(const struct fuzz_run *run, const struct fuzz_target *target,
			      char *text, size_t text_size)
{
	if (target->new_ms < 0)
		snprintf(text, text_size, "-");
	else
		fuzz_clock_text(fuzz_now_ms() - run->started_ms - target->new_ms, text, text_size);
	return text;
}

static void print_target(const struct fuzz_run *run, const struct fuzz_target *target)
{
	char rate[16], steps[16] = "-", pairs[24] = "-", new_ago[32], findings[16] = "-";
	char shares[64];
	struct fuzz_counts counts = fuzz_counts_of_target(run, target);
	rate_text(counts.executions, counts.busy_ms, rate, sizeof(rate));
	if (counts.steps > 0)
		rate_text(counts.steps, counts.busy_ms, steps, sizeof(steps));
	if (target->pair_count > 0)
		snprintf(pairs, sizeof(pairs), "%" PRIu64, target->pair_count);
	if (target->finding_count > 0)
		snprintf(findings, sizeof(findings), "%" PRIu32, target->finding_count);
	shares_text(run, target, shares, sizeof(shares));
	printf("%c%-20s %6s %7s %6" PRIu64 " %5" PRIu64 " %13s %8s %5s  %s\n",
	       is_running(run, target) ? '>' : ' ', target->name, rate, steps, target->corpus_count,
	       target->edge_count, pairs, fuzz_new_ago_text(run, target, new_ago, sizeof(new_ago)),
	       findings, shares);
}

void fuzz_table_print(const struct fuzz_run *run)
{
	printf(" %-20s %6s %7s %6s %5s points×states %8s %5s  %s\n", "target", "exec/s", "steps/s",
	       "corpus", "edges", "new ago", "found", "judges, %");
	for (size_t i = 0; i < run->target_count; i++)
		print_target(run, &run->targets[i]);
}

/* ---- Totals -------------------------------------------------------------- */

static int64_t engine_busy_ms(const struct fuzz_run *run, enum fuzz_engine engine)
{
	int64_t busy_ms = 0;
	for (size_t i = 0; i < run->target_count; i++)
		for (int build = 0; build < FUZZ_BUILD_COUNT; build++)
			busy_ms += fuzz_counts_of(run, &run->targets[i], (enum fuzz_build)build,
						  engine)
					   .busy_ms;
	return busy_ms;
}

void fuzz_table_print_totals(const struct fuzz_run *run)
{
	char executions[16], steps[16], handled[16], sent[16];
	struct fuzz_counts sum = fuzz_counts_of_run(run);
	printf("%s executions, %s steps, signals %s handled",
	       fuzz_short_number((double)sum.executions, executions, sizeof(executions)),
	       fuzz_short_number((double)sum.steps, steps, sizeof(steps)),
	       fuzz_short_number((double)sum.signals_handled, handled, sizeof(handled)));
	if (sum.signals_sent > 0)
		printf(" (%s real ones sent)",
		       fuzz_short_number((double)sum.signals_sent, sent, sizeof(sent)));
	for (int engine = 0; engine < FUZZ_ENGINE_COUNT; engine++) {
		int64_t busy_ms = engine_busy_ms(run, (enum fuzz_engine)engine);
		if (run->options.use_engine[engine])
			printf("  %s %" PRId64 " %%", fuzz_engine_name((enum fuzz_engine)engine),
			       sum.busy_ms > 0 ? (100 * busy_ms + sum.busy_ms / 2) / sum.busy_ms
					       : 0);
	}
}

static void print_bar(const struct fuzz_run *run, int64_t now_ms)
{
	char now[32], end[32], left[32], bar[BAR_COLUMNS + 1];
	int64_t time_ms = (int64_t)run->options.time_s * 1000;
	int64_t full = now_ms < time_ms ? now_ms * BAR_COLUMNS / time_ms : BAR_COLUMNS;
	memset(bar, ' ', BAR_COLUMNS);
	memset(bar, '=', (size_t)full);
	if (full < BAR_COLUMNS)
		bar[full] = '>';
	bar[BAR_COLUMNS] = '\0';
	fuzz_clock_text(now_ms, now, sizeof(now));
	if (run->is_stopping || now_ms >= time_ms)
		printf(" [%s] %s  ends\n", bar, now);
	else
		printf(" [%s] %s of %s, %s left   Ctrl-C ends and sums up\n", bar, now,
		       fuzz_clock_text(time_ms, end, sizeof(end)),
		       fuzz_clock_text(time_ms - now_ms, left, sizeof(left)));
}

/* What the worker is at; false when there is none. */
bool fuzz_table_print_work(const struct fuzz_run *run)
{
	size_t waiting = 0;
	const struct fuzz_finding *made = NULL;
	for (size_t i = 0; i < run->finding_count; i++) {
		waiting += run->findings[i].state == FUZZ_WAITS;
		if (run->findings[i].state == FUZZ_IS_MADE)
			made = &run->findings[i];
	}
	if (!made)
		return false;
	printf(" found %s%s%s: verifying%s", made->record.verdict.verdict,
	       made->record.verdict.rule[0] ? " " : "", made->record.verdict.rule,
	       run->options.shrinks && !run->is_in_haste ? " and making it small" : "");
	if (waiting > 0)
		printf("; %zu more wait", waiting);
	printf("\n");
	return true;
}

/* ---- The screen ---------------------------------------------------------- */

void fuzz_table_start(const struct fuzz_run *run)
{
	const struct fuzz_options *options = &run->options;
	printf("tracer-fuzz  %zu target%s, %" PRIu32 " at once, %" PRIu32 " s ", run->target_count,
	       run->target_count == 1 ? "" : "s", options->jobs, options->time_s);
	for (int build = 0; build < FUZZ_BUILD_COUNT; build++) {
		if (options->use_build[build])
			printf(" %s", fuzz_build_name((enum fuzz_build)build));
	}
	printf(" ");
	for (int engine = 0; engine < FUZZ_ENGINE_COUNT; engine++) {
		if (options->use_engine[engine])
			printf(" %s", fuzz_engine_name((enum fuzz_engine)engine));
	}
	printf("%s  SEED=0x%" PRIx64 "\n", options->lacks_afl ? " (AFL++ not found: afl-fuzz)" : "",
	       options->seed);
	if (options->defect)
		printf("with the defect %s; the first finding ends the run\n", options->defect);
	if (run->recovered_count > 0 || run->recovered_inputs > 0)
		printf("recovered from a run that was killed: %zu findings, %" PRIu64 " inputs\n",
		       run->recovered_count, run->recovered_inputs);
	if (run->left_count > 0)
		printf("%s holds %zu findings of targets or builds that are not in this run\n",
		       options->work, run->left_count);
	if (fuzz_corpus_is_kept(run) && !fuzz_is_folder("corpus"))
		printf("no corpus/ here, it is at the top of the repository: only what earlier "
		       "runs found is started from\n");
	fuzz_findings_announce_left(run);
	printf("\n");
	fflush(stdout);
}

/* Wipes the table, so that what is printed next stands in its place. */
void fuzz_table_clear(struct fuzz_run *run)
{
	if (run->table_line_count > 0)
		printf("\033[%zuA\033[J", run->table_line_count);
	run->table_line_count = 0;
}

static void show_on_terminal(struct fuzz_run *run, int64_t now_ms)
{
	fuzz_table_clear(run);
	printf(NO_WRAP);
	fuzz_table_print(run);
	printf(" ");
	fuzz_table_print_totals(run);
	printf("\n");
	bool has_work = fuzz_table_print_work(run);
	print_bar(run, now_ms);
	printf(WRAP);
	run->table_line_count = run->target_count + 3 + has_work;
}

void fuzz_table_show(struct fuzz_run *run)
{
	int64_t now_ms = fuzz_now_ms() - run->started_ms;
	if (now_ms - run->shown_ms <
	    (run->has_terminal ? TERMINAL_EVERY_MS : fuzz_plain_every_ms(now_ms)))
		return;
	run->shown_ms = now_ms;
	bool counts = now_ms - run->counted_ms > COUNT_EVERY_MS;
	for (uint32_t i = 0; i < run->options.jobs; i++) {
		if (!run->slices[i].pid)
			continue;
		fuzz_count_look(run, &run->slices[i]);
		if (counts)
			fuzz_corpus_count(run, run->slices[i].target);
	}
	if (counts)
		run->counted_ms = now_ms;
	if (run->has_terminal)
		show_on_terminal(run, now_ms);
	else
		fuzz_plain_print(run, now_ms);
	fflush(stdout);
}
