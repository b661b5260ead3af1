/* The memory of goroutines' stacks: what a stack that grows takes, and, where that is wanted, tells
 * a trace (GODEBUG=traceallocfree). Source: format-v2.md 3. */
#ifndef SCHED_STACK_MEMORY_H
#define SCHED_STACK_MEMORY_H

#include "sched/types.h"

/* The first stack of G, which is being born. */
void stack_memory_init(struct g *g);

/* Moves the current goroutine to a stack twice as large, under the locks gscan, stackpool and
 * mheap. User stack; maybe inside a section. */
void stack_grow(void);

/* GODEBUG=traceallocfree. Nothing where the tracer has no such events. */
void stack_memory_set_traced(bool is_traced);

#endif
