/* The heap as far as the tracer meets it: its lock, and the goal that a trace shows. */
#ifndef SCHED_HEAP_H
#define SCHED_HEAP_H

#include "sched/types.h"

/* debug.SetGCPercent: commits a new goal under the heap's lock, and writes HeapGoal there. User
 * stack. */
void set_gc_percent(uint32_t percent);

/* debug.SetMemoryLimit: commits the goal again, where the limit is another than before. It is far
 * above the heap, so the goal stays what it is. 0: none. User stack. */
void set_memory_limit(uint32_t limit_mib);

/* Memory for SIZE_BYTES; whether a new span was taken for it, which a trace shows. Any stack. */
bool heap_allocate(uint32_t size_bytes);

/* What a growing stack takes: gscan, stackpool, mheap. */
void stack_grow(void);

#endif
