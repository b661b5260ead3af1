#include "parallel/target.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/input.h"
#include "engine/report.h"
#include "parallel/parallel.h"

/* Runs of a finding's input that say how often it shows. */
enum { AGAIN_COUNT = 20 };

/* Of all runs of this process. */
static uint64_t step_count;
static struct threads_signals signals;

/* What `rut fuzz` adds up. */
static void print_statistics(void)
{
	if (step_count == 0)
		return;
	fprintf(stderr,
		"STATS steps=%" PRIu64 " signals=%" PRIu64 " sent=%" PRIu64 " handled=%" PRIu64
		" strays=%" PRIu64 " merged=%" PRIu64 "\n",
		step_count, signals.handled, signals.sent, signals.handled, signals.strays,
		threads_signals_merged(&signals));
}

void parallel_target_init(void)
{
	engine_input_init();
	if (atexit(print_statistics) != 0)
		fprintf(stderr, "steps and signals will not be counted\n");
}

static void add_up(const struct threads_report *report)
{
	step_count += report->step_count;
	signals.sent += report->signals.sent;
	signals.handled += report->signals.handled;
	signals.strays += report->signals.strays;
}

int parallel_target_run(const uint8_t *data, size_t size)
{
	static struct scenario scenario;
	static struct parallel_result result;
	engine_input_read(data, size, &scenario);
	const struct threads_options options = threads_options_for(&scenario);
	parallel_run(&options, &result);
	add_up(&result.report);
	if (result.verdict.kind == VERDICT_OK)
		return 0;
	struct parallel_again again = parallel_run_again(&options, result.verdict.kind,
							 AGAIN_COUNT);
	fprintf(stderr, "on real threads, %s again in %" PRIu32 " of %" PRIu32 " more runs\n",
		verdict_name(result.verdict.kind), again.same_count, again.run_count);
	print_statistics();
	engine_report(&result.verdict);
}
