#include "shrink/reduce.h"

#include <string.h>

#include "scenario/fields.h"

bool reducer_try(struct reducer *reducer, struct scenario *candidate)
{
	scenario_repair(candidate);
	if (scenario_equal(candidate, reducer->scenario))
		return false;
	if (!reducer->fails(reducer->context, candidate))
		return false;
	*reducer->scenario = *candidate;
	reducer->has_changed = true;
	return true;
}

/* ---- Less of it ---------------------------------------------------------- */

/* Operations that start PROGRAM go with it; later programs move up. */
static void drop_program(struct scenario *scenario, size_t program)
{
	for (size_t i = 0; i < scenario->program_count; i++) {
		for (size_t k = scenario->programs[i].count; k-- > 0;) {
			struct scenario_operation *operation =
				&scenario->operations[scenario->programs[i].first + k];
			const bool is_go = operation->id == SCENARIO_GO;
			if (i == program || (is_go && operation->a == program))
				scenario_remove(scenario, i, k);
			else if (is_go && operation->a > program)
				operation->a--;
		}
	}
	for (size_t i = program; i + 1 < SCENARIO_PROGRAM_COUNT_MAX; i++)
		scenario->programs[i] = scenario->programs[i + 1];
	scenario->programs[SCENARIO_PROGRAM_COUNT_MAX - 1] = (struct scenario_program){
		.first = scenario->operation_count};
	scenario->program_count--;
}

void reduce_programs(struct reducer *reducer)
{
	for (size_t i = reducer->scenario->program_count; i-- > 0;) {
		if (reducer->scenario->program_count == 1)
			return;
		struct scenario candidate = *reducer->scenario;
		drop_program(&candidate, i);
		reducer_try(reducer, &candidate);
	}
}

/* Parts of LENGTH operations, from the end: what comes last is needed most rarely. */
static void drop_parts(struct reducer *reducer, size_t program, size_t length)
{
	for (size_t end = reducer->scenario->programs[program].count; end > 0;) {
		/* A taken candidate may have lost more than the part: ends of repeat. */
		const size_t count = reducer->scenario->programs[program].count;
		end = end < count ? end : count;
		const size_t begin = end > length ? end - length : 0;
		struct scenario candidate = *reducer->scenario;
		for (size_t i = begin; i < end; i++)
			scenario_remove(&candidate, program, begin);
		reducer_try(reducer, &candidate);
		end = begin;
	}
}

void reduce_operations(struct reducer *reducer)
{
	for (size_t program = 0; program < reducer->scenario->program_count; program++) {
		size_t length = reducer->scenario->programs[program].count;
		for (; length > 0; length /= 2)
			drop_parts(reducer, program, length);
	}
}

static void drop_operation(struct scenario *scenario, size_t index)
{
	for (size_t i = 0; i < scenario->program_count; i++) {
		const struct scenario_program *program = &scenario->programs[i];
		if (index >= program->first && index < (size_t)program->first + program->count) {
			scenario_remove(scenario, i, index - program->first);
			return;
		}
	}
}

/* What needs each other, as a start and its stop, goes only together. */
void reduce_pairs(struct reducer *reducer)
{
	enum { PAIRED_COUNT_MAX = 24 };
	if (reducer->scenario->operation_count > PAIRED_COUNT_MAX)
		return;
	for (size_t last = reducer->scenario->operation_count; last-- > 1;) {
		for (size_t first = last; first-- > 0;) {
			struct scenario candidate = *reducer->scenario;
			if (last >= candidate.operation_count)
				break;
			drop_operation(&candidate, last);
			drop_operation(&candidate, first);
			reducer_try(reducer, &candidate);
		}
	}
}

static void drop_override_parts(struct reducer *reducer, size_t length)
{
	for (size_t end = reducer->scenario->override_count; end > 0;) {
		const size_t begin = end > length ? end - length : 0;
		struct scenario candidate = *reducer->scenario;
		memmove(&candidate.overrides[begin], &candidate.overrides[end],
			(candidate.override_count - end) * sizeof candidate.overrides[0]);
		candidate.override_count = (uint8_t)(candidate.override_count - (end - begin));
		reducer_try(reducer, &candidate);
		end = begin;
	}
}

