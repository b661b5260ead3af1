/* Changes of what goroutines do, and of the configuration. */
#include <string.h>

#include "scenario/fields.h"
#include "scenario/generate.h"
#include "scenario/mutation.h"

enum { RANGE_LENGTH_MAX = 8 };

/* A place among the operations. */
struct place {
	size_t program;
	size_t index;
};

/* A place before which something can be inserted: any program, its end included. */
static struct place draw_gap(const struct scenario *scenario, struct choice_random *random)
{
	const size_t program = mutate_below(random, scenario->program_count);

	return (struct place){program,
			      mutate_below(random, scenario->programs[program].count + 1U)};
}

/* Any operation, all as likely; there must be one. */
static struct place draw_operation(const struct scenario *scenario, struct choice_random *random)
{
	size_t index = mutate_below(random, scenario->operation_count);
	size_t program = 0;

	while (index >= scenario->programs[program].count)
		index -= scenario->programs[program++].count;
	return (struct place){program, index};
}

static struct scenario_operation *operation_at(struct scenario *scenario, struct place place)
{
	return &scenario->operations[scenario->programs[place.program].first + place.index];
}

/* Length of a range that begins at PLACE and stays in its program. */
static size_t draw_length(const struct scenario *scenario, struct choice_random *random,
			  struct place place)
{
	const size_t left = scenario->programs[place.program].count - place.index;

	return 1 + mutate_below(random, left < RANGE_LENGTH_MAX ? left : RANGE_LENGTH_MAX);
}

bool mutate_insert_operation(struct scenario *scenario, struct choice_random *random,
			     const struct scenario *other)
{
	const struct place place = draw_gap(scenario, random);

	(void)other;
	return scenario_insert(scenario, place.program, place.index,
			       scenario_generate_operation(random, scenario->program_count));
}

bool mutate_delete_operations(struct scenario *scenario, struct choice_random *random,
			      const struct scenario *other)
{
	(void)other;
	if (scenario->operation_count == 0)
		return false;
	const struct place place = draw_operation(scenario, random);
	const size_t length = choice_random_chance(random, 1, 2)
				      ? 1
				      : draw_length(scenario, random, place);

	for (size_t i = 0; i < length; i++)
		scenario_remove(scenario, place.program, place.index);
	return true;
}

/* Copies LENGTH operations that start at SOURCE of FROM to TARGET. FROM must be another scenario
 * than the one changed. */
static bool copy_operations(struct scenario *scenario, struct place target,
			    const struct scenario *from, struct place source, size_t length)
{
	const struct scenario_operation *operations =
		scenario_program_operations(from, source.program) + source.index;
	bool has_copied = false;

	for (size_t i = 0; i < length; i++) {
		if (!scenario_insert(scenario, target.program, target.index + i, operations[i]))
			break;
		has_copied = true;
	}
	return has_copied;
}

static bool splice_from(struct scenario *scenario, struct choice_random *random,
			const struct scenario *from)
{
	if (from->operation_count == 0)
		return false;
	const struct place source = draw_operation(from, random);
	const size_t length = draw_length(from, random, source);

	return copy_operations(scenario, draw_gap(scenario, random), from, source, length);
}

bool mutate_duplicate_operations(struct scenario *scenario, struct choice_random *random,
				 const struct scenario *other)
{
	const struct scenario copy = *scenario;

	(void)other;
	return splice_from(scenario, random, &copy);
}

bool mutate_splice_operations(struct scenario *scenario, struct choice_random *random,
			      const struct scenario *other)
{
	return splice_from(scenario, random, other);
}

/* A whole program of the other one in place of one of ours, or beside ours. */
bool mutate_take_program(struct scenario *scenario, struct choice_random *random,
			 const struct scenario *other)
{
	const size_t source = mutate_below(random, other->program_count);
	const size_t program = mutate_below(random, scenario->program_count + 1U);

	if (program == SCENARIO_PROGRAM_COUNT_MAX)
		return false;
	if (program == scenario->program_count)
		scenario->program_count++;
	while (scenario->programs[program].count > 0)
		scenario_remove(scenario, program, 0);
	scenario->programs[program].copies = other->programs[source].copies;
	(void)copy_operations(scenario, (struct place){program, 0}, other,
			      (struct place){source, 0}, other->programs[source].count);
	return true;
}

