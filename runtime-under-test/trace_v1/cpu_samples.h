/* CPU samples in a trace: the ring between signal handlers and who reads the trace. Source:
 * algorithms.md 7.1, 7.2.
 *
 *           | on_signal | read | start | stop | free
 * on_signal |     X     |  -   |   -   |  -   |  X
 * read      |     -     |  X   |   X   |  X   |  X
 * start     |     -     |  X   |   X   |  X   |  X
 * stop      |     -     |  X   |   X   |  X   |  X
 * free      |     X     |  X   |   X   |  X   |  X
 *
 * Handlers exclude each other by signal_lock; that none has the ring any more is what a stop waits
 * for. Start and stop stop the world, and so the reader; the API lets one of them go on at a time.
 * read is the one reader's, and a stop's. */
#ifndef TRACE_V1_CPU_SAMPLES_H
#define TRACE_V1_CPU_SAMPLES_H

#include "trace_v1/tracer.h"

/* Begins and ends the log; what is left goes to its buffer. World stopped, user stack. */
void v1_cpu_samples_start(void);
void v1_cpu_samples_stop(void);
/* Gives the ring's memory back. After the stop, when the reader has ended. */
void v1_cpu_samples_free(void);

/* A hook (sched/trace_hooks.h): SIGPROF while tracing. Signal stack. */
void v1_cpu_samples_on_signal(const struct cpu_sample *sample);

/* Moves what the ring holds to the buffer of samples. On a stack that has a race context. */
void v1_cpu_samples_read(void);

#endif
