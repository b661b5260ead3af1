/* The CPU profiler: SIGPROF, the profile's own log, and what a running trace gets of each sample.
 *
 * The handler runs on the signal stack of whatever M it hits, at any moment. It locks nothing but
 * signal_lock, a spin word that only handlers and the switch take, and never allocates or waits.
 * Source: algorithms.md 6, 7.1; Go's cpuprof.go and sigprof.
 *
 *               | on_signal | switch | read       two switches exclude each other by profiler.lock;
 *     on_signal |     -     |   -    |   -        one reader at a time, which the program sees to.
 *     switch    |     -     |   -    |   -
 *     read      |     -     |   -    |   X
 */
#ifndef PROFILE_PROFILER_H
#define PROFILE_PROFILER_H

#include "sched/trace_hooks.h"
#include "trace/cpu_sample_ring.h"

enum {
	/* Of a record of the profile's log: how many samples it stands for. The first record has
	 * the rate instead, and no stack. */
	PROFILE_HEADER_WORD_COUNT = 1,
};

struct profiler_configuration {
	uint32_t ring_word_count;
};

struct profiler {
	struct profiler_configuration configuration; /* immutable */

	struct lock lock; /* rank profile; the switch */
	/* Under lock. From a start to when the reader has read its end; handlers see it under
	 * signal_lock while hz is not 0. */
	struct cpu_sample_ring *log;
	bool is_on;

	/* 0 or 1. Acquire by CAS, release by store: each other's partner. Never taken by a thread
	 * whose own handler could want it (m.profile_hz). */
	struct atomic_u32 signal_lock;
	/* Samples a second, 0: off. Stored under signal_lock; handlers look at it there. */
	struct atomic_u32 hz;
	/* Under signal_lock: samples that had nobody to be charged to, not yet in the log. */
	uint64_t lost_count;

	/* Of the reader: whether it has been told the rate, and the samples that came with it. */
	bool has_told_rate;
	struct cpu_samples behind_rate;
};

/* The profiler of this process; set once before anything runs. */
extern struct profiler *profiler;

/* Makes it, off. On the first M's system stack. */
void profiler_boot(const struct profiler_configuration *configuration);

/* SIGPROF has interrupted the thread of M. On its signal stack. */
void profiler_on_signal(const struct m *m);

/* The same on a thread without an M: what Go calls a sample of code that is not Go. No trace shows
 * it. */
void profiler_on_foreign_signal(void);

/* Begins a profile of HZ samples a second; false when one is going on, or not yet read to its end.
 * User stack. */
bool profiler_start(uint32_t hz);

/* Ends it: no sample comes after this returns. User stack. */
void profiler_stop(void);

/* The next records of the log, valid until the next call; is_end when there is no profile, or no
 * more of it. Waits, as in a system call. User stack, one goroutine at a time. */
struct cpu_samples profiler_read(void);

/* Sets what samples of the current goroutine show, which orders the program before who reads it in
 * the profile. User stack. */
void profiler_set_label(uint64_t label);

#endif
