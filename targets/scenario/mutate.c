#include "scenario/mutate.h"

#include <string.h>

#include "base/fatal.h"
#include "scenario/binary.h"
#include "scenario/generate.h"
#include "scenario/mutation.h"

enum {
	CHANGE_COUNT_MAX = 4,
	ATTEMPT_COUNT_MAX = 32, /* some changes have nothing to change */
};

static bool generate_anew(struct scenario *scenario, struct choice_random *random,
			  const struct scenario *other)
{
	(void)other;
	scenario_generate(random, scenario);
	return true;
}

static const struct {
	scenario_mutation *change;
	uint32_t weight;
} changes[] = {
	{mutate_insert_operation, 16},    {mutate_delete_operations, 14},
	{mutate_duplicate_operations, 8}, {mutate_splice_operations, 8},
	{mutate_take_program, 2},         {mutate_swap_operations, 8},
	{mutate_replace_operation, 8},    {mutate_change_argument, 12},
	{mutate_wrap_in_repeat, 3},       {mutate_change_copies, 4},
	{mutate_drop_program, 1},         {mutate_change_configuration, 8},
	{mutate_take_schedule, 3},        {mutate_change_seed, 10},
	{mutate_change_policy, 6},        {mutate_add_override, 10},
	{mutate_drop_override, 5},        {mutate_move_override, 8},
	{mutate_retarget_signal, 4},      {generate_anew, 24},
};
enum { CHANGE_KIND_COUNT = sizeof changes / sizeof changes[0] };

void scenario_mutate(struct scenario *scenario, struct choice_random *random,
		     const struct scenario *other)
{
	const struct scenario before = *scenario;
	const size_t wanted = 1 + mutate_below(random, CHANGE_COUNT_MAX);
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
	static scenario_mutation *const crossings[] = {mutate_splice_operations,
						       mutate_take_program, mutate_take_schedule};
	struct choice_random random;
	struct scenario scenario;
	struct scenario other;

	choice_random_init(&random, seed);
	(void)decode_or_generate(first, first_size, &random, &scenario);
	(void)decode_or_generate(second, second_size, &random, &other);
	const size_t rounds = 1 + mutate_below(&random, CHANGE_COUNT_MAX);

	for (size_t i = 0; i < rounds; i++) {
		const size_t kind = mutate_below(&random, sizeof crossings / sizeof crossings[0]);

		if (crossings[kind](&scenario, &random, &other))
			scenario_repair(&scenario);
	}
	return encode_within(&scenario, target, size_max, &random);
}
