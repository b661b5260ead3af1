#include "oracle/generation.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/defect.h"
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
	generation->offset = offset;
	generation->end_offset = offset;
	generation->strings_offset = 0;
	generation->late_offset = 0;
	generation->has_events_batch = false;
	generation->sync = (struct sync){0};
	generation->tail = (struct fault){.rule = RULE_NONE};
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
	uint32_t index = GROW_ONE(generation->experiments, generation->experiment_count,
				  generation->experiment_capacity);
	generation->experiments[index].batch = *batch;
	return !strict || batch->experiment > EXPERIMENT_LAST ||
	       tables_check_experiment(source, batch, fault);
}

/* An ordinary batch whose body begins with the byte that ends a generation. */
static bool is_end_batch(const struct wire_source *source, const struct wire_batch *batch)
{
	return batch->experiment == 0 && batch->body_size > 0 &&
	       source->bytes[batch->body_offset] == EVENT_end_of_generation;
}

/* The kind byte decides first, then the first body byte. */
static bool add_batch(struct generation *generation, const struct wire_source *source,
		      const struct wire_batch *batch, bool strict, struct fault *fault)
{
	/* An experimental batch of experiment 0 is read like an ordinary one, as Go's reader does.
	 */
	if (batch->experiment != 0)
		return add_experiment(generation, source, batch, strict, fault);
	if (batch->body_size == 0) {
		generation->has_events_batch = true;
		return true;
	}
	if (is_end_batch(source, batch))
		return fault_set(fault, RULE_w_generation_end, batch->offset,
				 "the end of a generation, before version 26");
	if (generation->late_offset == 0)
		generation->late_offset = batch->offset;
	if (sync_is_batch(source, batch, generation->minor))
		return sync_add(&generation->sync, source, batch, generation->minor, fault);
	switch (source->bytes[batch->body_offset]) {
	case EVENT_stacks:
		return tables_add_stacks(generation, source, batch, fault);
	case EVENT_strings:
		generation->strings_offset = batch->offset;
		generation->late_offset = 0;
		return tables_add_strings(generation, source, batch, fault);
	case EVENT_cpu_samples:
		return tables_add_samples(generation, source, batch, fault);
	default:
		generation->has_events_batch = true;
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

/* Who reads behind Go's reader learns of them with the generation: of one that never comes, not at
 * all. */
static bool check_experiments(const struct generation *generation, struct fault *fault)
{
	for (uint32_t i = 0; i < generation->experiment_count; i++) {
		const struct wire_batch *batch = &generation->experiments[i].batch;
		if (batch->experiment > EXPERIMENT_LAST)
			return fault_set(fault, RULE_v_experiment, batch->offset,
					 "experiment %d is not known", batch->experiment);
	}
	return true;
}

static bool finish(struct generation *generation, bool strict, struct fault *fault)
{
	/* What a broken tail took away breaks no rule of its own. */
	strict = strict && generation->tail.rule == RULE_NONE;
	if (!sync_finish(&generation->sync, generation->minor, generation->offset, strict, fault))
		return false;
	if (strict && generation->strings_offset != 0 && generation->late_offset != 0)
		return fault_set(fault, RULE_i37_strings_last, generation->late_offset,
				 "this batch follows the last strings, at offset %zu",
				 generation->strings_offset);
	return tables_finish(generation, fault) && check_experiments(generation, fault);
}

uint64_t generation_next_number(const struct generation *generation)
{
	return generation->may_wrap && generation->number == UINT64_MAX ? 4
									: generation->number + 1;
}

enum step { STEP_NEXT, STEP_END, STEP_BROKEN };

static enum step step_broken(struct fault *fault, enum rule rule, const struct wire_batch *batch,
			     const char *message)
{
	fault_set(fault, rule, batch->offset, "%s", message);
	return STEP_BROKEN;
}

/* A batch that belongs to the generation. */
static enum step take_batch(struct generation *generation, const struct wire_source *source,
			    const struct wire_batch *batch, bool strict, struct fault *fault)
{
	fault->generation = generation->number;
	if (batch->generation != generation->number) {
		fault_set(fault, RULE_w_generation_order, batch->offset,
			  "a batch of generation %" PRIu64 " follows one of %" PRIu64,
			  batch->generation, generation->number);
		return STEP_BROKEN;
	}
	generation->batch_count_all++;
	if (strict && !check_batch_strictly(batch, fault))
		return STEP_BROKEN;
	if (!add_batch(generation, source, batch, strict, fault))
		return STEP_BROKEN;
	generation->end_offset = batch->body_offset + batch->body_size;
	return STEP_NEXT;
}

/* Before version 26: a generation ends where the next one begins. */
static enum step step_until_next(struct generation *generation, const struct wire_source *source,
				 const struct wire_batch *batch, bool strict, struct fault *fault)
{
	if (batch->kind == EVENT_end_of_generation)
		return step_broken(fault, RULE_w_generation_end, batch,
				   "the end of a generation, before version 26");
	if (batch->generation == 0)
		return step_broken(fault, RULE_w_generation_zero, batch,
				   "this batch is of generation 0");
	if (generation->number == 0)
		generation->number = batch->generation;
	if (batch->generation == generation_next_number(generation))
		return STEP_END;
	return take_batch(generation, source, batch, strict, fault);
}

/* From version 26 on: a generation ends with a byte of its own. A batch that begins with that byte
 * does the same for Go's reader, whatever its number. */
static enum step step_until_end(struct generation *generation, const struct wire_source *source,
				const struct wire_batch *batch, bool strict, struct fault *fault)
{
	if (generation->number == 0)
		generation->number = batch->generation;
	if (batch->kind == EVENT_end_of_generation || is_end_batch(source, batch)) {
		if (strict && batch->kind != EVENT_end_of_generation)
			return step_broken(fault, RULE_n16, batch,
					   "this batch holds the end of the generation");
		generation->end_offset = batch->body_offset + batch->body_size;
		return STEP_END;
	}
	if (batch->generation == 0)
		return step_broken(fault, RULE_w_generation_zero, batch,
				   "this batch is of generation 0");
	return take_batch(generation, source, batch, strict, fault);
}

/* The file ends where a batch could begin. */
static enum generation_answer end_file(struct generation *generation,
				       const struct wire_source *source, bool strict,
				       struct fault *fault)
{
	bool is_clean = generation->end_offset == source->size;

	if (generation->minor >= GENERATION_END_MINOR && generation->has_events_batch) {
		fault_set(fault, RULE_w_generation_end, source->size,
			  "generation %" PRIu64 " does not end", generation->number);
		return GENERATION_BROKEN;
	}
	if (strict && (!is_clean || (generation->minor >= GENERATION_END_MINOR &&
				     generation->end_offset != generation->offset))) {
		fault_set(fault, RULE_n17, is_clean ? generation->offset : generation->end_offset,
			  "these bytes belong to no generation");
		return GENERATION_BROKEN;
	}
	generation->end_offset = source->size;
	return generation->minor >= GENERATION_END_MINOR ? GENERATION_NONE : GENERATION_READ;
}

enum generation_answer generation_read(struct generation *generation,
				       const struct wire_source *source, size_t offset, bool strict,
				       struct fault *fault)
{
	struct wire_batch batch;
	enum step step = STEP_NEXT;

	forget(generation, offset);
	while (step == STEP_NEXT) {
		bool has_end_byte = generation->minor >= GENERATION_END_MINOR;
		bool is_judged_so_far = !has_end_byte && generation->number != 0 &&
					!DEFECT(issue_55160);
		if (wire_is_end(source, generation->end_offset)) {
			enum generation_answer answer = end_file(generation, source, strict, fault);
			if (answer != GENERATION_READ)
				return answer;
			break;
		}
		if (!wire_batch_read(source, generation->end_offset, &batch,
				     is_judged_so_far ? &generation->tail : fault)) {
			if (!is_judged_so_far)
				return GENERATION_BROKEN;
			generation->tail.generation = generation->number;
			break;
		}
		step = has_end_byte ? step_until_end(generation, source, &batch, strict, fault)
				    : step_until_next(generation, source, &batch, strict, fault);
	}
	if (step == STEP_BROKEN || !finish(generation, strict, fault))
		return GENERATION_BROKEN;
	return GENERATION_READ;
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
