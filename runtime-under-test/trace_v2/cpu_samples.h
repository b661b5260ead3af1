/* CPU samples in a trace: two rings by generation parity between signal handlers and whoever reads
 * them, and the goroutine that does so now and then. Source: algorithms.md 7, 16.10.
 *
 *             | on_signal | read(g) | stop         signals overlap with all. read(g): the logger in
 *   on_signal |     -     |    -    |   -          a section of g, or the advance that closes g
 *   read(g)   |     -     |    X    |   X          after its barrier, so never two at once (I23).
 *   stop      |     -     |    X    |   X
 */
#ifndef TRACE_V2_CPU_SAMPLES_H
#define TRACE_V2_CPU_SAMPLES_H

#include "sched/timer.h"
#include "sched/trace_hooks.h"
#include "trace/buffer.h"
#include "trace/cpu_sample_ring.h"

struct cpu_sample_log {
	/* By generation % 2. Made by a start, freed by a stop behind its barrier. */
	struct cpu_sample_ring *rings[2];
	/* The same as handlers see them: release by a start, acquire by a handler; relaxed by a
	 * stop, whose barrier no handler outlives. upstream: seq_cst. 0: no sample is taken. */
	struct atomic_address rings_to_write[2];
	/* 0 or 1, handlers only: acquire by CAS, release by store. */
	struct atomic_u32 signal_lock;

	/* By generation % 2. Who reads the ring. */
	struct trace_buffer *buffers[2];

	struct wakeable_sleep sleep;
	struct semaphore logger_done;
};

void cpu_samples_boot(struct cpu_sample_log *log);

/* The rings of a trace that is about to start. User stack. */
void cpu_samples_init(void);

/* Starts the goroutine that reads from time to time. User stack, tracing is on. */
void cpu_samples_start_logger(void);

/* A hook (sched/trace_hooks.h): SIGPROF while tracing. Signal stack. */
void cpu_samples_on_signal(const struct cpu_sample *sample);

/* Everything of closed GENERATION goes to its buffer: after the barrier. On a user stack, since
 * reading a ring tells the race detector so in the name of the goroutine (issue 65607). */
void cpu_samples_read_all(uint64_t generation);

/* Queues the buffer of GENERATION for the reader; before its stacks, which samples refer to. */
void cpu_samples_flush(uint64_t generation);

/* Ends logger and rings of a trace that is off. User stack. */
void cpu_samples_stop(void);

#endif
