/* A tracer's CPU sample as a record of the ring: its header is the P's word, the goroutine, and in
 * v2 the thread. Source: algorithms.md 6, 7. */
#ifndef TRACE_SAMPLE_RECORD_H
#define TRACE_SAMPLE_RECORD_H

#include "trace/cpu_sample_ring.h"
#include "trace/stack.h"

/* P of a sample that hit an M without one. */
#define TRACE_SAMPLE_NO_P UINT64_MAX

/* As header word; never 0, which is an overflow record's. P may be NULL. Any stack. */
static inline uint64_t trace_sample_p_word(const struct p *p)
{
	return p == NULL ? 2 : (uint64_t)p->id << 1 | 1;
}

struct trace_sample {
	uint64_t time;
	uint64_t p; /* its id, or TRACE_SAMPLE_NO_P */
	uint64_t g; /* 0: none */
	uint64_t m; /* where the header has it, else 0 */
	struct trace_stack stack;
};

/* Calls VISIT for each sample in what was read from a ring. Passes over the records that tell how
 * many were lost: a trace does not show that. */
void trace_samples_visit(const struct cpu_samples *samples, uint32_t header_word_count,
			 void (*visit)(const void *context, const struct trace_sample *sample),
			 const void *context);

#endif