void reduce_overrides(struct reducer *reducer)
{
	size_t length = reducer->scenario->override_count;
	for (; length > 0; length /= 2)
		drop_override_parts(reducer, length);
}

/* ---- Smaller numbers ----------------------------------------------------- */

/* VALUE and what is next in ascending order between MIN and it; VALUE itself when there is none. */
static uint32_t next_smaller(uint32_t attempt, uint32_t min, uint32_t value)
{
	switch (attempt) {
	case 0:
		return min;
	case 1:
		return min + (value - min) / 2;
	default:
		return value > min ? value - 1 : value;
	}
}

enum { ATTEMPT_COUNT = 3 };

void reduce_copies(struct reducer *reducer)
{
	for (size_t i = 0; i < reducer->scenario->program_count; i++) {
		for (uint32_t attempt = 0; attempt < ATTEMPT_COUNT; attempt++) {
			struct scenario candidate = *reducer->scenario;
			uint8_t *copies = &candidate.programs[i].copies;
			*copies = (uint8_t)next_smaller(attempt, 0, *copies);
			reducer_try(reducer, &candidate);
		}
	}
}

/* Of a number: by halves. Of a name or a semaphore: the first will do as well, or not. */
static void lower_argument(struct reducer *reducer, size_t index, bool is_second)
{
	for (uint32_t attempt = 0; attempt < ATTEMPT_COUNT; attempt++) {
		struct scenario candidate = *reducer->scenario;
		struct scenario_operation *operation = &candidate.operations[index];
		const struct scenario_operation_row *row = scenario_operation_row(operation->id);
		const struct scenario_argument *argument = is_second ? &row->b : &row->a;
		uint16_t *value = is_second ? &operation->b : &operation->a;
		const bool is_number = argument->kind == SCENARIO_ARGUMENT_NUMBER ||
				       argument->kind == SCENARIO_ARGUMENT_TIME_US;
		if (argument->kind == SCENARIO_ARGUMENT_NONE ||
		    argument->kind == SCENARIO_ARGUMENT_PROGRAM || (!is_number && attempt > 0))
			return;
		*value = (uint16_t)next_smaller(attempt, argument->min, *value);
		reducer_try(reducer, &candidate);
	}
}

void reduce_arguments(struct reducer *reducer)
{
	for (size_t i = 0; i < reducer->scenario->operation_count; i++) {
		lower_argument(reducer, i, false);
		lower_argument(reducer, i, true);
	}
}

void reduce_procs(struct reducer *reducer)
{
	for (uint32_t attempt = 0; attempt < ATTEMPT_COUNT; attempt++) {
		struct scenario candidate = *reducer->scenario;
		candidate.configuration.procs = (uint8_t)next_smaller(
			attempt, 1, candidate.configuration.procs);
		reducer_try(reducer, &candidate);
	}
}

/* ---- Plainer ------------------------------------------------------------- */

/* The tracer and the number of Ps are said in any case: their initial values are not plainer. */
static void make_plain(struct scenario *scenario, const struct scenario_field *field)
{
	if (!field->is_always_printed)
		scenario_field_set(field, &scenario->configuration, field->initial);
}

void reduce_configuration(struct reducer *reducer)
{
	struct scenario candidate = *reducer->scenario;
	for (size_t i = 0; i < scenario_field_count; i++)
		make_plain(&candidate, &scenario_fields[i]);
	if (reducer_try(reducer, &candidate))
		return;
	for (size_t i = 0; i < scenario_field_count; i++) {
		candidate = *reducer->scenario;
		make_plain(&candidate, &scenario_fields[i]);
		reducer_try(reducer, &candidate);
	}
}

void reduce_schedule(struct reducer *reducer)
{
	struct scenario candidate = *reducer->scenario;
	candidate.schedule.seed = 0;
	reducer_try(reducer, &candidate);
	candidate = *reducer->scenario;
	candidate.schedule.parameter = 0;
	reducer_try(reducer, &candidate);
	for (size_t i = 0; i < reducer->scenario->override_count; i++) {
		candidate = *reducer->scenario;
		candidate.overrides[i].target = 0;
		reducer_try(reducer, &candidate);
	}
}
