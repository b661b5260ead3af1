/* A long legal trace to measure readers with. */
#ifndef RUT_BENCH_TRACE_H
#define RUT_BENCH_TRACE_H

#include <stddef.h>

#include "oracle/trace_builder.h"

/* Writes a "go 1.23" trace of at least SIZE bytes into OUT, which is created already: 4 threads on
 * 4 Ps that pass 12 goroutines around, in the event mix of a Go program whose goroutines yield all
 * the time (98 of 100 events start or stop a goroutine; the rest is what else happens in a
 * program). Strictly legal. The same for every call. */
void bench_trace_write(struct trace_builder *out, size_t size);

#endif
