#include "rut/trace_features.h"

#include <stdlib.h>

#include "base/fatal.h"
#include "oracle/event_info.h"
#include "oracle/wire.h"

struct thread_count {
	uint64_t m;
	uint64_t batches;
};

/* The threads of one generation. */
struct thread_counts {
	struct thread_count *all;
	size_t count;
	size_t capacity;
};

static uint64_t count_batch(struct thread_counts *counts, uint64_t m)
{
	for (size_t i = 0; i < counts->count; i++) {
		if (counts->all[i].m == m)
			return ++counts->all[i].batches;
	}
	if (counts->count == counts->capacity) {
		counts->capacity = counts->capacity == 0 ? 64 : 2 * counts->capacity;
		counts->all = realloc(counts->all, counts->capacity * sizeof *counts->all);
		if (counts->all == NULL)
			fatal("out of memory");
	}
	counts->all[counts->count++] = (struct thread_count){.m = m, .batches = 1};
	return 1;
}

/* Not one of tables or samples, which their first byte tells. */
static bool is_of_events(const struct wire_batch *batch, const uint8_t *bytes)
{
	if (batch->kind != EVENT_event_batch || batch->m == WIRE_NO_THREAD || batch->body_size == 0)
		return false;
	uint8_t first = bytes[batch->body_offset];
	return first != EVENT_stacks && first != EVENT_strings && first != EVENT_cpu_samples;
}

void trace_features_begin(struct trace_features *features, const uint8_t *bytes, size_t size)
{
	*features = (struct trace_features){0};
	const struct wire_source source = {.bytes = bytes, .size = size};
	struct thread_counts counts = {0};
	struct wire_batch batch;
	struct fault fault;
	uint64_t generation = 0;
	for (size_t offset = WIRE_HEADER_SIZE; offset < size;
	     offset = batch.body_offset + batch.body_size) {
		if (!wire_batch_read(&source, offset, &batch, &fault))
			break;
		if (batch.generation != generation)
			counts.count = 0;
		generation = batch.generation;
		if (!is_of_events(&batch, bytes))
			continue;
		uint64_t batches = count_batch(&counts, batch.m);
		if (batches > features->thread_batches_max)
			features->thread_batches_max = batches;
	}
	free(counts.all);
}

void trace_features_event(void *context, const struct oracle_event *event)
{
	struct trace_features *features = context;
	if (event->type != EVENT_procs_change)
		return;
	uint64_t procs = event->arguments[0];
	uint64_t known = procs < features->procs_max ? procs : features->procs_max;
	if (known > features->procs)
		features->revived_procs += known - features->procs;
	if (procs > features->procs_max)
		features->procs_max = procs;
	features->procs = procs;
}
