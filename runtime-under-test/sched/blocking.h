/* Waiting outside the scheduler: a note that a signal handler may wake. */
#ifndef SCHED_BLOCKING_H
#define SCHED_BLOCKING_H

#include "sched/types.h"

/* Waits for NOTE, which the caller clears afterwards. On a system stack the M sleeps. From a user
 * stack the goroutine waits as in a blocking system call: its M gives its P away and sleeps, and
 * comes back with another P, or the goroutine does on another M. Source: algorithms.md 16.8
 * (entersyscallblock, exitsyscall); Go's notetsleepg. */
void m_sleep_on_note(struct host_note *note);

/* Part of the way out of a system call without a P: G becomes runnable, before a trace that the
 * returned section does not belong to has its first event. The caller leaves the section. System
 * stack. */
struct trace_section blocking_make_runnable(struct g *g);

#endif
