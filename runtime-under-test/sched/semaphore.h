/* Semaphores with queues of goroutines and direct hand-off. Source: Go's sema.go. User stack
 * unless said otherwise. */
#ifndef SCHED_SEMAPHORE_H
#define SCHED_SEMAPHORE_H

#include "sched/types.h"

void semaphore_init(struct semaphore *semaphore, uint32_t value);

/* Takes 1, waits while there is none. */
void semaphore_acquire(struct semaphore *semaphore);

/* Adds 1 and makes the first waiter ready. With HAND_OFF a waiter gets it for sure and runs at
 * once, unless the caller is on a system stack or holds locks (algorithms.md 16.7, #73469). Any
 * stack. */
void semaphore_release(struct semaphore *semaphore, bool hand_off);

#endif
