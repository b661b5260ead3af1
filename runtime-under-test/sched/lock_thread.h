/* Goroutines that are locked to their M: each runs on that M alone, and that M runs nothing else.
 * Source: Go's LockOSThread, stoplockedm, startlockedm. */
#ifndef SCHED_LOCK_THREAD_H
#define SCHED_LOCK_THREAD_H

#include "sched/types.h"

/* ---- From a user stack, about the current goroutine. --------------------- */

/* Locks are counted: it takes as many to unlock. */
void goroutine_lock_thread(void);
/* Without a lock nothing. */
void goroutine_unlock_thread(void);

/* ---- On the system stack. ------------------------------------------------ */

/* G, the caller's, ends: nothing is locked to it any more. */
void goroutine_drop_thread(struct g *g);

/* The caller's M is locked to a goroutine that is no longer its own: gives its P away, if it has
 * one, and sleeps until somebody has found that goroutine runnable. Returns it; the M has a P. */
struct g *schedule_stop_locked_m(void);

/* G is the caller's, runnable, and locked to another M: gives that M the caller's P, and sleeps
 * until somebody gives the caller one. */
void schedule_start_locked_m(struct g *g);

#endif
