/* Stopping one goroutine to look at it. Source: Go's preempt.go; algorithms.md 5.6/4. */
#ifndef SCHED_SUSPEND_H
#define SCHED_SUSPEND_H

#include "sched/types.h"

struct suspended {
	struct g *g;      /* NULL: it was dead */
	bool was_stopped; /* it stopped itself for this and must be made ready again */
};

/* Waits until G is at a safe point and owns it: nobody changes its status until g_resume(). System
 * stack; the caller's own goroutine must not be running, or two could wait for each other. */
struct suspended g_suspend(struct g *g);
void g_resume(struct suspended suspended);

/* Preemption requests of all running goroutines. */
void preempt_all(void);

/* The current goroutine stops for a g_suspend(). On the system stack, as an mcall. */
struct g *preempt_park(struct g *g);

#endif
