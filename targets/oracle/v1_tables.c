#include "oracle/v1_tables.h"

#include <inttypes.h>
#include <stdlib.h>

#include "oracle/grow.h"

enum {
	DENSE_COUNT = 4096,
	FRAMES_MAX = 1000, /* that readers accept */
	NUMBERS_OF_FRAME = 4,
};

void v1_tables_create(struct v1_tables *tables)
{
	*tables = (struct v1_tables){0};
	id_map_create(&tables->string_ids, DENSE_COUNT);
	id_map_create(&tables->stack_ids, DENSE_COUNT);
}

void v1_tables_destroy(struct v1_tables *tables)
{
	free(tables->strings);
	free(tables->stacks);
	free(tables->frames);
	id_map_destroy(&tables->string_ids);
	id_map_destroy(&tables->stack_ids);
}

void v1_tables_clear(struct v1_tables *tables)
{
	tables->string_count = 0;
	tables->stack_count = 0;
	tables->frame_count = 0;
	id_map_clear(&tables->string_ids);
	id_map_clear(&tables->stack_ids);
}

bool v1_tables_add_string(struct v1_tables *tables, const struct wire_source *source,
			  const struct v1_record *record, struct fault *fault)
{
	uint64_t id = record->values[0];

	if (id_map_find(&tables->string_ids, id) != ID_MAP_ABSENT)
		return fault_set(fault, RULE_v1_w5, record->offset,
				 "String id=%" PRIu64 ": this id is there already", id);
	uint32_t index = GROW_ONE(tables->strings, tables->string_count, tables->string_capacity);
	tables->strings[index] = (struct v1_string){
		.id = id,
		.offset = record->offset,
		.bytes = source->bytes + record->text_offset,
		.size = record->text_size,
	};
	id_map_insert(&tables->string_ids, id, index);
	return true;
}

static void add_frames(struct v1_tables *tables, const struct v1_record *record)
{
	for (uint32_t i = 2; i < record->value_count; i += NUMBERS_OF_FRAME) {
		uint32_t index = GROW_ONE(tables->frames, tables->frame_count,
					  tables->frame_capacity);
		const uint64_t *values = &record->values[i];
		tables->frames[index] = (struct v1_frame){values[0], values[1], values[2],
							  values[3]};
	}
}

bool v1_tables_add_stack(struct v1_tables *tables, const struct v1_record *record,
			 struct fault *fault)
{
	uint64_t id = record->values[0];
	uint64_t frame_count = record->values[1];

	if (record->value_count < 2)
		return fault_set(fault, RULE_v1_w8, record->offset,
				 "a Stack has at least its id and its number of frames");
	if (frame_count > FRAMES_MAX)
		return fault_set(fault, RULE_v1_w8, record->offset,
				 "Stack id=%" PRIu64 " says that it has %" PRIu64
				 " frames, %d are allowed",
				 id, frame_count, FRAMES_MAX);
	if (record->value_count != 2 + NUMBERS_OF_FRAME * frame_count)
		return fault_set(fault, RULE_v1_w8, record->offset,
				 "Stack id=%" PRIu64 " of %" PRIu64 " frames has %" PRIu64
				 " values, here are %d",
				 id, frame_count, 2 + NUMBERS_OF_FRAME * frame_count,
				 record->value_count);
	if (id == 0 || frame_count == 0)
		return true;
	uint32_t index = id_map_find(&tables->stack_ids, id);
	if (index == ID_MAP_ABSENT) {
		index = GROW_ONE(tables->stacks, tables->stack_count, tables->stack_capacity);
		id_map_insert(&tables->stack_ids, id, index);
	}
	tables->stacks[index] = (struct v1_stack){
		.id = id,
		.offset = record->offset,
		.first_frame = tables->frame_count,
		.frame_count = (uint32_t)frame_count,
	};
	add_frames(tables, record);
	return true;
}

struct v1_string *v1_string_find(const struct v1_tables *tables, uint64_t id)
{
	uint32_t index = id_map_find(&tables->string_ids, id);
	return index == ID_MAP_ABSENT ? NULL : &tables->strings[index];
}

struct v1_stack *v1_stack_find(const struct v1_tables *tables, uint64_t id)
{
	uint32_t index = id_map_find(&tables->stack_ids, id);
	return index == ID_MAP_ABSENT ? NULL : &tables->stacks[index];
}

bool oracle_v1_string(const struct oracle_v1_event *event, uint64_t id, const uint8_t **ret_bytes,
		      size_t *ret_size)
{
	const struct v1_string *string = v1_string_find(event->tables, id);

	if (string == NULL)
		return false;
	*ret_bytes = string->bytes;
	*ret_size = string->size;
	return true;
}

uint32_t oracle_v1_stack(const struct oracle_v1_event *event, uint64_t id,
			 const struct v1_frame **ret_frames)
{
	const struct v1_stack *stack = v1_stack_find(event->tables, id);

	if (stack == NULL)
		return 0;
	*ret_frames = &event->tables->frames[stack->first_frame];
	return stack->frame_count;
}
