#include "oracle/tables.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/fatal.h"
#include "oracle/event_info.h"
#include "oracle/grow.h"
#include "oracle/varint_read.h"

enum {
	STRING_SIZE_MAX = 1024,
	STACK_FRAMES_MAX = 128,
};

/* The part of a body that is not read yet. */
struct body {
	const uint8_t *bytes; /* of the file */
	const uint8_t *at;
	const uint8_t *end;
	bool is_cut; /* the end stands where a number should begin */
};

static struct body body_behind_kind(const struct wire_source *source,
				    const struct wire_batch *batch)
{
	const uint8_t *begin = source->bytes + batch->body_offset;

	ensure(batch->body_size > 0);
	return (struct body){
		.bytes = source->bytes,
		.at = begin + 1,
		.end = begin + batch->body_size,
	};
}

static size_t body_offset(const struct body *body)
{
	return (size_t)(body->at - body->bytes);
}

/* Reads COUNT numbers; false if they are cut off or too long. */
static bool body_numbers(struct body *body, uint64_t *ret_numbers, int count)
{
	for (int i = 0; i < count; i++) {
		body->is_cut = body->at == body->end;
		body->at = varint_read(body->at, body->end, &ret_numbers[i]);
		if (body->at == NULL)
			return false;
	}
	return true;
}

/* The rule that a record breaks whose numbers could not be read: RULE, or the one about the end. */
static enum rule rule_of_numbers(const struct body *body, enum rule rule)
{
	return body->is_cut ? RULE_w_record_cut : rule;
}

static bool add_string(struct generation *generation, struct body *body, struct fault *fault)
{
	size_t offset = body_offset(body);
	uint64_t numbers[2]; /* id, size */

	if (*body->at++ != EVENT_string)
		return fault_set(fault, RULE_w_string_record, offset,
				 "a string record begins with 5, here is %d", body->at[-1]);
	if (!body_numbers(body, numbers, 2))
		return fault_set(fault, rule_of_numbers(body, RULE_w_string_record), offset,
				 "the id or size of this string is cut off or too long");
	if (numbers[1] > STRING_SIZE_MAX)
		return fault_set(fault, RULE_w_string_size, offset,
				 "string %" PRIu64 " has %" PRIu64 " bytes, %d are allowed",
				 numbers[0], numbers[1], STRING_SIZE_MAX);
	if (numbers[1] > (size_t)(body->end - body->at))
		return fault_set(fault, RULE_w_string_record, offset,
				 "string %" PRIu64 " should have %" PRIu64
				 " bytes, its batch has %td more",
				 numbers[0], numbers[1], body->end - body->at);
	if (numbers[0] == 0 || id_map_find(&generation->string_of_id, numbers[0]) != ID_MAP_ABSENT)
		return fault_set(fault, RULE_w_string_duplicate, offset,
				 "string %" PRIu64 " is defined already", numbers[0]);
	uint32_t index = GROW_ONE(generation->strings, generation->string_count,
				  generation->string_capacity);
	generation->strings[index] = (struct generation_string){.bytes = body->at,
								.size = (uint32_t)numbers[1]};
	id_map_insert(&generation->string_of_id, numbers[0], index);
	body->at += numbers[1];
	return true;
}

bool tables_add_strings(struct generation *generation, const struct wire_source *source,
			const struct wire_batch *batch, struct fault *fault)
{
	struct body body = body_behind_kind(source, batch);

	while (body.at < body.end) {
		if (!add_string(generation, &body, fault))
			return false;
	}
	return true;
}

/* Index of the frame of this pc. A pc that was told before keeps what was told first. */
static uint32_t frame_index(struct generation *generation, const uint64_t *numbers, size_t offset)
{
	uint32_t index = id_map_find(&generation->frame_of_pc, numbers[0]);

	if (index != ID_MAP_ABSENT)
		return index;
	index = GROW_ONE(generation->frames, generation->frame_count, generation->frame_capacity);
	generation->frames[index] = (struct generation_frame){
		.pc = numbers[0],
		.function = numbers[1],
		.file = numbers[2],
		.line = numbers[3],
		.offset = offset,
	};
	id_map_insert(&generation->frame_of_pc, numbers[0], index);
	return index;
}

static bool add_frames(struct generation *generation, struct body *body, size_t offset,
		       uint32_t count, struct fault *fault)
{
	for (uint32_t i = 0; i < count; i++) {
		uint64_t numbers[4]; /* pc, function, file, line */
		if (!body_numbers(body, numbers, 4))
			return fault_set(fault, RULE_w_stack_record, offset,
					 "frame %" PRIu32 " of this stack is cut off or too long",
					 i + 1);
		uint32_t frame = frame_index(generation, numbers, offset);
		uint32_t at = GROW_ONE(generation->frame_references,
				       generation->frame_reference_count,
				       generation->frame_reference_capacity);
		generation->frame_references[at] = frame;
	}
	return true;
}

