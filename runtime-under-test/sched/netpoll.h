/* The network, as far as a scheduler sees it: goroutines wait for it, and whoever polls finds
 * several ready at once. It is the heap of timers that knows when: a network that is ready at a
 * time.
 *
 * Who polls: an M that looks for work, with a P; the M that sleeps for timers, when it wakes up and
 * no P is idle; the daemon, when nobody did for long; who starts the world. Source: Go's
 * netpoll.go, findRunnable, injectglist; algorithms.md 16.8. */
#ifndef SCHED_NETPOLL_H
#define SCHED_NETPOLL_H

#include "sched/types.h"

/* Waits until READY_NS for the network. User stack. */
void netpoll_wait(uint64_t ready_ns);

/* Makes those ready that have waited until BEFORE_NS. System stack, with or without a P. */
void netpoll_make_ready(uint64_t before_ns);

/* Whether somebody may wait: a look without a step. */
static inline bool netpoll_may_wait(void)
{
	return atomic_u32_peek(&sched->timers.network_count) != 0;
}

/* A list of goroutines that wait, all the caller's, becomes runnable at once. System stack, with or
 * without a P. */
void schedule_inject(struct g_queue *ready);

#endif
