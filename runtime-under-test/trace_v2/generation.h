/* The end of a generation: the part of an advance that can be run apart from a scheduler. Source:
 * algorithms.md 16.5.
 *
 * Protocol. Who writes sets its M's is_writing and then loads tracer.generation. The advance stores
 * the next generation, or 0 (reader_begin_shut_down()), and then looks at every is_writing. All
 * seq_cst: whoever the advance does not see writing has seen the new generation. */
#ifndef TRACE_V2_GENERATION_H
#define TRACE_V2_GENERATION_H

#include "trace_v2/tracer.h"

/* Waits for those who write into CLOSED and queues their buffers; after this no M can: whoever
 * enters a section loads the new generation. System stack. */
void generation_pass_barrier(uint64_t closed);

#endif
