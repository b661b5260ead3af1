/* Random scenarios for real toolchains. The order of events is the machine's there, so what counts
 * is that much goes on: many goroutines in many kinds of waits while controllers change the number
 * of Ps and the state of the tracer. */
#include "base/fatal.h"
#include "scenario/generate.h"

enum {
	CONTROLLER_LENGTH_MAX = 24,
	WORKER_LENGTH_MAX = 8,
	ROUNDS_MAX = 8,
	COPIES_MAX = 6,
	PROCS_MAX = 8,
	ROW_COUNT_MAX = 64,
	PROGRAM_COUNT_MAX = 5,
};

/* What one scenario draws from: each leaves out about half of the rows, so that mixtures differ. */
struct swarm {
	struct choice_random *random;
	struct scenario *scenario;
	uint32_t weights[ROW_COUNT_MAX]; /* of what workers do, by row */
	/* Of controllers: start or stop, advance, maxprocs, profile, recorder, what workers do. */
	uint32_t controller_weights[6];
};

/* Times and sizes are cut: what takes long says no more than what is short, and there are many.
 * Programs create only later ones, so that their number is bounded. */
static uint16_t draw_argument(struct swarm *swarm, size_t program,
			      const struct scenario_argument *argument)
{
	const uint32_t span = argument->kind == SCENARIO_ARGUMENT_TIME_US ? 1000 : 16;
	uint32_t max = argument->max;

	if (argument->kind == SCENARIO_ARGUMENT_NONE)
		return 0;
	if (argument->kind == SCENARIO_ARGUMENT_PROGRAM)
		return (uint16_t)choice_random_range(swarm->random, (uint32_t)program + 1,
						     swarm->scenario->program_count - 1U);
	if (max - argument->min > span && !choice_random_chance(swarm->random, 1, 16))
		max = argument->min + span;
	return (uint16_t)choice_random_range(swarm->random, argument->min, max);
}

static void append(struct swarm *swarm, size_t program, uint16_t id, uint16_t a, uint16_t b)
{
	const bool has_room = scenario_append(swarm->scenario, program, id, a, b);

	ensure(has_room);
}

static void append_drawn(struct swarm *swarm, size_t program, uint16_t id)
{
	const bool is_last = program + 1U == swarm->scenario->program_count;
	const bool takes_program = scenario_operation_row(id)->a.kind == SCENARIO_ARGUMENT_PROGRAM;
	const struct scenario_operation_row *row = scenario_operation_row(
		takes_program && is_last ? SCENARIO_YIELD : id);
	const uint16_t a = draw_argument(swarm, program, &row->a);

	append(swarm, program, row->id, a, draw_argument(swarm, program, &row->b));
}

static bool is_of_workers(const struct scenario_operation_row *row)
{
	switch (row->id) {
	case SCENARIO_PROFILE_ON:
	case SCENARIO_PROFILE_OFF:
	case SCENARIO_RECORDER_START:
	case SCENARIO_RECORDER_SNAPSHOT:
	case SCENARIO_RECORDER_STOP:
	/* Every toolchain before Go 1.27 dies of it (issue 78348), which would hide the rest. */
	case SCENARIO_REGION_BEGIN_LONG:
	/* No toolchain can be told to: it does so where a mutex starves. */
	case SCENARIO_HAND_OFF:
	/* Traces of every object that a program allocates. */
	case SCENARIO_TRACE_ALLOC_FREE:
		return false;
	default:
		return row->class == SCENARIO_CLASS_WORKER ||
		       row->class == SCENARIO_CLASS_TOOLCHAIN;
	}
}

static void init_swarm(struct swarm *swarm)
{
	ensure(scenario_operation_row_count <= ROW_COUNT_MAX);
	for (size_t i = 0; i < scenario_operation_row_count; i++) {
		if (is_of_workers(&scenario_operation_rows[i]) &&
		    choice_random_chance(swarm->random, 1, 2))
			swarm->weights[i] = choice_random_range(swarm->random, 1, 4);
		if (scenario_operation_rows[i].id == SCENARIO_WORK)
			swarm->weights[i] = 4;
	}
	swarm->controller_weights[0] = choice_random_range(swarm->random, 3, 6);
	for (size_t i = 1; i < 6; i++)
		swarm->controller_weights[i] = choice_random_below(swarm->random, 4);
}