bool mutate_swap_operations(struct scenario *scenario, struct choice_random *random,
			    const struct scenario *other)
{
	(void)other;
	if (scenario->operation_count < 2)
		return false;
	struct scenario_operation *left = operation_at(scenario, draw_operation(scenario, random));
	struct scenario_operation *right = operation_at(scenario, draw_operation(scenario, random));
	const struct scenario_operation kept = *left;

	*left = *right;
	*right = kept;
	return true;
}

bool mutate_replace_operation(struct scenario *scenario, struct choice_random *random,
			      const struct scenario *other)
{
	(void)other;
	if (scenario->operation_count == 0)
		return false;
	*operation_at(scenario, draw_operation(scenario, random)) = scenario_generate_operation(
		random, scenario->program_count);
	return true;
}

uint16_t mutate_number(struct choice_random *random, uint16_t value)
{
	switch (mutate_below(random, 5)) {
	case 0:
		return (uint16_t)(value + 1);
	case 1:
		return value > 0 ? (uint16_t)(value - 1) : 1;
	case 2:
		return (uint16_t)(value * 2);
	case 3:
		return value / 2;
	default:
		return (uint16_t)mutate_below(random, UINT16_MAX + 1U);
	}
}

bool mutate_change_argument(struct scenario *scenario, struct choice_random *random,
			    const struct scenario *other)
{
	(void)other;
	if (scenario->operation_count == 0)
		return false;
	struct scenario_operation *operation = operation_at(scenario,
							    draw_operation(scenario, random));
	const struct scenario_operation_row *row = scenario_operation_row(operation->id);

	if (row->a.kind == SCENARIO_ARGUMENT_NONE)
		return false;
	if (row->b.kind != SCENARIO_ARGUMENT_NONE && choice_random_chance(random, 1, 2))
		operation->b = mutate_number(random, operation->b);
	else
		operation->a = mutate_number(random, operation->a);
	return true;
}

bool mutate_wrap_in_repeat(struct scenario *scenario, struct choice_random *random,
			   const struct scenario *other)
{
	(void)other;
	if (scenario->operation_count == 0 ||
	    scenario->operation_count + 2 > SCENARIO_OPERATION_COUNT_MAX)
		return false;
	const struct place place = draw_operation(scenario, random);
	const size_t end = place.index + draw_length(scenario, random, place);
	const uint16_t rounds = (uint16_t)choice_random_range(random, 2, 16);

	return scenario_insert(scenario, place.program, end,
			       (struct scenario_operation){.id = SCENARIO_END_REPEAT}) &&
	       scenario_insert(scenario, place.program, place.index,
			       (struct scenario_operation){.id = SCENARIO_REPEAT, .a = rounds});
}

bool mutate_change_copies(struct scenario *scenario, struct choice_random *random,
			  const struct scenario *other)
{
	struct scenario_program *program =
		&scenario->programs[mutate_below(random, scenario->program_count)];

	(void)other;
	program->copies = (uint8_t)mutate_below(random, SCENARIO_COPIES_MAX + 1);
	return true;
}

bool mutate_drop_program(struct scenario *scenario, struct choice_random *random,
			 const struct scenario *other)
{
	(void)random;
	(void)other;
	if (scenario->program_count == 1)
		return false;
	scenario->program_count--;
	while (scenario->programs[scenario->program_count].count > 0)
		scenario_remove(scenario, scenario->program_count, 0);
	return true;
}

bool mutate_change_configuration(struct scenario *scenario, struct choice_random *random,
				 const struct scenario *other)
{
	const struct scenario_field *field =
		&scenario_fields[mutate_below(random, scenario_field_count)];
	const size_t index = mutate_below(random, scenario_field_drawn_count(field));

	(void)other;
	const unsigned dialect = scenario->configuration.dialect;
	scenario_field_set(field, &scenario->configuration, scenario_field_drawn(field, index));
	/* A scenario stays its tracer's: the target has but one. */
	if (scenario_dialect_is_v1(scenario->configuration.dialect) !=
	    scenario_dialect_is_v1(dialect))
		scenario->configuration.dialect = (uint8_t)dialect;
	return true;
}
