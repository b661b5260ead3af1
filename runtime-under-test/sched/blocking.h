/* Waiting outside the scheduler: a note that a signal handler may wake. */
#ifndef SCHED_BLOCKING_H
#define SCHED_BLOCKING_H

#include "sched/types.h"

/* Waits for NOTE, which the caller clears afterwards. On a system stack the M sleeps. From a user
 * stack the goroutine waits as in a blocking system call: its M gives its P away and sleeps, and
 * comes back with another P, or the goroutine does on another M. Source: algorithms.md 16.8
 * (entersyscallblock, exitsyscall); Go's notetsleepg. */
void m_sleep_on_note(struct host_note *note);

#endif
