#include "scenario/generate.h"

#include <string.h>

#include "base/fatal.h"
#include "scenario/generation.h"

enum {
	GENERATED_PROGRAM_COUNT_MAX = 4,
	GENERATED_OPERATION_COUNT_MIN = 8,
	GENERATED_OPERATION_COUNT_MAX = 96,
	ROW_COUNT_MAX = 64,
	SMALL_COUNT = 8, /* the lowest values of a range are drawn more often */
	OVERRIDE_COUNT_MAX = 6,
};

static enum scenario_tracer drawn_tracer = SCENARIO_TRACER_V2;

void scenario_set_drawn_tracer(enum scenario_tracer tracer)
{
	drawn_tracer = tracer;
}

/* Small mostly, sometimes an edge, sometimes anything: small numbers meet each other, edges are
 * where checks are. */
uint16_t generate_number(struct choice_random *random, uint16_t min, uint16_t max)
{
	const uint32_t width = (uint32_t)max - min + 1;

	switch (choice_random_below(random, 8)) {
	case 0:
		return choice_random_chance(random, 1, 2) ? min : max;
	case 1:
	case 2:
		return (uint16_t)choice_random_range(random, min, max);
	default:
		return (uint16_t)(min + choice_random_below(
						random, width < SMALL_COUNT ? width : SMALL_COUNT));
	}
}

static uint16_t draw_argument(struct choice_random *random,
			      const struct scenario_argument *argument, size_t program_count)
{
	switch (argument->kind) {
	case SCENARIO_ARGUMENT_NONE:
		return 0;
	case SCENARIO_ARGUMENT_PROGRAM:
		return (uint16_t)choice_random_below(random, (uint32_t)program_count);
	default:
		return generate_number(random, argument->min, argument->max);
	}
}

static struct scenario_operation draw_operation_of(struct choice_random *random,
						   const struct scenario_operation_row *row,
						   size_t program_count)
{
	const uint16_t a = draw_argument(random, &row->a, program_count);
	const uint16_t b = draw_argument(random, &row->b, program_count);

	return (struct scenario_operation){.id = row->id, .a = a, .b = b};
}

/* Operations that stand alone and are no misuse. */
static bool is_plain(const struct scenario_operation_row *row)
{
	return row->class == SCENARIO_CLASS_WORKER || row->class == SCENARIO_CLASS_CONTROLLER;
}

static bool ends_process(uint16_t id)
{
	return id == SCENARIO_PANIC || id == SCENARIO_EXIT_PROCESS;
}

struct scenario_operation scenario_generate_operation(struct choice_random *random,
						      size_t program_count)
{
	const struct scenario_operation_row *row;

	do {
		row = &scenario_operation_rows[choice_random_below(
			random, (uint32_t)scenario_operation_row_count)];
		/* What comes after the end of the process is lost. */
	} while (!is_plain(row) || (ends_process(row->id) && !choice_random_chance(random, 1, 8)));
	return draw_operation_of(random, row, program_count);
}

/* What one scenario draws from: swarm. */
struct swarm {
	struct choice_random *random;
	struct scenario *scenario;
	uint32_t weights[ROW_COUNT_MAX]; /* by row; 0 for all that do not take part */
	uint32_t worker_sum;
	/* Of controllers: start or stop, advance, maxprocs, reader-stall, an operation of workers.
	 */
	uint32_t controller_weights[5];
	uint32_t semaphore_count; /* few, so that waits and wake-ups meet */
	size_t repeat_depth_max;
};

/* What ends or answers something is drawn about as often as that. */
static const struct {
	uint16_t begin;
	uint16_t end;
} pairs[] = {
	{SCENARIO_CALL, SCENARIO_RETURN},
	{SCENARIO_BLOCK, SCENARIO_UNBLOCK},
	{SCENARIO_TASK_BEGIN, SCENARIO_TASK_END},
	{SCENARIO_REGION_BEGIN, SCENARIO_REGION_END},
	{SCENARIO_LOCK_THREAD, SCENARIO_UNLOCK_THREAD},
};

static uint32_t *weight_of(struct swarm *swarm, uint16_t id)
{
	return &swarm->weights[scenario_operation_row(id) - scenario_operation_rows];
}

