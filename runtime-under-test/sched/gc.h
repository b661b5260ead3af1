/* The garbage collector as far as a tracer sees it: phases, workers, assists, sweeps. There are no
 * objects: work is counted in units. Source: Go's mgc*.go of 1.26. User stack unless said
 * otherwise. */
#ifndef SCHED_GC_H
#define SCHED_GC_H

#include "sched/gc_state.h"

/* Settings of commit_25895d1c99. */
enum { GC_YIELDS, GC_WORKER_STAYS, GC_CALLER_RUNS };

/* Before anything runs; without it there is no collector (sched->gc is NULL), and nobody may
 * allocate or collect. */
void gc_boot(const struct gc_configuration *configuration);

/* Whether there is a mark phase, in which workers and assists may mark. Any stack, with a P, which
 * keeps it as it is. */
static inline bool gc_is_blackening(void)
{
	return sched->gc != NULL && atomic_u32_peek(&sched->gc->is_blackening) != 0;
}

/* ---- gc_cycle.c ---------------------------------------------------------- */

/* runtime.GC: returns when a whole cycle, its sweep included, that began after the call is over. */
void gc_run(void);

/* Begins a cycle if one is due: since the heap has reached the trigger, or, forced, if CYCLE has
 * not begun. */
struct gc_trigger {
	bool is_forced;
	uint32_t cycle;
};
void gc_start(struct gc_trigger trigger);

/* There is nothing left to mark, as far as the caller knows: ends the mark phase if that is so. */
void gc_mark_done(void);

/* Nobody collects between these two: from a cycle's begin to the end of its mark phase. Nothing
 * without a collector. */
void gc_exclude(void);
void gc_allow(void);

/* ---- gc_mark.c ----------------------------------------------------------- */

/* The world semaphore is held: a worker for each P, and the sweeper. */
void gc_start_workers(void);

/* All there is to mark; the world is stopped. */
void gc_prepare_marking(void);

/* System stack, with a P. A worker to run on P, made runnable; or NULL. */
struct g *gc_find_worker(struct p *p);
/* The same when P has nothing else to do. */
struct g *gc_find_idle_worker(void);

/* Whether there is something to mark; and whether a P that has nothing to do would find a worker
 * for it. Any stack. */
bool gc_has_work(void);
bool gc_wants_idle_worker(void);

/* Nobody marks, and nothing is left to. */
bool gc_is_mark_done(void);

/* Marks up to UNIT_COUNT units for the current goroutine; returns how many. System stack; the
 * goroutine may be suspended. */
uint32_t gc_drain_units(uint32_t unit_count);

/* Takes one of COUNT, if it is not 0; returns what it was. Any stack. */
uint32_t gc_take_one(enum point point, struct atomic_u32 *count);

/* Around a turn of marking: meanwhile the phase does not end. The end returns whether nobody marks
 * any more and nothing is left to: then the caller calls gc_mark_done(). Any stack. */
void gc_begin_work(void);
bool gc_end_work(void);

/* ---- gc_assist.c --------------------------------------------------------- */

/* The current goroutine marks as much as UNIT_COUNT more are worth, or waits for workers who do. */
void gc_assist(uint32_t unit_count);

/* A worker has marked a unit: an assist that waits is done with it, or one that will come. System
 * stack. */
void gc_flush_credit(void);

/* ---- gc_sweep.c ---------------------------------------------------------- */

/* Sweeps one unit; false: there is none. Any stack, with a P. */
bool gc_sweep_one(void);
bool gc_is_sweep_done(void);

/* Sweeps as much as an allocation of SIZE_BYTES is to. The M keeps its P. */
void gc_sweep_for(uint64_t size_bytes);

/* The world is stopped: all that LIVE_BYTES took is to be swept; the sweeper begins. System stack.
 */
void gc_begin_sweep(uint64_t live_bytes);

/* With the first workers. */
void gc_start_sweeper(void);

/* Before anything runs. */
void gc_sweep_init(struct gc *gc);

/* ---- gc_write_barrier.c -------------------------------------------------- */

/* The caller stores a pointer to the heap. Any stack. */
void gc_store_pointer(void);

/* What P's write barriers have found is to be marked; whether that is anything. The caller owns P.
 * System stack. */
bool gc_flush_write_barrier(struct p *p);

#endif
