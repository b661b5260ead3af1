#include "parallel/target.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "engine/coverage.h"
#include "engine/execution.h"
#include "engine/input.h"
#include "engine/report.h"

/* Runs of a finding's input that say how often it shows. */
enum { AGAIN_COUNT = 20, AGAIN_TIME_S = 5 };

void parallel_target_init(enum scenario_tracer tracer)
{
	engine_input_init(tracer);
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
	execution_count(ret_result->report.step_count, ret_result->report.signals.handled,
			ret_result->report.signals.sent);
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
	coverage_flatten();
	if (result.verdict.kind == VERDICT_OK)
		return 0;
	print_how_often(input, result.verdict.kind);
	engine_report(&result.verdict);
	return 0;
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
