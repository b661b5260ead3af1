#include "scenario/binary.h"

#include <string.h>

#include "base/fatal.h"
#include "scenario/fields.h"

enum header_offset {
	AT_VERSION = 0,
	AT_POLICY = 13,
	AT_PARAMETER = 14,
	AT_PROGRAM_COUNT = 15,
	AT_TARGET_POINT = 16,
	AT_SEED = 20,
	AT_COPIES = 24,
};

enum record_kind {
	RECORD_OPERATION = 0,
	RECORD_OVERRIDE = 1,
};

struct record {
	uint8_t kind;
	uint8_t index; /* of a program, or action */
	uint16_t id;
	uint16_t a;
	uint16_t b;
};

static uint16_t get_u16(const uint8_t *source)
{
	return (uint16_t)(source[0] | source[1] << 8);
}

static void put_u16(uint8_t *target, uint16_t value)
{
	target[0] = (uint8_t)value;
	target[1] = (uint8_t)(value >> 8);
}

static struct record get_record(const uint8_t *source)
{
	return (struct record){
		.kind = source[0],
		.index = source[1],
		.id = get_u16(source + 2),
		.a = get_u16(source + 4),
		.b = get_u16(source + 6),
	};
}

static uint8_t *put_record(uint8_t *target, struct record record)
{
	target[0] = record.kind;
	target[1] = record.index;
	put_u16(target + 2, record.id);
	put_u16(target + 4, record.a);
	put_u16(target + 6, record.b);
	return target + SCENARIO_RECORD_SIZE;
}

static void decode_header(const uint8_t *data, size_t size, struct scenario *scenario)
{
	uint8_t header[SCENARIO_HEADER_SIZE] = {0};

	if (size > 0)
		memcpy(header, data, size < sizeof header ? size : sizeof header);
	for (size_t i = 0; i < scenario_field_count; i++) {
		const struct scenario_field *field = &scenario_fields[i];

		scenario_field_set(field, &scenario->configuration,
				   scenario_field_value(field, header[field->header_offset]));
	}
	scenario->schedule.policy = header[AT_POLICY];
	scenario->schedule.parameter = header[AT_PARAMETER];
	scenario->schedule.target_point = get_u16(header + AT_TARGET_POINT);
	scenario->schedule.seed = get_u16(header + AT_SEED) |
				  (uint32_t)get_u16(header + AT_SEED + 2) << 16;
	scenario->program_count = (uint8_t)scenario_fold(header[AT_PROGRAM_COUNT], 1,
							 SCENARIO_PROGRAM_COUNT_MAX);
	for (size_t i = 0; i < SCENARIO_PROGRAM_COUNT_MAX; i++)
		scenario->programs[i].copies = header[AT_COPIES + i];
}

static void decode_override(struct record record, struct scenario *scenario)
{
	if (scenario->override_count == SCENARIO_OVERRIDE_COUNT_MAX)
		return;
	scenario->overrides[scenario->override_count++] = (struct scenario_override){
		.point = record.id,
		.occurrence = record.a,
		.action = record.index,
		.target = (uint8_t)(record.b % SCENARIO_M_COUNT_MAX),
	};
}

/* Whether RECORD is an operation that has a row. */
static bool is_known_operation(struct record record)
{
	return record.kind == RECORD_OPERATION && scenario_operation_row(record.id) != NULL;
}

