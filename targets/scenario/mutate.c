#include "scenario/mutate.h"

#include <string.h>

#include "base/fatal.h"
#include "scenario/binary.h"
#include "scenario/fields.h"
#include "scenario/generate.h"

enum {
	CHANGE_COUNT_MAX = 4,
	ATTEMPT_COUNT_MAX = 32, /* some changes have nothing to change */
	RANGE_LENGTH_MAX = 8,
};

/* A place among the operations. */
struct place {
	size_t program;
	size_t index;
};

/* A change returns whether it did something. It may leave the scenario unrepaired. OTHER is never
 * NULL. */
typedef bool change(struct scenario *scenario, struct choice_random *random,
		    const struct scenario *other);

static size_t below(struct choice_random *random, size_t bound)
{
	return choice_random_below(random, (uint32_t)bound);
}

/* A place before which something can be inserted: any program, its end included. */
static struct place draw_gap(const struct scenario *scenario, struct choice_random *random)
{
	const size_t program = below(random, scenario->program_count);

	return (struct place){program, below(random, scenario->programs[program].count + 1U)};
}

/* Any operation, all as likely; there must be one. */
static struct place draw_operation(const struct scenario *scenario, struct choice_random *random)
{
	size_t index = below(random, scenario->operation_count);
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

	return 1 + below(random, left < RANGE_LENGTH_MAX ? left : RANGE_LENGTH_MAX);
}

static bool insert_operation(struct scenario *scenario, struct choice_random *random,
			     const struct scenario *other)
{
	const struct place place = draw_gap(scenario, random);

	(void)other;
	return scenario_insert(scenario, place.program, place.index,
			       scenario_generate_operation(random, scenario->program_count));
}