static void balance_weights(struct swarm *swarm)
{
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		const uint32_t limit = *weight_of(swarm, pairs[i].begin) + 1;
		uint32_t *weight = weight_of(swarm, pairs[i].end);

		if (*weight > limit)
			*weight = limit;
	}
	/* An iterator is asked again and again. */
	*weight_of(swarm, SCENARIO_PULL_NEXT) = 3 * *weight_of(swarm, SCENARIO_PULL);
	/* Too many ends would leave nothing to run. */
	*weight_of(swarm, SCENARIO_EXIT) /= 16;
	/* Goroutines that change hands are what a tracer of schedulers lives on. */
	if (choice_random_chance(swarm->random, 3, 4))
		*weight_of(swarm, SCENARIO_YIELD) += 50;
}

static void init_swarm(struct swarm *swarm)
{
	const uint32_t density = choice_random_range(swarm->random, 1, 4);

	ensure(scenario_operation_row_count <= ROW_COUNT_MAX);
	for (size_t i = 0; i < scenario_operation_row_count; i++) {
		const bool takes_part = choice_random_chance(swarm->random, density, 4);

		if (scenario_operation_rows[i].class == SCENARIO_CLASS_WORKER && takes_part)
			swarm->weights[i] = choice_random_range(swarm->random, 1, 100);
	}
	balance_weights(swarm);
	for (size_t i = 0; i < scenario_operation_row_count; i++)
		swarm->worker_sum += swarm->weights[i];
	swarm->controller_weights[0] = choice_random_range(swarm->random, 1, 8);
	for (size_t i = 1; i < 5; i++)
		swarm->controller_weights[i] = choice_random_below(swarm->random, 5);
	if (drawn_tracer == SCENARIO_TRACER_V1)
		swarm->controller_weights[1] = 0; /* nothing to advance */
	swarm->semaphore_count = choice_random_range(swarm->random, 1, SCENARIO_SEMAPHORE_COUNT);
	swarm->repeat_depth_max = choice_random_below(swarm->random, SCENARIO_REPEAT_DEPTH_MAX);
}

static void append(struct swarm *swarm, size_t program, struct scenario_operation operation)
{
	ensure(scenario_append(swarm->scenario, program, operation.id, operation.a, operation.b));
}

static void append_worker_operation(struct swarm *swarm, size_t program)
{
	const size_t program_count = swarm->scenario->program_count;

	if (swarm->worker_sum == 0) {
		append(swarm, program, (struct scenario_operation){.id = SCENARIO_YIELD});
		return;
	}
	const size_t row = choice_random_weighted(swarm->random, swarm->weights,
						  scenario_operation_row_count);
	struct scenario_operation operation = draw_operation_of(
		swarm->random, &scenario_operation_rows[row], program_count);

	/* A program that creates itself fills the run with nothing else: later programs only. */
	if (operation.id == SCENARIO_GO || operation.id == SCENARIO_PULL) {
		if (program + 1 == program_count)
			operation = (struct scenario_operation){.id = SCENARIO_YIELD};
		else
			operation.a = (uint16_t)choice_random_range(
				swarm->random, (uint32_t)program + 1, (uint32_t)program_count - 1);
	}
	if (operation.id == SCENARIO_BLOCK || operation.id == SCENARIO_UNBLOCK)
		operation.a = (uint16_t)(operation.a % swarm->semaphore_count);
	append(swarm, program, operation);
	/* Most waits get a partner anywhere, which may be within a repeat. */
	if (operation.id == SCENARIO_BLOCK && choice_random_chance(swarm->random, 3, 4)) {
		const size_t partner = choice_random_below(swarm->random, (uint32_t)program_count);
		const size_t count = swarm->scenario->programs[partner].count;
		const size_t index = choice_random_below(swarm->random, (uint32_t)count + 1);

		operation.id = SCENARIO_UNBLOCK;
		ensure(scenario_insert(swarm->scenario, partner, index, operation));
	}
}

