/* Threads that end: a goroutine that ends while it is locked to its M takes the thread along. The M
 * leaves the list of all Ms for that of ended ones, where the tracer still finds it, until somebody
 * reaps it: then what it has written is flushed. Source: algorithms.md 5.5, 16.3; Go's mexit, and
 * allocm's look at freem. */
#ifndef SCHED_THREAD_END_H
#define SCHED_THREAD_END_H

#include "sched/types.h"

/* Ends the caller's M, which has a P and no goroutine. The first M's thread is that of the process:
 * it sleeps for ever instead. System stack. */
_Noreturn void schedule_end_m(void);

/* Forgets Ms whose threads have ended. Any stack, without sched.lock. */
void schedule_reap_ms(void);
/* The same with it. */
void schedule_reap_ms_locked(void);

#endif
