/* The reader's park and wake-up in parts, without the goroutine around them: what read.c puts
 * together, and what can be run apart from a scheduler. Source: algorithms.md 3.3, 3.5.
 *
 * Protocol. The reader finds nothing under tracer_v1->lock, is made waiting, registers in
 * tracer_v1->reader and then looks for work once more. Who has work for it stores that first (a
 * full buffer, the shutdown) and looks for a reader later, in findRunnable or when a P is given
 * away: v1_reader_is_wanted(), v1_reader_take(). All seq_cst. */
#ifndef TRACE_V1_READER_H
#define TRACE_V1_READER_H

#include "trace_v1/tracer.h"

struct v1_read_attempt {
	const uint8_t *bytes; /* NULL: the trace has ended, or parks */
	size_t size_bytes;
	bool parks;
};

/* ATTEMPT is a zeroed struct v1_read_attempt. System stack, of an M with a current goroutine; where
 * issue 53979 is not mended, user stack. */
void v1_reader_try(void *attempt);

/* The unlock function of the reader's park: false means, do not wait. */
bool v1_reader_register(struct g *g, void *argument);

#endif
