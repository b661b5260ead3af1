#include "trace/sample_record.h"

#include "base/fatal.h"

enum {
	/* Places in a record, and its length without header and stack. */
	LENGTH,
	TIME,
	HEADER,
};

static bool is_overflow(const uint64_t *record, uint32_t header_word_count)
{
	for (uint32_t i = 0; i < header_word_count; i++)
		if (record[HEADER + i] != 0)
			return false;
	return record[LENGTH] == HEADER + header_word_count + 1;
}

static struct trace_sample sample_of(const uint64_t *record, uint32_t header_word_count)
{
	const uint64_t *header = &record[HEADER];
	const uint64_t *pcs = header + header_word_count;
	struct trace_sample sample = {
		.time = record[TIME],
		.p = (header[0] & 1) != 0 ? header[0] >> 1 : TRACE_SAMPLE_NO_P,
		.g = header[1],
		.m = header_word_count > 2 ? header[2] : 0,
		.stack.depth = (uint32_t)record[LENGTH] - HEADER - header_word_count,
	};
	ensure(sample.stack.depth <= TRACE_STACK_DEPTH_MAX);
	for (uint32_t i = 0; i < sample.stack.depth; i++)
		sample.stack.pcs[i] = (uint32_t)pcs[i];
	return sample;
}

void trace_samples_visit(const struct cpu_samples *samples, uint32_t header_word_count,
			 void (*visit)(const void *context, const struct trace_sample *sample),
			 const void *context)
{
	const uint64_t *record = samples->words;
	const uint64_t *end = samples->words + samples->word_count;
	ensure(header_word_count >= 2);
	for (; record < end; record += record[LENGTH]) {
		ensure(record[LENGTH] > HEADER + header_word_count &&
		       record[LENGTH] <= (uint64_t)(end - record));
		if (is_overflow(record, header_word_count))
			continue;
		const struct trace_sample sample = sample_of(record, header_word_count);
		visit(context, &sample);
	}
}