/* Appends up to COUNT operations, some of them within repeats. */
static void append_worker_operations(struct swarm *swarm, size_t program, size_t count)
{
	size_t ends[SCENARIO_REPEAT_DEPTH_MAX]; /* what is left when the repeat ends */
	size_t depth = 0;

	while (count > 0) {
		while (depth > 0 && ends[depth - 1] >= count) {
			append(swarm, program,
			       (struct scenario_operation){.id = SCENARIO_END_REPEAT});
			depth--;
		}
		if (count > 1 && depth < swarm->repeat_depth_max &&
		    choice_random_chance(swarm->random, 1, 8)) {
			const uint16_t rounds = generate_number(swarm->random, 1, 64);

			append(swarm, program,
			       (struct scenario_operation){.id = SCENARIO_REPEAT, .a = rounds});
			ends[depth++] = count -
					choice_random_range(swarm->random, 1,
							    count < 6 ? (uint32_t)count : 6);
		}
		append_worker_operation(swarm, program);
		count--;
	}
	for (; depth > 0; depth--)
		append(swarm, program, (struct scenario_operation){.id = SCENARIO_END_REPEAT});
}

/* Half of the workers do all they do again and again, so that they last as long as a controller. */
static void append_worker(struct swarm *swarm, size_t program, size_t count)
{
	const bool is_repeated = choice_random_chance(swarm->random, 1, 2);
	const uint16_t rounds = generate_number(swarm->random, 2, 64);

	if (is_repeated)
		append(swarm, program,
		       (struct scenario_operation){.id = SCENARIO_REPEAT, .a = rounds});
	append_worker_operations(swarm, program, count);
	if (is_repeated)
		append(swarm, program, (struct scenario_operation){.id = SCENARIO_END_REPEAT});
}

static struct scenario_operation draw_maxprocs(struct choice_random *random)
{
	const uint32_t max = choice_random_chance(random, 1, 16) ? SCENARIO_PROCS_MAX
								 : SMALL_PROCS_MAX;
	const uint32_t procs = choice_random_chance(random, 1, 3)
				       ? 1
				       : choice_random_range(random, 1, max);

	return (struct scenario_operation){.id = SCENARIO_MAXPROCS, .a = (uint16_t)procs};
}

static uint16_t draw_start(struct choice_random *random)
{
	return choice_random_chance(random, 1, 8) ? SCENARIO_START_READ_FIRST : SCENARIO_START;
}

/* Mostly a stop; now and then the trace ends with its program. */
static void append_end_of_trace(struct swarm *swarm, size_t program)
{
	static const uint16_t ids[] = {SCENARIO_STOP, SCENARIO_PANIC, SCENARIO_EXIT_PROCESS};
	static const uint32_t weights[] = {12, 2, 1};
	const size_t index = choice_random_weighted(swarm->random, weights, 3);

	append(swarm, program, (struct scenario_operation){.id = ids[index]});
}

/* Of a flight recorder, with which the tracer has a second subscriber. */
static uint16_t draw_of_recorder(struct choice_random *random, bool *is_recording)
{
	if (*is_recording && choice_random_chance(random, 1, 2))
		return SCENARIO_RECORDER_SNAPSHOT;
	if (!choice_random_chance(random, 1, 16))
		*is_recording = !*is_recording;
	return *is_recording ? SCENARIO_RECORDER_START : SCENARIO_RECORDER_STOP;
}

/* A controller knows whether it traces and mostly does what makes sense then, as a program would;
 * now and then it does not, and with two controllers neither knows the truth. */
