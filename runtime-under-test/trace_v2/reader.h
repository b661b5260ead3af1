/* The reader's park and wake-up in parts, without the goroutine around them: what read.c and
 * advance.c put together, and what can be run apart from a scheduler. Source: algorithms.md 5.7.
 *
 * Protocol. The reader finds nothing, clears tracer.has_work under tracer.lock, is made waiting,
 * registers in tracer.reader and then looks for work once more. Who has work for it stores that
 * first (a flushed buffer, a flushed generation) and looks for a reader later, in findRunnable:
 * reader_is_wanted(), reader_take(). All seq_cst. */
#ifndef TRACE_V2_READER_H
#define TRACE_V2_READER_H

#include "trace_v2/tracer.h"

struct read_attempt {
	const uint8_t *bytes; /* NULL: the trace has ended, or parks */
	size_t size_bytes;
	bool parks;
};

/* ATTEMPT is a zeroed struct read_attempt. System stack, of an M with a current goroutine. */
void reader_try(void *attempt);

/* The unlock function of the reader's park: false means, do not wait. */
bool reader_register(struct g *g, void *argument);

/* From now on the reader may release GENERATION. System stack. */
void reader_publish_flushed(uint64_t generation);

/* Shutting down, and off. System stack. */
void reader_begin_shut_down(void);

#endif
