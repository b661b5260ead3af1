/* Race annotations: each goroutine has a race context, a system stack has none unless it borrows
 * one (issue 65607).
 *
 * The runtime itself is not instrumented in a Go program's race build: only these calls order
 * goroutines. Source: algorithms.md 11. */
#ifndef SCHED_RACE_CONTEXT_H
#define SCHED_RACE_CONTEXT_H

#include "sched/types.h"

/* What was done before a release of ADDRESS comes before what is done after a later acquire of it.
 * Without a context each of the four ends the run with the verdict no-race-context. */
void race_acquire(const void *address);
void race_release(const void *address);

/* An access that a race detector sees although the runtime does it, as for a channel: a send reads
 * it, a close writes it. */
void race_read(const void *address);
void race_write(const void *address);

/* G's context, which comes after what the current goroutine has done so far. G has its stack. */
void race_context_begin(struct g *g);

/* The system stack runs as if it were the M's goroutine, until given back. System stack. */
void race_context_borrow(void);
/* As above, with the context that P has for its timers' functions. */
void race_context_borrow_timer(struct p *p);
void race_context_give_back(void);

#endif