static void append_of_workers(struct swarm *swarm, size_t program)
{
	const size_t index = choice_random_weighted(swarm->random, swarm->weights,
						    (uint32_t)scenario_operation_row_count);

	append_drawn(swarm, program, scenario_operation_rows[index].id);
}

static void append_worker(struct swarm *swarm, size_t program)
{
	const uint32_t length = choice_random_range(swarm->random, 1, WORKER_LENGTH_MAX);
	const bool is_repeated = choice_random_chance(swarm->random, 2, 3);

	swarm->scenario->programs[program].copies = (uint8_t)choice_random_range(swarm->random, 1,
										 COPIES_MAX);
	if (is_repeated)
		append(swarm, program, SCENARIO_REPEAT,
		       (uint16_t)choice_random_range(swarm->random, 2, ROUNDS_MAX), 0);
	for (uint32_t i = 0; i < length; i++)
		append_of_workers(swarm, program);
	if (is_repeated)
		append(swarm, program, SCENARIO_END_REPEAT, 0, 0);
}

static void append_maxprocs(struct swarm *swarm, size_t program)
{
	const uint32_t procs = choice_random_chance(swarm->random, 1, 3)
				       ? 1
				       : choice_random_range(swarm->random, 1, PROCS_MAX);

	append(swarm, program, SCENARIO_MAXPROCS, (uint16_t)procs, 0);
}

/* Begins or ends the thing whose state is IS_ON; now and then what makes no sense. */
static void append_switch(struct swarm *swarm, size_t program, bool *is_on, uint16_t on,
			  uint16_t off)
{
	if (!choice_random_chance(swarm->random, 1, 16))
		*is_on = !*is_on;
	append_drawn(swarm, program, *is_on ? on : off);
}

static void append_controller(struct swarm *swarm, size_t program)
{
	const uint32_t length = choice_random_range(swarm->random, 6, CONTROLLER_LENGTH_MAX);
	bool is_tracing = false;
	bool is_profiling = false;
	bool is_recording = false;

	swarm->scenario->programs[program].copies = 1;
	for (uint32_t i = 0; i < length; i++) {
		switch (choice_random_weighted(swarm->random, swarm->controller_weights, 6)) {
		case 0:
			append_switch(swarm, program, &is_tracing, SCENARIO_START, SCENARIO_STOP);
			break;
		case 1:
			append(swarm, program, SCENARIO_ADVANCE, 0, 0);
			break;
		case 2:
			append_maxprocs(swarm, program);
			break;
		case 3:
			append_switch(swarm, program, &is_profiling, SCENARIO_PROFILE_ON,
				      SCENARIO_PROFILE_OFF);
			break;
		case 4:
			if (is_recording && choice_random_chance(swarm->random, 1, 2))
				append(swarm, program, SCENARIO_RECORDER_SNAPSHOT, 0, 0);
			else
				append_switch(swarm, program, &is_recording,
					      SCENARIO_RECORDER_START, SCENARIO_RECORDER_STOP);
			break;
		default:
			append_of_workers(swarm, program);
			continue;
		}
		if (choice_random_chance(swarm->random, 2, 3))
			append_drawn(swarm, program,
				     choice_random_chance(swarm->random, 1, 2) ? SCENARIO_WORK
									       : SCENARIO_SLEEP);
	}
	if (is_tracing)
		append(swarm, program, SCENARIO_STOP, 0, 0);
}

void scenario_generate_for_toolchain(struct choice_random *random, struct scenario *ret_scenario)
{
	struct swarm swarm = {.random = random, .scenario = ret_scenario};

	scenario_init(ret_scenario);
	init_swarm(&swarm);
	ret_scenario->configuration.procs = (uint8_t)choice_random_range(random, 1, PROCS_MAX);
	ret_scenario->program_count = (uint8_t)choice_random_range(random, 2, PROGRAM_COUNT_MAX);
	const size_t controllers =
		ret_scenario->program_count > 2 && choice_random_chance(random, 1, 4) ? 2 : 1;
	for (size_t i = 0; i < ret_scenario->program_count; i++) {
		if (i < controllers)
			append_controller(&swarm, i);
		else
			append_worker(&swarm, i);
	}
	scenario_repair(ret_scenario);
}