static void append_controller_operations(struct swarm *swarm, size_t program, size_t count)
{
	struct choice_random *random = swarm->random;
	bool is_tracing = false;
	bool is_recording = false;
	/* Where Go has none nothing would happen. */
	const bool has_recorder = swarm->scenario->configuration.dialect >= SCENARIO_GO_1_26 &&
				  choice_random_chance(random, 1, 3);

	/* As the initial goroutine of a program is while it initialises. */
	if (choice_random_chance(random, 1, 2))
		append(swarm, program, (struct scenario_operation){.id = SCENARIO_LOCK_THREAD});
	for (size_t i = 0; i < count; i++) {
		struct scenario_operation operation = {0};

		switch (choice_random_weighted(random, swarm->controller_weights, 5)) {
		case 0:
			if (has_recorder && choice_random_chance(random, 1, 2)) {
				operation.id = draw_of_recorder(random, &is_recording);
				break;
			}
			if (!choice_random_chance(random, 1, 16))
				is_tracing = !is_tracing;
			operation.id = is_tracing ? draw_start(random) : SCENARIO_STOP;
			break;
		case 1:
			operation.id = SCENARIO_ADVANCE;
			break;
		case 2:
			operation = draw_maxprocs(random);
			break;
		case 3:
			operation = draw_operation_of(
				random, scenario_operation_row(SCENARIO_READER_STALL), 1);
			break;
		default:
			append_worker_operation(swarm, program);
			continue;
		}
		append(swarm, program, operation);
		/* Time for the others, so that there is something to trace, or that they come to
		 * rest. */
		if (choice_random_chance(random, 1, 2)) {
			const uint16_t rest = choice_random_chance(random, 1, 2) ? SCENARIO_WORK
										 : SCENARIO_SLEEP;
			operation = draw_operation_of(random, scenario_operation_row(rest), 1);
			append(swarm, program, operation);
		}
	}
	if (is_tracing && choice_random_chance(random, 7, 8))
		append_end_of_trace(swarm, program);
}

/* Of 1 to 4 programs: a controller alone has nothing to trace but itself. */
static const uint32_t program_count_weights[GENERATED_PROGRAM_COUNT_MAX] = {1, 6, 6, 3};

static void generate_programs(struct swarm *swarm)
{
	struct choice_random *random = swarm->random;
	struct scenario *scenario = swarm->scenario;
	const uint32_t length = choice_random_range(random, GENERATED_OPERATION_COUNT_MIN,
						    GENERATED_OPERATION_COUNT_MAX);

	scenario->program_count = (uint8_t)(1 +
					    choice_random_weighted(random, program_count_weights,
								   GENERATED_PROGRAM_COUNT_MAX));
	const size_t count = scenario->program_count;
	const size_t controllers = count > 2 && choice_random_chance(random, 1, 4) ? 2 : 1;

	for (size_t i = 0; i < count; i++) {
		const size_t share = i < controllers ? length * 2 / count / 3 : length / count;

		if (i < controllers) {
			scenario->programs[i].copies = 1;
			append_controller_operations(swarm, i, share);
		} else {
			scenario->programs[i].copies = (uint8_t)generate_number(
				random, choice_random_chance(random, 1, 8) ? 0 : 1,
				SCENARIO_COPIES_MAX);
			append_worker(swarm, i, share);
		}
	}
	while (scenario->operation_count < GENERATED_OPERATION_COUNT_MIN)
		append(swarm, 0, (struct scenario_operation){.id = SCENARIO_YIELD});
}

/* Partners of waits and beginnings of repeats come on top of the drawn length: back to the limit.
 */
static void bound_operations(struct scenario *scenario)
{
	while (scenario->operation_count > GENERATED_OPERATION_COUNT_MAX) {
		size_t longest = 0;

		for (size_t i = 1; i < scenario->program_count; i++) {
			if (scenario->programs[i].count > scenario->programs[longest].count)
				longest = i;
		}
		scenario_remove(scenario, longest, scenario->programs[longest].count / 2U);
	}
}

void scenario_generate(struct choice_random *random, struct scenario *ret_scenario)
{
	struct swarm swarm = {.random = random, .scenario = ret_scenario};

	scenario_init(ret_scenario);
	scenario_generate_configuration(random, &ret_scenario->configuration);
	scenario_generate_schedule(random, &ret_scenario->schedule);
	init_swarm(&swarm);
	generate_programs(&swarm);
	bound_operations(ret_scenario);
	if (choice_random_chance(random, 1, 2)) {
		const size_t count = choice_random_range(random, 1, OVERRIDE_COUNT_MAX);

		for (size_t i = 0; i < count; i++)
			ret_scenario->overrides[ret_scenario->override_count++] =
				scenario_generate_override(random);
	}
	scenario_set_tracer(ret_scenario, drawn_tracer);
}
