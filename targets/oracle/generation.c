#include "oracle/generation.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/fatal.h"
#include "oracle/event_info.h"
#include "oracle/grow.h"
#include "oracle/tables.h"

enum {
	DENSE_STRINGS = 1 << 14,
	DENSE_STACKS = 1 << 16,
	EXPERIMENT_LAST = 1, /* alloc/free */
};

void generation_create(struct generation *generation)
{
	*generation = (struct generation){0};
	id_map_create(&generation->thread_of_m, 0);
	id_map_create(&generation->string_of_id, DENSE_STRINGS);
	id_map_create(&generation->stack_of_id, DENSE_STACKS);
	id_map_create(&generation->frame_of_pc, 0);
}

void generation_destroy(struct generation *generation)
{
	id_map_destroy(&generation->thread_of_m);
	id_map_destroy(&generation->string_of_id);
	id_map_destroy(&generation->stack_of_id);
	id_map_destroy(&generation->frame_of_pc);
	free(generation->batches);
	free(generation->threads);
	free(generation->strings);
	free(generation->stacks);
	free(generation->frames);
	free(generation->frame_references);
	free(generation->samples);
	free(generation->experiments);
}

static void forget(struct generation *generation, size_t offset)
{
	generation->number = 0;
	generation->frequency = 0;
	generation->offset = offset;
	generation->end_offset = offset;
	generation->frequency_offset = 0;
	generation->strings_offset = 0;
	generation->late_offset = 0;
	generation->batch_count_all = 0;
	generation->batch_count = 0;
	generation->thread_count = 0;
	generation->stack_count = 0;
	generation->frame_count = 0;
	generation->frame_reference_count = 0;
	generation->sample_count = 0;
	generation->experiment_count = 0;
	id_map_clear(&generation->thread_of_m);
	id_map_clear(&generation->string_of_id);
	id_map_clear(&generation->stack_of_id);
	id_map_clear(&generation->frame_of_pc);

	/* String 0 is the empty string without being defined. */
	generation->string_count = 0;
	uint32_t index = GROW_ONE(generation->strings, generation->string_count,
				  generation->string_capacity);
	generation->strings[index] = (struct generation_string){.bytes = (const uint8_t *)""};
}

static void add_events(struct generation *generation, const struct wire_source *source,
		       const struct wire_batch *batch)
{
	uint32_t index = GROW_ONE(generation->batches, generation->batch_count,
				  generation->batch_capacity);
	generation->batches[index] = (struct generation_batch){
		.body = source->bytes + batch->body_offset,
		.body_size = batch->body_size,
		.next = GENERATION_NO_BATCH,
		.time = batch->time,
	};
	uint32_t thread = id_map_find(&generation->thread_of_m, batch->m);
	if (thread != ID_MAP_ABSENT) {
		generation->batches[generation->threads[thread].last_batch].next = index;
		generation->threads[thread].last_batch = index;
		return;
	}
	thread = GROW_ONE(generation->threads, generation->thread_count,
			  generation->thread_capacity);
	generation->threads[thread] = (struct generation_thread){batch->m, index, index};
	id_map_insert(&generation->thread_of_m, batch->m, thread);
}

static bool add_experiment(struct generation *generation, const struct wire_source *source,
			   const struct wire_batch *batch, bool strict, struct fault *fault)
{
	if (batch->experiment > EXPERIMENT_LAST)
		return fault_set(fault, RULE_v_experiment, batch->offset,
				 "experiment %d is not known", batch->experiment);
	uint32_t index = GROW_ONE(generation->experiments, generation->experiment_count,
				  generation->experiment_capacity);
	generation->experiments[index].batch = *batch;
	return !strict || tables_check_experiment(source, batch, fault);
}

/* The kind byte decides first, then the first body byte. */
static bool add_batch(struct generation *generation, const struct wire_source *source,
		      const struct wire_batch *batch, bool strict, struct fault *fault)
{
	/* An experimental batch of experiment 0 is read like an ordinary one, as Go's reader does.
	 */
	if (batch->experiment != 0)
		return add_experiment(generation, source, batch, strict, fault);
	if (batch->body_size == 0)
		return true;
	if (generation->late_offset == 0)
		generation->late_offset = batch->offset;
	switch (source->bytes[batch->body_offset]) {
	case EVENT_stacks:
		return tables_add_stacks(generation, source, batch, fault);
	case EVENT_strings:
		generation->strings_offset = batch->offset;
		generation->late_offset = 0;
		return tables_add_strings(generation, source, batch, fault);
	case EVENT_cpu_samples:
		return tables_add_samples(generation, source, batch, fault);
	case EVENT_frequency:
		return tables_set_frequency(generation, source, batch, fault);
	default:
		add_events(generation, source, batch);
		return true;
	}
}