static bool add_stack(struct generation *generation, struct body *body, struct fault *fault)
{
	size_t offset = body_offset(body);
	uint64_t numbers[2]; /* id, frames */

	if (*body->at++ != EVENT_stack)
		return fault_set(fault, RULE_w_stack_record, offset,
				 "a stack record begins with 3, here is %d", body->at[-1]);
	if (!body_numbers(body, numbers, 2))
		return fault_set(fault, rule_of_numbers(body, RULE_w_stack_record), offset,
				 "the id or frame count of this stack is cut off or too long");
	if (numbers[1] > STACK_FRAMES_MAX)
		return fault_set(fault, RULE_w_stack_size, offset,
				 "stack %" PRIu64 " has %" PRIu64 " frames, %d are allowed",
				 numbers[0], numbers[1], STACK_FRAMES_MAX);
	uint32_t first = generation->frame_reference_count;
	if (!add_frames(generation, body, offset, (uint32_t)numbers[1], fault))
		return false;
	if (numbers[0] == 0 || id_map_find(&generation->stack_of_id, numbers[0]) != ID_MAP_ABSENT)
		return fault_set(fault, RULE_w_stack_duplicate, offset,
				 "stack %" PRIu64 " is defined already", numbers[0]);
	uint32_t index = GROW_ONE(generation->stacks, generation->stack_count,
				  generation->stack_capacity);
	generation->stacks[index] = (struct generation_stack){
		.first_reference = first,
		.frame_count = (uint32_t)numbers[1],
	};
	id_map_insert(&generation->stack_of_id, numbers[0], index);
	return true;
}

bool tables_add_stacks(struct generation *generation, const struct wire_source *source,
		       const struct wire_batch *batch, struct fault *fault)
{
	struct body body = body_behind_kind(source, batch);

	while (body.at < body.end) {
		if (!add_stack(generation, &body, fault))
			return false;
	}
	return true;
}

bool tables_add_samples(struct generation *generation, const struct wire_source *source,
			const struct wire_batch *batch, struct fault *fault)
{
	struct body body = body_behind_kind(source, batch);

	while (body.at < body.end) {
		struct generation_sample sample = {.offset = body_offset(&body)};
		if (*body.at++ != EVENT_cpu_sample)
			return fault_set(fault, RULE_w_sample_record, sample.offset,
					 "a CPU sample begins with 7, here is %d", body.at[-1]);
		if (!body_numbers(&body, sample.arguments, 5))
			return fault_set(fault, rule_of_numbers(&body, RULE_w_sample_record),
					 sample.offset,
					 "this CPU sample is cut off or has too long a number");
		uint32_t index = GROW_ONE(generation->samples, generation->sample_count,
					  generation->sample_capacity);
		generation->samples[index] = sample;
	}
	return true;
}

static bool is_empty_string(struct generation *generation, uint64_t id)
{
	const struct generation_string *string = generation_string_find(generation, id);
	return string == NULL || string->size == 0;
}

static bool check_frames(struct generation *generation, struct fault *fault)
{
	for (uint32_t i = 0; i < generation->frame_count; i++) {
		const struct generation_frame *frame = &generation->frames[i];
		bool has_function = generation_string_find(generation, frame->function) != NULL;
		bool has_file = generation_string_find(generation, frame->file) != NULL;
		if (!has_function || !has_file)
			return fault_set(fault, RULE_w_frame_string, frame->offset,
					 "the %s of a frame is string %" PRIu64
					 ", which generation %" PRIu64 " does not define",
					 has_function ? "file" : "function",
					 has_function ? frame->file : frame->function,
					 generation->number);
	}
	return true;
}

static void mark_incomplete_stacks(struct generation *generation)
{
	for (uint32_t i = 0; i < generation->stack_count; i++) {
		struct generation_stack *stack = &generation->stacks[i];
		/* The first frame may be all zero: a goroutine that never ran. */
		for (uint32_t j = 1; j < stack->frame_count; j++) {
			const struct generation_frame *frame =
				&generation->frames
					 [generation->frame_references[stack->first_reference + j]];
			if (frame->pc == 0 || frame->line == 0 ||
			    is_empty_string(generation, frame->function) ||
			    is_empty_string(generation, frame->file))
				stack->is_incomplete = true;
		}
	}
}

static int compare_samples(const void *left, const void *right)
{
	const struct generation_sample *a = left;
	const struct generation_sample *b = right;

	if (a->arguments[0] != b->arguments[0])
		return a->arguments[0] < b->arguments[0] ? -1 : 1;
	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

bool tables_finish(struct generation *generation, struct fault *fault)
{
	if (!check_frames(generation, fault))
		return false;
	mark_incomplete_stacks(generation);
	if (generation->sample_count > 1)
		qsort(generation->samples, generation->sample_count, sizeof(*generation->samples),
		      compare_samples);
	return true;
}

bool tables_check_experiment(const struct wire_source *source, const struct wire_batch *batch,
			     struct fault *fault)
{
	enum { ALLOC_FREE = 1, DATA_TYPES = 0, DATA_INFO = 1 };
	uint64_t numbers[5];

	ensure(batch->experiment == ALLOC_FREE);
	if (batch->body_size == 0)
		return true;
	struct body body = body_behind_kind(source, batch);
	uint8_t kind = body.at[-1];
	if (kind != DATA_TYPES && kind != DATA_INFO)
		return fault_set(fault, RULE_x_data, batch->offset,
				 "data of the experiment begins with 0 or 1, here is %d", kind);
	if (kind == DATA_INFO) {
		/* heap start, page size, heap alignment, stack alignment */
		if (!body_numbers(&body, numbers, 4) || body.at != body.end)
			return fault_set(fault, RULE_x_data, batch->offset,
					 "the heap information is not 4 numbers");
		return true;
	}
	while (body.at < body.end) {
		/* id, address, size, pointer bytes, name size; then the name */
		if (!body_numbers(&body, numbers, 5) || numbers[4] > (size_t)(body.end - body.at))
			return fault_set(fault, RULE_x_data, batch->offset,
					 "a type record is cut off");
		body.at += numbers[4];
	}
	return true;
}
