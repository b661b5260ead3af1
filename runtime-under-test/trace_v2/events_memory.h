/* The events of the alloc/free experiment (Go 1.23): those of stacks, in sections of their own,
 * which may lie in the middle of another one. Source: algorithms.md 16.3, format-v2.md 3.
 *
 * upstream: with spans and objects, with those that there are when a trace begins, and with a batch
 * that says what their ids mean. */
#ifndef TRACE_V2_EVENTS_MEMORY_H
#define TRACE_V2_EVENTS_MEMORY_H

#include "trace_v2/tracer.h"

/* As sched/trace_hooks.h says. */
void memory_event_stack_allocated(struct stack_memory memory);
void memory_event_stack_freed(struct stack_memory memory);

/* The arguments of an event of SECTION, which a program has given, are about to be looked at: where
 * growth is told, the stack may grow in the middle. */
void memory_event_text_prologue(struct trace_section section);

#endif
