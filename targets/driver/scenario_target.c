#include "driver/scenario_target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/input.h"
#include "engine/report.h"
#include "run/run.h"

/* One run in so many is done twice: the same steps, or the simulator is not deterministic. */
enum { SELF_CHECK_EVERY = 64 };

/* Of all runs of this process. */
static uint64_t run_count;
static uint64_t step_count;
static uint64_t signal_count;

/* What `rut fuzz` adds up. */
static void print_statistics(void)
{
	if (run_count == 0)
		return;
	fprintf(stderr, "STATS steps=%llu signals=%llu\n", (unsigned long long)step_count,
		(unsigned long long)signal_count);
}

void driver_scenario_init(enum scenario_tracer tracer)
{
	engine_input_init(tracer);
	if (atexit(print_statistics) != 0)
		fprintf(stderr, "steps and signals will not be counted\n");
}

/* What one input runs. */
struct input {
	struct scenario scenario;
	const struct driver_play *play; /* NULL: the runtime as a whole */
};

static void run_play(const struct input *input, struct run_result *ret_result)
{
	const struct sim_options options = {.scenario = &input->scenario,
					    .step_count_max = input->play->step_count_max};
	memset(ret_result, 0, sizeof *ret_result);
	sim_set_deadlock_describer(NULL);
	sim_run(&options, input->play->entry, input->play->prepare(&input->scenario),
		&ret_result->simulation);
	run_judge_ending(&ret_result->simulation, &ret_result->verdict);
}

static void run_once(const struct input *input, struct run_result *ret_result)
{
	if (input->play != NULL) {
		run_play(input, ret_result);
	} else {
		struct run_options options = run_options_for(&input->scenario);
		run_scenario(&options, ret_result);
	}
}

static void check_repeats(const struct input *input, const struct run_result *first)
{
	static struct run_result second;
	run_once(input, &second);
	if (second.simulation.hash == first->simulation.hash &&
	    second.trace_hash == first->trace_hash && second.verdict.kind == first->verdict.kind)
		return;
	struct verdict verdict = {.kind = VERDICT_DIVERGED};
	snprintf(verdict.where, sizeof verdict.where, "two runs of one input differ");
	snprintf(verdict.text, sizeof verdict.text, "steps %llu and %llu, hash %016llx and %016llx",
		 (unsigned long long)first->simulation.step_count,
		 (unsigned long long)second.simulation.step_count,
		 (unsigned long long)first->simulation.hash,
		 (unsigned long long)second.simulation.hash);
	engine_report(&verdict);
}

static int run_input(const struct input *input)
{
	static struct run_result result;
	run_once(input, &result);
	step_count += result.simulation.step_count;
	signal_count += result.simulation.signal_count;
	if (result.verdict.kind != VERDICT_OK) {
		print_statistics();
		engine_report(&result.verdict);
	}
	if (++run_count % SELF_CHECK_EVERY == 0)
		check_repeats(input, &result);
	return 0;
}

int driver_scenario_run(const uint8_t *data, size_t size)
{
	static struct input input;
	engine_input_read(data, size, &input.scenario);
	return run_input(&input);
}

int driver_scenario_play(const struct driver_play *play, const uint8_t *data, size_t size)
{
	static struct input input;
	engine_input_read(data, size, &input.scenario);
	input.play = play;
	return run_input(&input);
}
