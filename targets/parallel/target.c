#include "parallel/target.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "engine/input.h"
#include "engine/report.h"

/* Runs of a finding's input that say how often it shows. */
enum { AGAIN_COUNT = 20, AGAIN_TIME_S = 5 };

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

void parallel_target_init(enum scenario_tracer tracer)
{
	engine_input_init(tracer);
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

/* What one input runs. */
struct input {
	struct scenario scenario;
	const struct parallel_play *play; /* NULL: the runtime as a whole */
};

static void run_once(const struct input *input, struct parallel_result *ret_result)
{
	if (input->play != NULL) {
		parallel_play(input->play, &input->scenario, ret_result);
	} else {
		const struct threads_options options = threads_options_for(&input->scenario);
		parallel_run(&options, ret_result);
	}
	add_up(&ret_result->report);
}

static time_t now_s(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* Fewer runs when those that hang take long. */
static void print_how_often(const struct input *input, enum verdict_kind kind)
{
	static struct parallel_result result;
	const time_t begin_s = now_s();
	uint32_t run_count = 0;
	uint32_t same_count = 0;
	while (run_count < AGAIN_COUNT && now_s() - begin_s < AGAIN_TIME_S) {
		run_once(input, &result);
		run_count++;
		same_count += result.verdict.kind == kind;
	}
	fprintf(stderr, "on real threads, %s again in %" PRIu32 " of %" PRIu32 " more runs\n",
		verdict_name(kind), same_count, run_count);
}

static int run_input(const struct input *input)
{
	static struct parallel_result result;
	run_once(input, &result);
	if (result.verdict.kind == VERDICT_OK)
		return 0;
	print_how_often(input, result.verdict.kind);
	print_statistics();
	engine_report(&result.verdict);
}

int parallel_target_run(const uint8_t *data, size_t size)
{
	static struct input input;
	engine_input_read(data, size, &input.scenario);
	return run_input(&input);
}

int parallel_target_play(const struct parallel_play *play, const uint8_t *data, size_t size)
{
	static struct input input;
	engine_input_read(data, size, &input.scenario);
	input.play = play;
	return run_input(&input);
}
