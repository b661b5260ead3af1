/* The events of the garbage collector, as sched/trace_hooks.h says of each. */
#ifndef TRACE_V2_EVENTS_GC_H
#define TRACE_V2_EVENTS_GC_H

#include "trace_v2/tracer.h"

/* A generation has begun: GCActive, if there is a mark phase. The world semaphore is held, as by
 * all who count events of collections. */
void gc_event_active_if_marking(void);

void gc_event_begin(struct trace_section section);
void gc_event_end(struct trace_section section);
void gc_event_assist_begin(struct trace_section section);
void gc_event_assist_end(struct trace_section section);
void gc_event_sweep_begin(struct trace_section section);
void gc_event_sweep_span(struct trace_section section, uint64_t swept_bytes,
			 uint64_t reclaimed_bytes);
void gc_event_sweep_end(struct trace_section section);
void gc_event_heap_goal(struct trace_section section);
void gc_event_heap_alloc(struct trace_section section, uint64_t live_bytes);

/* A trace has ended: what its sections counted in Ps is nothing to the next one. User stack. */
void gc_event_sweeps_forget(void);

#endif
