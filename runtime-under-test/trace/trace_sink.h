/* What a trace is written to, for whoever reads it on behalf of others. */
#ifndef TRACE_TRACE_SINK_H
#define TRACE_TRACE_SINK_H

#include <stddef.h>
#include <stdint.h>

/* Gets BYTES, valid during the call: the header first, then batch by batch. On the reader's
 * goroutine; of a snapshot, on that of who asked for it. */
struct trace_sink {
	void (*write)(struct trace_sink *sink, const uint8_t *bytes, size_t size_bytes);
};

#endif
