/* What a run shows where nothing can be redrawn, as in the log of a CI: some lines now and then,
 * each whole in itself, none wider than 110 columns. */
#include <inttypes.h>
#include <stdio.h>

#include "rut/fuzz.h"

enum {
	EVERY_MS_MIN = 5000,
	EVERY_MS_MAX = 60000,
	ELAPSED_SHARE = 20, /* a long run tells less often, in so many parts of what it has had */
};

int64_t fuzz_plain_every_ms(int64_t now_ms)
{
	const int64_t every_ms = now_ms / ELAPSED_SHARE;
	if (every_ms < EVERY_MS_MIN)
		return EVERY_MS_MIN;
	return every_ms < EVERY_MS_MAX ? every_ms : EVERY_MS_MAX;
}

static void print_totals(const struct fuzz_run *run, int64_t now_ms)
{
	char now[32], left[32], executions[16], rate[16], steps[16], signals[16];
	const int64_t left_ms = (int64_t)run->options.time_s * 1000 - now_ms;
	const struct fuzz_counts sum = fuzz_counts_of_run(run);
	uint64_t corpus_count = 0, pair_count = 0;
	for (size_t i = 0; i < run->target_count; i++) {
		corpus_count += run->targets[i].corpus_count;
		pair_count += run->targets[i].pair_count;
	}
	printf("%s  ", fuzz_clock_text(now_ms, now, sizeof(now)));
	if (run->is_stopping || left_ms <= 0)
		printf("ends  ");
	else
		printf("%s left  ", fuzz_clock_text(left_ms, left, sizeof(left)));
	printf("%s runs (%s/s), %s steps, %s signals, corpus %" PRIu64 ", %" PRIu64
	       " pairs, %zu found\n",
	       fuzz_short_number((double)sum.executions, executions, sizeof(executions)),
	       fuzz_short_number(now_ms > 0 ? (double)sum.executions * 1000 / (double)now_ms : 0,
				 rate, sizeof(rate)),
	       fuzz_short_number((double)sum.steps, steps, sizeof(steps)),
	       fuzz_short_number((double)sum.signals_handled, signals, sizeof(signals)),
	       corpus_count, pair_count, run->new_count + fuzz_findings_seen_again(run));
}

static void print_slice(const struct fuzz_run *run, const struct fuzz_slice *slice)
{
	char rate[16], clock[32], news[48] = "nothing new yet";
	const struct fuzz_target *target = slice->target;
	const struct fuzz_counts counts = fuzz_counts_of(run, target, slice->build, slice->engine);
	printf("  %s, %s, ", target->name, fuzz_judge(target->name, slice->build));
	if (slice->stage == FUZZ_NAMES) {
		printf("names what %s\n",
		       slice->is_recovered ? "a killed run found" : "AFL++ found");
		return;
	}
	if (target->new_ms >= 0)
		snprintf(news, sizeof(news), "new %s ago",
			 fuzz_new_ago_text(run, target, clock, sizeof(clock)));
	printf("%s: %s runs/s, corpus %" PRIu64 ", %" PRIu64 " pairs, %s, %" PRIu32 " found\n",
	       fuzz_engine_name(slice->engine),
	       fuzz_short_number(counts.busy_ms > 0
					 ? (double)counts.executions * 1000 / (double)counts.busy_ms
					 : 0,
				 rate, sizeof(rate)),
	       target->corpus_count, target->pair_count, news, target->finding_count);
}

void fuzz_plain_print(const struct fuzz_run *run, int64_t now_ms)
{
	print_totals(run, now_ms);
	for (uint32_t i = 0; i < run->options.jobs; i++) {
		if (run->slices[i].pid)
			print_slice(run, &run->slices[i]);
	}
	fuzz_table_print_work(run);
}