static bool check_batch_strictly(const struct wire_batch *batch, struct fault *fault)
{
	size_t size = batch->body_offset + batch->body_size - batch->offset;

	if (batch->size_field_size != WIRE_SIZE_FIELD_SIZE)
		return fault_set(fault, RULE_i29_padding, batch->offset,
				 "the size of this batch takes %d bytes, not %d",
				 batch->size_field_size, WIRE_SIZE_FIELD_SIZE);
	if (size > WIRE_BATCH_SIZE_MAX_WRITTEN)
		return fault_set(fault, RULE_i29_limit, batch->offset,
				 "header and body have %zu bytes, a buffer holds %d", size,
				 WIRE_BATCH_SIZE_MAX_WRITTEN);
	return true;
}

static bool finish(struct generation *generation, bool strict, struct fault *fault)
{
	if (generation->frequency_offset == 0)
		return fault_set(fault, RULE_w_frequency_missing, generation->offset,
				 "generation %" PRIu64 " has no frequency", generation->number);
	if (strict && generation->strings_offset != 0 && generation->late_offset != 0)
		return fault_set(fault, RULE_i37_strings_last, generation->late_offset,
				 "this batch follows the last strings, at offset %zu",
				 generation->strings_offset);
	if (strict && generation->frequency == 0)
		return fault_set(fault, RULE_i37_frequency, generation->frequency_offset,
				 "the frequency is 0");
	return tables_finish(generation, fault);
}

static uint64_t next_number(const struct generation *generation)
{
	return generation->may_wrap && generation->number == UINT64_MAX ? 4
									: generation->number + 1;
}

bool generation_read(struct generation *generation, const struct wire_source *source, size_t offset,
		     bool strict, struct fault *fault)
{
	struct wire_batch batch;

	forget(generation, offset);
	for (; generation->end_offset < source->size;
	     generation->end_offset = batch.body_offset + batch.body_size) {
		if (!wire_batch_read(source, generation->end_offset, &batch, fault))
			return false;
		if (batch.generation == 0)
			return fault_set(fault, RULE_w_generation_zero, batch.offset,
					 "this batch is of generation 0");
		if (generation->number == 0)
			generation->number = batch.generation;
		if (batch.generation == next_number(generation))
			break;
		fault->generation = generation->number;
		if (batch.generation != generation->number)
			return fault_set(fault, RULE_w_generation_order, batch.offset,
					 "a batch of generation %" PRIu64
					 " follows one of %" PRIu64,
					 batch.generation, generation->number);
		generation->batch_count_all++;
		if (strict && !check_batch_strictly(&batch, fault))
			return false;
		if (!add_batch(generation, source, &batch, strict, fault))
			return false;
	}
	return finish(generation, strict, fault);
}

struct generation_string *generation_string_find(struct generation *generation, uint64_t id)
{
	if (id == 0)
		return &generation->strings[0];
	uint32_t index = id_map_find(&generation->string_of_id, id);
	return index == ID_MAP_ABSENT ? NULL : &generation->strings[index];
}

uint64_t generation_string_hash(struct generation_string *string)
{
	/* FNV-1a; the size goes in first. */
	uint64_t hash = (UINT64_C(0xcbf29ce484222325) ^ string->size) * UINT64_C(0x100000001b3);

	if (string->text_hash != 0)
		return string->text_hash;
	for (uint32_t i = 0; i < string->size; i++)
		hash = (hash ^ string->bytes[i]) * UINT64_C(0x100000001b3);
	string->text_hash = hash == 0 ? 1 : hash;
	return string->text_hash;
}

const struct generation_stack *generation_stack_find(const struct generation *generation,
						     uint64_t id)
{
	static const struct generation_stack empty;

	if (id == 0)
		return &empty;
	uint32_t index = id_map_find(&generation->stack_of_id, id);
	return index == ID_MAP_ABSENT ? NULL : &generation->stacks[index];
}
