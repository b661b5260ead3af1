#include "rut/trace_features.h"

#include <stdlib.h>

#include "base/fatal.h"
#include "oracle/event_info.h"
#include "oracle/v1_event_info.h"
#include "oracle/v1_wire.h"
#include "oracle/wire.h"

/* Who writes batches: a thread, or a P. */
struct writer_count {
	uint64_t writer;
	uint64_t batches;
};

/* The writers of one generation. */
struct writer_counts {
	struct writer_count *all;
	size_t count;
	size_t capacity;
};

static void add_writer(struct writer_counts *counts, uint64_t writer)
{
	if (counts->count == counts->capacity) {
		counts->capacity = counts->capacity == 0 ? 64 : 2 * counts->capacity;
		counts->all = realloc(counts->all, counts->capacity * sizeof *counts->all);
		if (counts->all == NULL)
			fatal("out of memory");
	}
	counts->all[counts->count++] = (struct writer_count){.writer = writer};
}

static void count_batch(struct writer_counts *counts, uint64_t writer, uint64_t *max)
{
	size_t i = 0;
	while (i < counts->count && counts->all[i].writer != writer)
		i++;
	if (i == counts->count)
		add_writer(counts, writer);
	if (++counts->all[i].batches > *max)
		*max = counts->all[i].batches;
}

/* Not one of tables or samples, which their first byte tells. */
static bool is_of_events(const struct wire_batch *batch, const uint8_t *bytes)
{
	if (batch->kind != EVENT_event_batch || batch->m == WIRE_NO_THREAD || batch->body_size == 0)
		return false;
	uint8_t first = bytes[batch->body_offset];
	return first != EVENT_stacks && first != EVENT_strings && first != EVENT_cpu_samples;
}

static void count_batches(const struct wire_source *source, struct writer_counts *counts,
			  uint64_t *max)
{
	struct wire_batch batch;
	struct fault fault;
	uint64_t generation = 0;
	for (size_t offset = WIRE_HEADER_SIZE; offset < source->size;
	     offset = batch.body_offset + batch.body_size) {
		if (!wire_batch_read(source, offset, &batch, &fault))
			break;
		if (batch.generation != generation)
			counts->count = 0;
		generation = batch.generation;
		if (is_of_events(&batch, source->bytes))
			count_batch(counts, batch.m, max);
	}
}

/* Not of tables or samples, which have batches of their own. */
static bool is_v1_event(uint8_t type)
{
	return v1_event_info[type].is_timed && type != V1_EVENT_cpu_sample;
}

static void count_v1_batches(const struct wire_source *source, struct writer_counts *counts,
			     uint64_t *max)
{
	static struct v1_record record;
	struct fault fault;
	uint8_t minor;
	uint64_t p = 0;
	bool is_counted = true;
	if (!v1_header_read(source, &minor, &fault))
		return;
	for (size_t offset = WIRE_HEADER_SIZE; offset < source->size; offset = record.end_offset) {
		if (!v1_record_read(source, minor, offset, &record, &fault))
			break;
		if (record.type == V1_EVENT_batch) {
			p = record.values[0];
			is_counted = false;
		} else if (!is_counted && is_v1_event(record.type)) {
			count_batch(counts, p, max);
			is_counted = true;
		}
	}
}

void trace_features_begin(struct trace_features *features, const uint8_t *bytes, size_t size)
{
	*features = (struct trace_features){0};
	const struct wire_source source = {.bytes = bytes, .size = size};
	struct writer_counts counts = {0};
	if (v1_header_is(&source))
		count_v1_batches(&source, &counts, &features->writer_batches_max);
	else
		count_batches(&source, &counts, &features->writer_batches_max);
	free(counts.all);
}

static void change_procs(struct trace_features *features, uint64_t procs)
{
	uint64_t known = procs < features->procs_max ? procs : features->procs_max;
	if (known > features->procs)
		features->revived_procs += known - features->procs;
	if (procs > features->procs_max)
		features->procs_max = procs;
	features->procs = procs;
}

void trace_features_event(void *context, const struct oracle_event *event)
{
	if (event->type == EVENT_procs_change)
		change_procs(context, event->arguments[0]);
}

void trace_features_v1_event(void *context, const struct oracle_v1_event *event)
{
	if (event->type == V1_EVENT_gomaxprocs)
		change_procs(context, event->arguments[0]);
}
