/* A generation's begin and end: the parts of a start and an advance that can be run apart from a
 * scheduler. Source: algorithms.md 16.4, 16.5.
 *
 * Protocol of the end. Who writes sets its M's is_writing and then loads tracer.generation. The
 * advance stores the next generation, or 0 (reader_begin_shut_down()), and then looks at every
 * is_writing. All seq_cst: whoever the advance does not see writing has seen the new generation. */
#ifndef TRACE_V2_GENERATION_H
#define TRACE_V2_GENERATION_H

#include "trace_v2/tracer.h"

/* The trace is on, in GENERATION, and who has found it off has changed its goroutine's status
 * (5.2). The world is stopped. */
void generation_open_first(uint64_t generation);

/* The trace goes on in GENERATION: it has its first events. The world semaphore is held. */
void generation_open_next(uint64_t generation);

/* Waits for those who write into CLOSED and queues their buffers; after this no M can: whoever
 * enters a section loads the new generation. System stack. */
void generation_pass_barrier(uint64_t closed);

#endif