static bool delete_operations(struct scenario *scenario, struct choice_random *random,
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

static bool duplicate_operations(struct scenario *scenario, struct choice_random *random,
				 const struct scenario *other)
{
	const struct scenario copy = *scenario;

	(void)other;
	return splice_from(scenario, random, &copy);
}

static bool splice_operations(struct scenario *scenario, struct choice_random *random,
			      const struct scenario *other)
{
	return splice_from(scenario, random, other);
}

/* A whole program of the other one in place of one of ours, or beside ours. */
static bool take_program(struct scenario *scenario, struct choice_random *random,
			 const struct scenario *other)
{
	const size_t source = below(random, other->program_count);
	const size_t program = below(random, scenario->program_count + 1U);

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

static bool swap_operations(struct scenario *scenario, struct choice_random *random,
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

static bool replace_operation(struct scenario *scenario, struct choice_random *random,
			      const struct scenario *other)
{
	(void)other;
	if (scenario->operation_count == 0)
		return false;
	*operation_at(scenario, draw_operation(scenario, random)) = scenario_generate_operation(
		random, scenario->program_count);
	return true;
}

/* One up, one down, doubled, halved, or anything; the repair folds it into range. */
static uint16_t change_number(struct choice_random *random, uint16_t value)
{
	switch (below(random, 5)) {
	case 0:
		return (uint16_t)(value + 1);
	case 1:
		return value > 0 ? (uint16_t)(value - 1) : 1;
	case 2:
		return (uint16_t)(value * 2);
	case 3:
		return value / 2;
	default:
		return (uint16_t)below(random, UINT16_MAX + 1U);
	}
}

static bool change_argument(struct scenario *scenario, struct choice_random *random,
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
		operation->b = change_number(random, operation->b);
	else
		operation->a = change_number(random, operation->a);
	return true;
}

static bool wrap_in_repeat(struct scenario *scenario, struct choice_random *random,
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

static bool change_copies(struct scenario *scenario, struct choice_random *random,
			  const struct scenario *other)
{
	struct scenario_program *program =
		&scenario->programs[below(random, scenario->program_count)];

	(void)other;
	program->copies = (uint8_t)below(random, SCENARIO_COPIES_MAX + 1);
	return true;
}

static bool drop_program(struct scenario *scenario, struct choice_random *random,
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

static bool change_configuration(struct scenario *scenario, struct choice_random *random,
				 const struct scenario *other)
{
	const struct scenario_field *field = &scenario_fields[below(random, scenario_field_count)];
	const size_t code = below(random, scenario_field_drawn_count(field));

	(void)other;
	const unsigned dialect = scenario->configuration.dialect;
	scenario_field_set(field, &scenario->configuration,
			   scenario_field_value(field, (uint8_t)code));
	/* A scenario stays its tracer's: the target has but one. */
	if (scenario_dialect_is_v1(scenario->configuration.dialect) !=
	    scenario_dialect_is_v1(dialect))
		scenario->configuration.dialect = (uint8_t)dialect;
	return true;
}

static bool take_schedule(struct scenario *scenario, struct choice_random *random,
			  const struct scenario *other)
{
	(void)random;
	scenario->schedule = other->schedule;
	scenario->override_count = other->override_count;
	memcpy(scenario->overrides, other->overrides, sizeof scenario->overrides);
	return true;
}

static bool change_seed(struct scenario *scenario, struct choice_random *random,
			const struct scenario *other)
{
	(void)other;
	scenario->schedule.seed = choice_random_chance(random, 1, 4) ? scenario->schedule.seed + 1
								     : choice_random_u32(random);
	return true;
}

static bool change_policy(struct scenario *scenario, struct choice_random *random,
			  const struct scenario *other)
{
	struct scenario_schedule schedule;

	(void)other;
	scenario_generate_schedule(random, &schedule);
	/* The parameter or the target alone, or all but the seed. */
	switch (below(random, 3)) {
	case 0:
		scenario->schedule.parameter = schedule.parameter;
		break;
	case 1:
		scenario->schedule.target_point = schedule.target_point;
		break;
	default:
		schedule.seed = scenario->schedule.seed;
		scenario->schedule = schedule;
		break;
	}
	return true;
}

static bool add_override(struct scenario *scenario, struct choice_random *random,
			 const struct scenario *other)
{
	if (scenario->override_count == SCENARIO_OVERRIDE_COUNT_MAX)
		return false;
	struct scenario_override override = scenario_generate_override(random);

	if (other->override_count > 0 && choice_random_chance(random, 1, 4))
		override = other->overrides[below(random, other->override_count)];
	scenario->overrides[scenario->override_count++] = override;
	return true;
}

static bool drop_override(struct scenario *scenario, struct choice_random *random,
			  const struct scenario *other)
{
	(void)other;
	if (scenario->override_count == 0)
		return false;
	const size_t index = below(random, scenario->override_count);

	scenario->override_count--;
	memmove(&scenario->overrides[index], &scenario->overrides[index + 1],
		(scenario->override_count - index) * sizeof scenario->overrides[0]);
	return true;
}

static bool move_override(struct scenario *scenario, struct choice_random *random,
			  const struct scenario *other)
{
	(void)other;
	if (scenario->override_count == 0)
		return false;
	struct scenario_override *override =
		&scenario->overrides[below(random, scenario->override_count)];
	const struct scenario_override drawn = scenario_generate_override(random);

	switch (below(random, 4)) {
	case 0:
		override->point = drawn.point;
		break;
	case 1:
		override->action = drawn.action;
		break;
	case 2:
		override->target = drawn.target;
		break;
	default:
		override->occurrence = change_number(random, override->occurrence);
		break;
	}
	return true;
}

static bool generate_anew(struct scenario *scenario, struct choice_random *random,
			  const struct scenario *other)
{
	(void)other;
	scenario_generate(random, scenario);
	return true;
}

static const struct {
	change *change;
	uint32_t weight;
} changes[] = {
	{insert_operation, 16}, {delete_operations, 14}, {duplicate_operations, 8},
	{splice_operations, 8}, {take_program, 2},       {swap_operations, 8},
	{replace_operation, 8}, {change_argument, 12},   {wrap_in_repeat, 3},
	{change_copies, 4},     {drop_program, 1},       {change_configuration, 8},
	{take_schedule, 3},     {change_seed, 10},       {change_policy, 6},
	{add_override, 8},      {drop_override, 5},      {move_override, 8},
	{generate_anew, 24},
};
enum { CHANGE_KIND_COUNT = sizeof changes / sizeof changes[0] };

void scenario_mutate(struct scenario *scenario, struct choice_random *random,
		     const struct scenario *other)
{
	const struct scenario before = *scenario;
	const size_t wanted = 1 + below(random, CHANGE_COUNT_MAX);
	uint32_t weights[CHANGE_KIND_COUNT];
	size_t done = 0;

	for (size_t i = 0; i < CHANGE_KIND_COUNT; i++)
		weights[i] = changes[i].weight;
	for (size_t i = 0; i < ATTEMPT_COUNT_MAX && done < wanted; i++) {
		const size_t kind = choice_random_weighted(random, weights, CHANGE_KIND_COUNT);

		if (!changes[kind].change(scenario, random, other != NULL ? other : &before))
			continue;
		scenario_repair(scenario);
		/* What changes nothing (a value drawn again, a lone end of repeat) does not count.
		 */
		if (!scenario_equal(scenario, &before))
			done++;
	}
}

/* Drops overrides and operations until the encoding fits. */
static void shrink_to_fit(struct scenario *scenario, size_t size_max)
{
	while (scenario_encoded_size(scenario) > size_max) {
		if (scenario->override_count > scenario->operation_count / 8) {
			scenario->override_count--;
			continue;
		}
		size_t longest = 0;

		for (size_t i = 1; i < scenario->program_count; i++) {
			if (scenario->programs[i].count > scenario->programs[longest].count)
				longest = i;
		}
		scenario_remove(scenario, longest, scenario->programs[longest].count - 1U);
	}
	scenario_repair(scenario);
}

static size_t encode_within(struct scenario *scenario, uint8_t *target, size_t size_max,
			    struct choice_random *random)
{
	if (size_max < SCENARIO_HEADER_SIZE) {
		for (size_t i = 0; i < size_max; i++)
			target[i] = (uint8_t)choice_random_u32(random);
		return size_max;
	}
	shrink_to_fit(scenario, size_max);
	return scenario_encode(scenario, target, size_max);
}

/* Decodes, or generates where there is nothing to decode; true when it did decode. */
static bool decode_or_generate(const uint8_t *data, size_t size, struct choice_random *random,
			       struct scenario *ret_scenario)
{
	if (size < SCENARIO_HEADER_SIZE + SCENARIO_RECORD_SIZE) {
		scenario_generate(random, ret_scenario);
		return false;
	}
	scenario_decode(data, size, ret_scenario);
	return true;
}

size_t scenario_mutate_bytes(uint8_t *data, size_t size, size_t size_max, uint64_t seed)
{
	struct choice_random random;
	struct scenario scenario;

	choice_random_init(&random, seed);
	if (decode_or_generate(data, size, &random, &scenario)) {
		scenario_mutate(&scenario, &random, NULL);
		/* The last operation may be gone: nothing to run is nothing to learn from. */
		if (scenario.operation_count == 0)
			scenario_generate(&random, &scenario);
	}
	return encode_within(&scenario, data, size_max, &random);
}

size_t scenario_cross_bytes(const uint8_t *first, size_t first_size, const uint8_t *second,
			    size_t second_size, uint8_t *target, size_t size_max, uint64_t seed)
{
	static change *const crossings[] = {splice_operations, take_program, take_schedule};
	struct choice_random random;
	struct scenario scenario;
	struct scenario other;

	choice_random_init(&random, seed);
	(void)decode_or_generate(first, first_size, &random, &scenario);
	(void)decode_or_generate(second, second_size, &random, &other);
	const size_t rounds = 1 + below(&random, CHANGE_COUNT_MAX);

	for (size_t i = 0; i < rounds; i++) {
		const size_t kind = below(&random, sizeof crossings / sizeof crossings[0]);

		if (crossings[kind](&scenario, &random, &other))
			scenario_repair(&scenario);
	}
	return encode_within(&scenario, target, size_max, &random);
}