/* Records may name programs in any order: the first pass counts, the second one places. */
static void decode_records(const uint8_t *records, size_t count, struct scenario *scenario)
{
	uint16_t filled[SCENARIO_PROGRAM_COUNT_MAX] = {0};
	size_t first = 0;

	for (size_t i = 0; i < count; i++) {
		const struct record record = get_record(records + i * SCENARIO_RECORD_SIZE);

		if (record.kind == RECORD_OVERRIDE)
			decode_override(record, scenario);
		if (!is_known_operation(record) ||
		    scenario->operation_count == SCENARIO_OPERATION_COUNT_MAX)
			continue;
		scenario->programs[record.index % scenario->program_count].count++;
		scenario->operation_count++;
	}
	for (size_t i = 0; i < SCENARIO_PROGRAM_COUNT_MAX; i++) {
		scenario->programs[i].first = (uint16_t)first;
		first += scenario->programs[i].count;
	}
	for (size_t i = 0; i < count; i++) {
		const struct record record = get_record(records + i * SCENARIO_RECORD_SIZE);
		const size_t index = record.index % scenario->program_count;
		const struct scenario_program *program = &scenario->programs[index];

		if (!is_known_operation(record) || filled[index] == program->count)
			continue;
		scenario->operations[program->first + filled[index]++] =
			(struct scenario_operation){.id = record.id, .a = record.a, .b = record.b};
	}
}

void scenario_decode(const uint8_t *data, size_t size, struct scenario *ret_scenario)
{
	memset(ret_scenario, 0, sizeof *ret_scenario);
	decode_header(data, size, ret_scenario);
	if (size > SCENARIO_HEADER_SIZE) {
		decode_records(data + SCENARIO_HEADER_SIZE,
			       (size - SCENARIO_HEADER_SIZE) / SCENARIO_RECORD_SIZE, ret_scenario);
	}
	scenario_repair(ret_scenario);
}

size_t scenario_encoded_size(const struct scenario *scenario)
{
	return SCENARIO_HEADER_SIZE + SCENARIO_RECORD_SIZE * ((size_t)scenario->operation_count +
							      scenario->override_count);
}

static uint8_t *encode_header(const struct scenario *scenario, uint8_t *target)
{
	memset(target, 0, SCENARIO_HEADER_SIZE);
	target[AT_VERSION] = SCENARIO_BINARY_VERSION;
	for (size_t i = 0; i < scenario_field_count; i++) {
		const struct scenario_field *field = &scenario_fields[i];

		target[field->header_offset] = scenario_field_code(
			field, scenario_field_get(field, &scenario->configuration));
	}
	target[AT_POLICY] = scenario->schedule.policy;
	target[AT_PARAMETER] = scenario->schedule.parameter;
	target[AT_PROGRAM_COUNT] = scenario->program_count;
	put_u16(target + AT_TARGET_POINT, scenario->schedule.target_point);
	put_u16(target + AT_SEED, (uint16_t)scenario->schedule.seed);
	put_u16(target + AT_SEED + 2, (uint16_t)(scenario->schedule.seed >> 16));
	for (size_t i = 0; i < SCENARIO_PROGRAM_COUNT_MAX; i++)
		target[AT_COPIES + i] = scenario->programs[i].copies;
	return target + SCENARIO_HEADER_SIZE;
}

size_t scenario_encode(const struct scenario *scenario, uint8_t *target, size_t size)
{
	const size_t size_needed = scenario_encoded_size(scenario);

	if (size < size_needed)
		return 0;
	uint8_t *end = encode_header(scenario, target);

	for (size_t i = 0; i < scenario->program_count; i++) {
		const struct scenario_operation *operations = scenario_program_operations(scenario,
											  i);

		for (size_t j = 0; j < scenario->programs[i].count; j++) {
			end = put_record(end, (struct record){
						      .kind = RECORD_OPERATION,
						      .index = (uint8_t)i,
						      .id = operations[j].id,
						      .a = operations[j].a,
						      .b = operations[j].b,
					      });
		}
	}
	for (size_t i = 0; i < scenario->override_count; i++) {
		const struct scenario_override *override = &scenario->overrides[i];

		end = put_record(end, (struct record){
					      .kind = RECORD_OVERRIDE,
					      .index = override->action,
					      .id = override->point,
					      .a = override->occurrence,
					      .b = override->target,
				      });
	}
	ensure((size_t)(end - target) == size_needed);
	return size_needed;
}
