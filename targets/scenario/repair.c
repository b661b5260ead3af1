#include <string.h>

#include "base/fatal.h"
#include "scenario/fields.h"
#include "scenario/scenario.h"

/* Row 0 is the dialect, which says whether the others have a meaning. */
static void repair_configuration(struct scenario_configuration *configuration)
{
	for (size_t i = 0; i < scenario_field_count; i++) {
		const struct scenario_field *field = &scenario_fields[i];
		const uint64_t value = scenario_field_get(field, configuration);
		const bool is_initial = field->is_of_v2 &&
					scenario_dialect_is_v1(configuration->dialect);

		scenario_field_set(field, configuration,
				   is_initial ? field->initial : scenario_field_fold(field, value));
	}
}

static void repair_schedule(struct scenario *scenario)
{
	struct scenario_schedule *schedule = &scenario->schedule;

	schedule->policy = (uint8_t)(schedule->policy % SCENARIO_POLICY_COUNT);
	if (schedule->policy != SCENARIO_TARGET_BIASED)
		schedule->target_point = 0;
	ensure(scenario->override_count <= SCENARIO_OVERRIDE_COUNT_MAX);
	for (size_t i = 0; i < scenario->override_count; i++) {
		struct scenario_override *override = &scenario->overrides[i];

		override->action = (uint8_t)(override->action % SCENARIO_ACTION_COUNT);
		if (override->occurrence == 0)
			override->occurrence = 1;
		if (scenario_action_has_target(override->action))
			override->target = (uint8_t)(override->target % SCENARIO_M_COUNT_MAX);
		else
			override->target = 0;
	}
}

static uint16_t repair_argument(uint16_t value, const struct scenario_argument *argument,
				size_t program_count)
{
	if (argument->kind == SCENARIO_ARGUMENT_PROGRAM)
		return (uint16_t)scenario_fold(value, 0, program_count - 1);
	return (uint16_t)scenario_fold(value, argument->min, argument->max);
}

/* Marks in RET_IS_KEPT the operations that may stay: known ones, and repeats that have their end
 * and are not too deep. */
static void find_kept(const struct scenario_operation *operations, size_t count, bool *ret_is_kept)
{
	uint16_t open[SCENARIO_OPERATION_COUNT_MAX];
	size_t depth = 0;

	for (size_t i = 0; i < count; i++) {
		ret_is_kept[i] = scenario_operation_row(operations[i].id) != NULL;
		if (operations[i].id == SCENARIO_REPEAT) {
			ret_is_kept[i] = false;
			open[depth++] = (uint16_t)i;
		} else if (operations[i].id == SCENARIO_END_REPEAT) {
			ret_is_kept[i] = depth > 0 && depth <= SCENARIO_REPEAT_DEPTH_MAX;
			if (ret_is_kept[i])
				ret_is_kept[open[depth - 1]] = true;
			if (depth > 0)
				depth--;
		}
	}
}

static void set_matches(struct scenario_operation *operations, size_t count)
{
	uint16_t open[SCENARIO_REPEAT_DEPTH_MAX];
	size_t depth = 0;

	for (size_t i = 0; i < count; i++) {
		operations[i].match = 0;
		if (operations[i].id == SCENARIO_REPEAT) {
			ensure(depth < SCENARIO_REPEAT_DEPTH_MAX);
			open[depth++] = (uint16_t)i;
		} else if (operations[i].id == SCENARIO_END_REPEAT) {
			ensure(depth > 0);
			operations[i].match = open[--depth];
			operations[open[depth]].match = (uint16_t)i;
		}
	}
	ensure(depth == 0);
}

/* Halving all counts at once ends after six rounds, when every repeat runs once and the length is
 * that of the program. */
static void bound_length(struct scenario *scenario, size_t program)
{
	struct scenario_operation *operations =
		&scenario->operations[scenario->programs[program].first];

	while (scenario_expanded_length(scenario, program) > SCENARIO_EXPANDED_LENGTH_MAX) {
		for (size_t i = 0; i < scenario->programs[program].count; i++) {
			if (operations[i].id == SCENARIO_REPEAT && operations[i].a > 1)
				operations[i].a /= 2;
		}
	}
}

/* Moves the kept operations of PROGRAM to PLACE, which is not after their own place, and returns
 * how many there are. */
static size_t repair_program(struct scenario *scenario, size_t program, size_t place)
{
	bool is_kept[SCENARIO_OPERATION_COUNT_MAX];
	const struct scenario_operation *old = scenario_program_operations(scenario, program);
	struct scenario_operation *new = &scenario->operations[place];
	size_t count = 0;

	find_kept(old, scenario->programs[program].count, is_kept);
	for (size_t i = 0; i < scenario->programs[program].count; i++) {
		if (!is_kept[i])
			continue;
		const struct scenario_operation_row *row = scenario_operation_row(old[i].id);

		new[count++] = (struct scenario_operation){
			.id = old[i].id,
			.a = repair_argument(old[i].a, &row->a, scenario->program_count),
			.b = repair_argument(old[i].b, &row->b, scenario->program_count),
		};
	}
	scenario->programs[program].first = (uint16_t)place;
	scenario->programs[program].count = (uint16_t)count;
	set_matches(new, count);
	bound_length(scenario, program);
	return count;
}

void scenario_repair(struct scenario *scenario)
{
	size_t place = 0;
	size_t old_place = 0;

	repair_configuration(&scenario->configuration);
	repair_schedule(scenario);
	scenario->program_count = (uint8_t)scenario_fold(scenario->program_count, 1,
							 SCENARIO_PROGRAM_COUNT_MAX);
	for (size_t i = 0; i < SCENARIO_PROGRAM_COUNT_MAX; i++) {
		struct scenario_program *program = &scenario->programs[i];

		ensure(program->first == old_place);
		old_place += program->count;
		ensure(old_place <= SCENARIO_OPERATION_COUNT_MAX);
		if (i < scenario->program_count) {
			program->copies = (uint8_t)scenario_fold(program->copies, 0,
								 SCENARIO_COPIES_MAX);
			place += repair_program(scenario, i, place);
		} else {
			*program = (struct scenario_program){.first = (uint16_t)place};
		}
	}
	scenario->operation_count = (uint16_t)place;
}

void scenario_set_tracer(struct scenario *scenario, enum scenario_tracer tracer)
{
	const unsigned dialect = scenario->configuration.dialect;
	const bool is_v1 = tracer == SCENARIO_TRACER_V1;

	if (scenario_dialect_is_v1(dialect) != is_v1)
		scenario->configuration.dialect = is_v1 ? SCENARIO_GO_1_19 : SCENARIO_GO_1_26;
	else if (dialect == SCENARIO_GO_1_21)
		scenario->configuration.dialect = SCENARIO_GO_1_19;
	scenario_repair(scenario);
}
