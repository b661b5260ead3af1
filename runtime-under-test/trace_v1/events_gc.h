/* The events of the garbage collector, as sched/trace_hooks.h says of each. */
#ifndef TRACE_V1_EVENTS_GC_H
#define TRACE_V1_EVENTS_GC_H

#include "trace_v1/tracer.h"

void v1_event_gc_begin(struct trace_section section);
void v1_event_gc_end(struct trace_section section);
void v1_event_stw_begin(struct trace_section section, const char *kind);
void v1_event_stw_end(struct trace_section section, const char *kind);
void v1_event_assist_begin(struct trace_section section);
void v1_event_assist_end(struct trace_section section);
void v1_event_sweep_begin(struct trace_section section);
void v1_event_sweep_span(struct trace_section section, uint64_t swept_bytes,
			 uint64_t reclaimed_bytes);
void v1_event_sweep_end(struct trace_section section);
void v1_event_heap_goal(struct trace_section section);
void v1_event_heap_alloc(struct trace_section section, uint64_t live_bytes);

#endif
