/* The heap as far as the tracer meets it: its locks, the goal that a trace shows, and how much of
 * it lives. */
#ifndef SCHED_HEAP_H
#define SCHED_HEAP_H

#include "sched/types.h"

/* Before anything runs. */
void heap_init(void);

/* debug.SetGCPercent: commits a new goal under the heap's lock, and writes HeapGoal there. User
 * stack. */
void set_gc_percent(uint32_t percent);

/* debug.SetMemoryLimit: commits the goal again, where the limit is another than before. It is far
 * above the heap, so the goal stays what it is. 0: none. User stack. */
void set_memory_limit(uint32_t limit_mib);

/* A goal that follows from what the last mark phase left; writes HeapGoal. With the heap's lock, or
 * the world stopped; on the system stack. */
void heap_commit_goal(void *argument);

/* Memory for SIZE_BYTES of the tracer's. Returns how much lives then, where a new span was taken
 * for it, which a trace shows; else 0. It makes nobody collect. Any stack. */
uint64_t heap_allocate(uint32_t size_bytes);

/* Memory for a program, with all that goes with it: assist, sweep, and a cycle when one is due.
 * There is a collector. User stack. */
void heap_allocate_object(uint32_t size_kib);

#endif
