#include "scenario/scenario.h"

#include <string.h>

#include "base/fatal.h"
#include "scenario/binary.h"
#include "scenario/fields.h"

void scenario_init(struct scenario *ret_scenario)
{
	memset(ret_scenario, 0, sizeof *ret_scenario);
	for (size_t i = 0; i < scenario_field_count; i++) {
		scenario_field_set(&scenario_fields[i], &ret_scenario->configuration,
				   scenario_fields[i].initial);
	}
	ret_scenario->program_count = 1;
	ret_scenario->programs[0].copies = 1;
}

bool scenario_insert(struct scenario *scenario, size_t program, size_t index,
		     struct scenario_operation operation)
{
	ensure(program < SCENARIO_PROGRAM_COUNT_MAX);
	ensure(index <= scenario->programs[program].count);
	if (scenario->operation_count == SCENARIO_OPERATION_COUNT_MAX)
		return false;
	const size_t place = scenario->programs[program].first + index;

	memmove(&scenario->operations[place + 1], &scenario->operations[place],
		(scenario->operation_count - place) * sizeof scenario->operations[0]);
	scenario->operations[place] = operation;
	scenario->operation_count++;
	scenario->programs[program].count++;
	for (size_t i = program + 1; i < SCENARIO_PROGRAM_COUNT_MAX; i++)
		scenario->programs[i].first++;
	return true;
}

bool scenario_append(struct scenario *scenario, size_t program, uint16_t id, uint16_t a, uint16_t b)
{
	ensure(program < SCENARIO_PROGRAM_COUNT_MAX);
	return scenario_insert(scenario, program, scenario->programs[program].count,
			       (struct scenario_operation){.id = id, .a = a, .b = b});
}

void scenario_remove(struct scenario *scenario, size_t program, size_t index)
{
	ensure(program < SCENARIO_PROGRAM_COUNT_MAX);
	ensure(index < scenario->programs[program].count);
	const size_t place = scenario->programs[program].first + index;

	scenario->operation_count--;
	memmove(&scenario->operations[place], &scenario->operations[place + 1],
		(scenario->operation_count - place) * sizeof scenario->operations[0]);
	scenario->programs[program].count--;
	for (size_t i = program + 1; i < SCENARIO_PROGRAM_COUNT_MAX; i++)
		scenario->programs[i].first--;
}

bool scenario_equal(const struct scenario *left, const struct scenario *right)
{
	uint8_t left_bytes[SCENARIO_BINARY_SIZE_MAX];
	uint8_t right_bytes[SCENARIO_BINARY_SIZE_MAX];
	const size_t left_size = scenario_encode(left, left_bytes, sizeof left_bytes);
	const size_t right_size = scenario_encode(right, right_bytes, sizeof right_bytes);

	return left_size == right_size && memcmp(left_bytes, right_bytes, left_size) == 0;
}

uint32_t scenario_expanded_length(const struct scenario *scenario, size_t program)
{
	const struct scenario_operation *operations = scenario_program_operations(scenario,
										  program);
	uint32_t outer_lengths[SCENARIO_REPEAT_DEPTH_MAX];
	uint16_t rounds[SCENARIO_REPEAT_DEPTH_MAX];
	size_t depth = 0;
	uint32_t length = 0;

	for (size_t i = 0; i < scenario->programs[program].count; i++) {
		length++;
		if (operations[i].id == SCENARIO_REPEAT) {
			ensure(depth < SCENARIO_REPEAT_DEPTH_MAX);
			outer_lengths[depth] = length;
			rounds[depth++] = operations[i].a;
			length = 0;
		} else if (operations[i].id == SCENARIO_END_REPEAT) {
			ensure(depth > 0);
			depth--;
			length = outer_lengths[depth] + rounds[depth] * length;
		}
	}
	return length;
}

const struct scenario_operation *scenario_cursor_next(const struct scenario *scenario,
						      size_t program,
						      struct scenario_cursor *cursor)
{
	const struct scenario_operation *operations = scenario_program_operations(scenario,
										  program);
	const uint16_t count = scenario->programs[program].count;

	while (cursor->next < count) {
		const struct scenario_operation *operation = &operations[cursor->next++];

		if (operation->id == SCENARIO_REPEAT) {
			ensure(cursor->depth < SCENARIO_REPEAT_DEPTH_MAX);
			cursor->rounds_left[cursor->depth++] = (uint8_t)(operation->a - 1);
		} else if (operation->id == SCENARIO_END_REPEAT) {
			ensure(cursor->depth > 0);
			if (cursor->rounds_left[cursor->depth - 1] > 0) {
				cursor->rounds_left[cursor->depth - 1]--;
				cursor->next = (uint16_t)(operation->match + 1);
			} else {
				cursor->depth--;
			}
		} else {
			return operation;
		}
	}
	return NULL;
}
