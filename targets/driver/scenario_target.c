#include "driver/scenario_target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/defect.h"
#include "driver/watch.h"
#include "engine/coverage.h"
#include "engine/execution.h"
#include "engine/input.h"
#include "engine/page.h"
#include "engine/report.h"
#include "run/run.h"

/* One run in so many is done twice: the same steps, or the simulator is not deterministic. */
enum { SELF_CHECK_EVERY = 64 };

static struct {
	uint64_t run_count;
	const char *trigger_defect; /* of which the page wants to know whether it changes a run */
} target;

void driver_scenario_init(enum scenario_tracer tracer)
{
	engine_input_init(tracer);
	if (getenv("TRACER_FUZZ_TRIGGER") != NULL)
		target.trigger_defect = getenv("TRACER_FUZZ_DEFECT");
}

/* What one input runs. */
struct input {
	struct scenario scenario;
	const struct driver_play *play; /* NULL: the runtime as a whole */
};

static void judge_play(const struct driver_play *play, struct run_result *result)
{
	struct verdict *verdict = &result->verdict;
	char place[VERDICT_WHERE_SIZE_BYTES];
	run_judge_ending(&result->simulation, verdict);
	if (verdict->kind == VERDICT_OK && play->check != NULL) {
		const char *fault = play->check();
		if (fault != NULL)
			verdict_set(verdict, VERDICT_TRUTH_MISMATCH, "", fault, fault);
	}
	if (verdict->kind == VERDICT_OK || play->name == NULL)
		return;
	snprintf(place, sizeof place, "%s", verdict->where);
	snprintf(verdict->where, sizeof verdict->where, "%s: %s", play->name(), place);
}

static void run_play(struct input *input, struct run_result *ret_result)
{
	const struct sim_options options = {.scenario = &input->scenario,
					    .step_count_max = input->play->step_count_max,
					    .observer = watch_step};
	memset(ret_result, 0, sizeof *ret_result);
	sim_set_deadlock_describer(NULL);
	void *argument = input->play->prepare(&input->scenario);
	sim_run(&options, input->play->entry, argument, &ret_result->simulation);
	judge_play(input->play, ret_result);
}

static void run_once(struct input *input, struct run_result *ret_result)
{
	watch_begin(input->play == NULL ? &input->scenario : NULL);
	if (input->play != NULL) {
		run_play(input, ret_result);
	} else {
		struct run_options options = run_options_for(&input->scenario);
		options.onlooker = watch_step;
		run_scenario(&options, ret_result);
	}
}

/* For a question of our own, not the engine's. */
static void run_aside(struct input *input, struct run_result *ret_result)
{
	coverage_hold();
	run_once(input, ret_result);
	coverage_release();
}

static bool is_same_run(const struct run_result *left, const struct run_result *right)
{
	return left->simulation.hash == right->simulation.hash &&
	       left->trace_hash == right->trace_hash && left->verdict.kind == right->verdict.kind;
}

static void check_repeats(struct input *input, const struct run_result *first)
{
	static struct run_result second;
	run_aside(input, &second);
	if (is_same_run(&second, first))
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

/* A defect that made no difference to any run so far: to this one? */
static void look_for_trigger(struct input *input, const struct run_result *result)
{
	static struct run_result without;
	struct engine_page *page = page_attach();
	bool is_another = result->verdict.kind != VERDICT_OK;
	if (page->triggered != 0)
		return;
	execution_look_at_defect();
	if (!is_another && page->reached != 0) {
		defect_reset();
		run_aside(input, &without);
		defect_switch(target.trigger_defect);
		is_another = !is_same_run(&without, result);
	}
	if (is_another)
		page->triggered = page->executions;
}

static int run_input(struct input *input)
{
	static struct run_result result;
	run_once(input, &result);
	watch_end();
	coverage_flatten();
	execution_count(result.simulation.step_count, result.simulation.signal_count, 0);
	if (target.trigger_defect != NULL)
		look_for_trigger(input, &result);
	if (result.verdict.kind != VERDICT_OK)
		engine_report(&result.verdict);
	else if (++target.run_count % SELF_CHECK_EVERY == 0)
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
