/* The other host: every M is a pthread, and SIGPROF is a real signal.
 *
 * Implements host/host.h and executor/executor.h for the same sources as the simulator, chosen at
 * link time. The threads are pooled and live as long as the process. System stacks and goroutines'
 * stacks are coroutines, entered on whatever thread the M is. Who runs when is the kernel's choice,
 * perturbed at yield points by the scenario's seed. Nothing here is deterministic: a finding is one
 * to search for in the simulator, never a verdict to pin.
 *
 * Of a scenario's configuration the clock, its skew, store buffers and the signals' rate are not
 * played, of its schedule the overrides: clock and store buffers are the machine's.
 *
 * One run at a time, from one thread of the process, the controller. Sources: determinism.md
 * 1, 2.4, 2.8; DESIGN.md 9. */
#ifndef THREADS_THREADS_H
#define THREADS_THREADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "executor/executor.h"
#include "host/host.h"
#include "scenario/scenario.h"

enum { THREADS_COUNT_MAX = SCENARIO_M_COUNT_MAX, THREADS_TEXT_SIZE_BYTES = 4096 };

/* How a run ended. The names are DESIGN.md 5's. */
enum threads_ending {
	THREADS_FINISHED, /* the program called executor_finish() */
	THREADS_EXITED,   /* the program called executor_exit() */
	THREADS_THROW,
	THREADS_LOCK_ORDER,
	THREADS_WRONG_STACK,
	THREADS_NO_RACE_CONTEXT,
	THREADS_SIGNAL_UNSAFE,
	THREADS_DEADLOCK,
	THREADS_LIVELOCK,
	THREADS_TRUTH_MISMATCH,
};

/* Where SIGPROF comes from. */
enum threads_signal_source {
	THREADS_SAMPLER,   /* a thread that sends one to each M that is not asleep */
	THREADS_CPU_TIMER, /* a timer of each M's CPU time; the kernel's tick bounds its rate */
};

/* What became of the signals. The rest was merged: two that wait are one. */
struct threads_signals {
	uint64_t sent;
	uint64_t handled; /* by the M they were sent to */
	uint64_t strays;  /* delivered on another thread, as ThreadSanitizer may; not handled */
};

static inline uint64_t threads_signals_merged(const struct threads_signals *signals)
{
	return signals->sent - signals->handled - signals->strays;
}

/* Sees each step of each THREAD before its operation is done, in a signal handler too, on many
 * threads at once. Must not pass a yield point, lock or allocate. */
typedef void threads_observer(void *context, unsigned thread, enum point point, const void *object);

/* Called when the run has come to a standstill, to append the goroutines' side of a wait graph. */
typedef void threads_describer(char *text, size_t size_bytes);

struct threads_options {
	const struct scenario *scenario;
	uint32_t signal_rate_hz; /* for each M; 0: none */
	enum threads_signal_source signal_source;
	uint32_t wind_down_ms; /* then executor_is_winding_down() */
	/* Without progress for so long it is a deadlock, or a livelock if enough was run. */
	uint32_t patience_ms;
	threads_observer *observer; /* may be NULL */
	void *observer_context;
	threads_describer *describer; /* may be NULL */
};

struct threads_report {
	enum threads_ending ending;
	char text[THREADS_TEXT_SIZE_BYTES];
	uint64_t step_count;
	uint32_t thread_count;
	struct threads_signals signals;
	uint64_t pages_outstanding; /* host_pages_allocate() without host_pages_free() */
	/* Whether an M ran on and on while signals were sent to it and handled none: the harness is
	 * broken, and what it says of signals is worth nothing. */
	bool has_deaf_thread;
};

/* What callers want that have no reason for anything else. */
struct threads_options threads_options_for(const struct scenario *scenario);

/* One run: ENTRY(ARGUMENT) is the first M's system stack, with host_self() == ARGUMENT. All threads
 * are back in the pool when it returns. */
void threads_run(const struct threads_options *options, host_entry *entry, void *argument,
		 struct threads_report *ret_report);

/* Pthreads made so far, for the pool's test. */
uint32_t threads_pool_size(void);

/* Index of the M that the caller is. */
uint32_t threads_index(void);

#endif
