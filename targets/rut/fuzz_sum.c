/* What a run says at its end. */
#include <inttypes.h>
#include <stdio.h>

#include "rut/fuzz.h"

/* As in "asan 1.1k + 1.0k, tsan 700 + 600": the engines' executions under each judge. */
static void print_executions(const struct fuzz_run *run, const struct fuzz_target *target)
{
	const char *comma = "";
	for (int build = 0; build < FUZZ_BUILD_COUNT; build++) {
		const char *plus = "";
		if (!fuzz_target_uses(run, target, (enum fuzz_build)build))
			continue;
		printf("%s%s ", comma, fuzz_judge(target->name, (enum fuzz_build)build));
		comma = ", ";
		for (int engine = 0; engine < FUZZ_ENGINE_COUNT; engine++) {
			char number[16];
			if (!fuzz_engine_drives(&run->options, (enum fuzz_engine)engine,
						target->name))
				continue;
			printf("%s%s", plus,
			       fuzz_short_number((double)fuzz_counts_of(run, target,
									(enum fuzz_build)build,
									(enum fuzz_engine)engine)
							 .executions,
						 number, sizeof(number)));
			plus = " + ";
		}
	}
}

static void print_target(const struct fuzz_run *run, const struct fuzz_target *target)
{
	char steps[16];
	struct fuzz_counts counts = fuzz_counts_of_target(run, target);
	printf(" %-20s ", target->name);
	print_executions(run, target);
	if (counts.steps > 0) {
		printf("; %s steps, ",
		       fuzz_short_number((double)counts.steps, steps, sizeof(steps)));
		if (counts.signals_sent > 0)
			printf("%" PRIu64 " signals sent, ", counts.signals_sent);
		printf("%" PRIu64 " %shandled", counts.signals_handled,
		       counts.signals_sent > 0 ? "" : "signals ");
	}
	printf("\n");
}

/* libFuzzer reads its corpus before it searches, in each slice anew. */
static bool reads_more_than_it_searches(const struct fuzz_run *run,
					const struct fuzz_target *target)
{
	uint64_t executions = 0, slices = 0;
	for (int build = 0; build < FUZZ_BUILD_COUNT; build++) {
		executions += fuzz_counts_of(run, target, (enum fuzz_build)build, FUZZ_LIBFUZZER)
				      .executions;
		slices += target->slice_count[build];
	}
	if (fuzz_engine_drives(&run->options, FUZZ_LIBFUZZER, target->name) &&
	    fuzz_engine_drives(&run->options, FUZZ_AFL, target->name))
		slices /= 2;
	return executions > 0 && executions < 2 * slices * target->corpus_count;
}

static void print_reading(const struct fuzz_run *run)
{
	for (size_t i = 0; i < run->target_count; i++) {
		const struct fuzz_target *target = &run->targets[i];
		if (fuzz_corpus_is_kept(run) && reads_more_than_it_searches(run, target))
			printf("  %s: libFuzzer read its %" PRIu64 " inputs more than it searched: "
			       "`make corpus-min` makes them fewer\n",
			       target->name, target->corpus_count);
	}
}

static void print_since_beginning(const struct fuzz_run *run)
{
	char executions[16], steps[16], time[32];
	struct fuzz_counts sum = fuzz_counts_of_run(run);
	if (!fuzz_corpus_is_kept(run))
		return;
	for (size_t i = 0; i < run->target_count; i++)
		fuzz_counts_add(&sum, &run->targets[i].of_others);
	printf("since %s/corpus began: %s executions, %s steps, %s of one processor\n",
	       run->options.build,
	       fuzz_short_number((double)sum.executions, executions, sizeof(executions)),
	       fuzz_short_number((double)sum.steps, steps, sizeof(steps)),
	       fuzz_clock_text(sum.busy_ms, time, sizeof(time)));
}

static void print_findings(const struct fuzz_run *run)
{
	for (size_t i = 0; i < run->finding_count; i++) {
		const struct fuzz_finding *finding = &run->findings[i];
		if (finding->count == 0)
			continue;
		printf("  %s  %s %" PRIu64 " time%s  %s, %s\n", finding->folder,
		       finding->state == FUZZ_OF_EARLIER_RUN ? "seen before, again" : "seen",
		       finding->count, finding->count == 1 ? "" : "s", finding->record.target,
		       finding->record.judge);
	}
}

void fuzz_sum_up(struct fuzz_run *run)
{
	char elapsed[32];
	size_t again = fuzz_findings_seen_again(run);
	int64_t now_ms = fuzz_now_ms() - run->started_ms;
	fuzz_table_clear(run);
	printf("\n");
	fuzz_table_print(run);
	printf("\n executions by judge");
	if (run->options.use_engine[FUZZ_LIBFUZZER] && run->options.use_engine[FUZZ_AFL])
		printf(", libFuzzer + AFL++");
	printf("\n");
	for (size_t i = 0; i < run->target_count; i++)
		print_target(run, &run->targets[i]);
	printf("\n%s in %" PRIu32 " slices, SEED=0x%" PRIx64 ": ",
	       fuzz_clock_text(now_ms, elapsed, sizeof(elapsed)), run->slice_count,
	       run->options.seed);
	if (run->new_count == 0 && again == 0 && run->unnamed_count == 0)
		printf("nothing found\n");
	else
		printf("%zu new finding%s, %zu seen before\n", run->new_count,
		       run->new_count == 1 ? "" : "s", again);
	if (run->unnamed_count > 0)
		printf("  %zu more in %s: the next run names them\n", run->unnamed_count,
		       run->options.work);
	print_findings(run);
	print_reading(run);
	print_since_beginning(run);
	fflush(stdout);
}
