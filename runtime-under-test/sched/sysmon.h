/* The daemon that watches over Ps: one M without a P. It takes the Ps of system calls that last,
 * and asks goroutines that run long to make room. It begins with the first system call. Source:
 * Go's sysmon and retake; algorithms.md 16.8. */
#ifndef SCHED_SYSMON_H
#define SCHED_SYSMON_H

#include "sched/types.h"

/* Begins the daemon, unless it has begun. Any stack, no lock held. */
void sysmon_begin(void);

/* Some P has work again: wakes the daemon if it sleeps until then. sched.lock held. */
void sysmon_wake_locked(void);

/* The same for who has entered a system call, without the lock. System stack. */
void sysmon_wake_for_syscall(void);

#endif
