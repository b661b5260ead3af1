#include "judge/cut.h"

#include <inttypes.h>

#include "oracle/event_info.h"
#include "oracle/generation.h"
#include "oracle/wire.h"

struct walk {
	uint8_t minor;
	uint64_t generation; /* that the batches are of; 0: none yet */
	struct cut *cut;
};

/* A batch that belongs to another generation than the ones before, or begins the first. */
static bool begin_generation(struct walk *walk, const struct wire_batch *batch)
{
	bool has_end_byte = walk->minor >= GENERATION_END_MINOR;
	if (walk->generation != 0 && has_end_byte)
		return fault_set(&walk->cut->fault, RULE_w_generation_order, batch->offset,
				 "a batch of generation %" PRIu64 " follows one of %" PRIu64,
				 batch->generation, walk->generation);
	if (walk->generation != 0)
		walk->cut->size_bytes = batch->offset;
	walk->generation = batch->generation;
	return true;
}

static bool take_batch(struct walk *walk, const struct wire_batch *batch)
{
	if (batch->kind != EVENT_end_of_generation)
		return batch->generation == walk->generation || begin_generation(walk, batch);
	walk->cut->size_bytes = batch->body_offset + batch->body_size;
	walk->generation = 0;
	return true;
}

bool cut_trace(const uint8_t *bytes, size_t size_bytes, uint64_t complete_generation,
	       struct cut *ret_cut)
{
	const struct wire_source source = {bytes, size_bytes};
	struct walk walk = {.cut = ret_cut};
	struct wire_batch batch;
	*ret_cut = (struct cut){.fault = {.rule = RULE_NONE}};
	/* The header comes in one piece, too. */
	if (size_bytes == 0)
		return true;
	if (!wire_header_read(&source, &walk.minor, &ret_cut->fault))
		return false;
	for (size_t offset = WIRE_HEADER_SIZE; offset < size_bytes;
	     offset = batch.body_offset + batch.body_size)
		if (!wire_batch_read(&source, offset, &batch, &ret_cut->fault) ||
		    !take_batch(&walk, &batch))
			return false;
	if (walk.generation != 0 && walk.generation == complete_generation &&
	    walk.minor < GENERATION_END_MINOR)
		ret_cut->size_bytes = size_bytes;
	return true;
}
