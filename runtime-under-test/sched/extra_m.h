/* Extra Ms: those that the runtime lends to foreign threads, which it has not started, while they
 * call into Go. Each has a goroutine of its own, locked to it, which lives anew in each call: it
 * comes out of a system call in the beginning, and is in one at the end. A P that the M had there
 * stays with it until the next call, or until somebody takes it.
 *
 * Source: algorithms.md 8, 16.8; Go's needm, dropm, cgocallbackg. As where Go cannot tell a
 * thread's end: the M goes back after each call.
 *
 *        | begin | call
 * begin  |   -   |  X
 * call   |   X   |  X     the list by a lock that needs no M, everything else by owning the M */
#ifndef SCHED_EXTRA_M_H
#define SCHED_EXTRA_M_H

#include "sched/types.h"

/* What stacks show of callbacks. */
struct extra_m_pcs {
	uint32_t entry; /* outermost frame of the goroutine */
	uint32_t call;  /* innermost one while it is in C */
};

/* Before the first foreign thread begins: makes the first extra M, with PCS for all. Again it does
 * nothing. System stack, with a P. */
void extra_m_begin(const struct extra_m_pcs *pcs);

/* On a foreign thread, which has no M: runs ENTRY(ARGUMENT) as a goroutine. Its innermost frame is
 * PCS.call when ENTRY begins and when it ends. Waits until there is an extra M. System stack. */
void extra_m_call(g_entry *entry, void *argument);

#endif
