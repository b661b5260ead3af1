/* Canary: the tracer forgets one kind of event: goroutines are made runnable and no trace tells.
 * Nothing in the runtime notices; a trace that misses an unblock breaks a rule of the format or
 * disagrees with ground truth: `trace-rejected` or `truth-mismatch`, by inputs that have one. */
#include "driver/canary.h"
#include "driver/scenario_target.h"
#include "engine/input.h"
#include "engine/report.h"
#include "run/run.h"
#include "sched/trace_hooks.h"

const struct driver_canary driver_canary = {
	.name = "missing_hook", .verdicts = "trace-rejected truth-mismatch", .is_long = true};

static struct trace_hooks forgetful_hooks;

static void forget_go_unpark(struct trace_section section, struct g *readied)
{
	(void)section;
	(void)readied;
}

/* The runtime sets its hooks anew in each run; from the step after that on they are ours. */
static void replace_hooks(void *context, uint64_t step, unsigned thread, enum point point)
{
	(void)context;
	(void)step;
	(void)thread;
	(void)point;
	if (trace_hooks == NULL || trace_hooks == &forgetful_hooks)
		return;
	forgetful_hooks = *trace_hooks;
	forgetful_hooks.go_unpark = forget_go_unpark;
	trace_hooks = &forgetful_hooks;
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	driver_scenario_init(SCENARIO_TRACER_V2);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct scenario scenario;
	static struct run_result result;
	engine_input_read(data, size, &scenario);
	struct run_options options = run_options_for(&scenario);
	if (!driver_canary_is_repaired)
		options.listener = replace_hooks;
	run_scenario(&options, &result);
	if (result.verdict.kind != VERDICT_OK)
		engine_report(&result.verdict);
	return 0;
}
