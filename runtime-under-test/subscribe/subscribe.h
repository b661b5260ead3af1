/* Package runtime/trace since Go 1.25: several subscribers of one trace. A user of the runtime's
 * tracer, and the only one that starts, stops and reads it in a run that has it.
 *
 * The first subscriber starts the tracer and its reader, the last one to go stops it. Who joins or
 * leaves in between ends a generation, since the reader looks only at a generation's end whom it
 * has to write to: so each subscriber gets the header, then whole generations. Source:
 * algorithms.md 16.9, format-v2.md 10.9.
 *
 * Two mutexes. The outer one is held by a start or stop from beginning to end, for generations at a
 * time; the inner one, for who the subscribers are, never while somebody waits for the reader,
 * which takes it:
 *
 *                  | start, stop of either | reader | snapshot
 *     start, stop  |          X            |   -    |    -
 *     reader       |          -            |  one   |    -
 *     snapshot     |          -            |   -    |    X: the second one is refused
 *
 * User stack. */
#ifndef SUBSCRIBE_SUBSCRIBE_H
#define SUBSCRIBE_SUBSCRIBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/trace_sink.h"
#include "trace/tracer_kind.h"

struct subscribe_configuration {
	uint32_t buffer_size_bytes; /* of the tracer: no batch is larger */
	/* The flight recorder keeps what is younger than the one, unless it has more than the
	 * other. */
	uint64_t recorder_age_ns;
	uint64_t recorder_size_bytes;
};

/* Before the first goroutine runs. KIND is the tracer of the run. */
void subscribe_boot(const struct tracer_kind *kind,
		    const struct subscribe_configuration *configuration);

/* trace.Start(SINK): false when another has started. SINK is not one that was there before. */
bool subscribe_writer(struct trace_sink *sink);
/* trace.Stop: the sink that has got its last bytes, or NULL: none was there. RET_GENERATION is the
 * last one it got. */
struct trace_sink *unsubscribe_writer(uint64_t *ret_generation);

/* The flight recorder: false when one runs already, or none does. */
bool recorder_start(void);
bool recorder_stop(void);
/* WriteTo: ends the generation and gives SINK what the recorder keeps; false when none runs, or
 * another snapshot is being taken. */
bool recorder_snapshot(struct trace_sink *sink);

#endif
