/* The words of the garbage collector. Source: Go's mgc.go, mgcpacer.go, mgcsweep.go of 1.26. */
#ifndef SCHED_GC_STATE_H
#define SCHED_GC_STATE_H

#include "sched/types.h"

enum gc_phase { GC_OFF, GC_MARK, GC_MARK_TERMINATION };

/* Why a mark worker runs; numbers are those of trace/worker_label.h. */
enum gc_worker_mode { GC_NO_WORKER, GC_DEDICATED, GC_FRACTIONAL, GC_IDLE };

/* A goroutine that marks. */
struct gc_worker {
	struct g *g; /* set by itself before it first waits */
	/* Released when it stands still, acquired by who takes it: the status changed before, on
	 * another M. upstream: a lock-free stack, seq_cst. */
	struct atomic_u32 is_waiting;
};

struct gc_waiters {
	struct lock lock;
	struct g_queue queue; /* under lock */
};

/* Counters are relaxed: at the end of marking every P passes a safe point before they are looked at
 * for the last time. upstream: seq_cst.
 *
 *            | start | mark done | mark | assist | sweep
 * start      |   X   |     X     |   X  |    X   |   -
 * mark done  |   X   |     X     |   -  |    -   |   X
 * mark       |   X   |     -     |   -  |    -   |   X
 * assist     |   X   |     -     |   -  |    -   |   X
 * sweep      |   -   |     X     |   X  |    X   |   -
 *
 * start and mark done exclude each other and themselves by their semaphores, and everything else by
 * stopping the world where the phase changes. */
struct gc {
	struct gc_configuration configuration; /* immutable */

	/* In the order in which they are taken; the world's comes last. */
	struct semaphore start_semaphore;
	struct semaphore mark_done_semaphore;
	struct semaphore semaphore; /* gcsema: held from a cycle's begin to its mark's end */

	/* Changed while the world is stopped; read with a P while there is marking. */
	enum gc_phase phase;
	uint32_t root_count;
	uint32_t worker_count; /* under the world's semaphore, with no mark phase */
	bool has_fractional;
	uint64_t start_bytes; /* live when the cycle began */
	struct atomic_u32 is_blackening;
	struct atomic_u32 cycle_count; /* begun */

	struct gc_worker workers[P_COUNT_MAX]; /* as many as there ever were Ps */
	struct atomic_u32 dedicated_needed;
	struct atomic_u32 idle_workers_left; /* that may still begin */
	struct atomic_u32 at_work_count;     /* workers and assists that mark now */

	/* What is to be marked: root 0, then a stack for each goroutine there was; and units. */
	struct atomic_u32 roots_left;
	struct atomic_u32 unit_count;
	struct atomic_u32 unseen_count;  /* that only write barriers find */
	struct atomic_u32 flushed_count; /* write barriers' buffers, at the ragged barrier */
	struct atomic_u32 credit;        /* units that workers have marked, for assists to take */

	struct gc_waiters assists;       /* rank assist_queue */
	struct gc_waiters cycle_waiters; /* rank sweep_waiters */

	/* Sweeping: how many do, and whether all is taken. */
	struct atomic_u32 sweep_state;
	struct atomic_u32 sweep_unit_count;
	struct atomic_u32 is_sweep_paced; /* who allocates has to sweep */
	struct lock sweep_lock;           /* rank sweep */
	struct g *sweeper;                /* that waits, or NULL; under sweep_lock */

	struct atomic_u64 trigger_bytes; /* live, for a cycle to begin; relaxed, a hint */
};

#endif
