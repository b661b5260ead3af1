/* A mutex of package sync: goroutines wait for it, and the race detector knows of it. User stack.
 */
#ifndef SUBSCRIBE_MUTEX_H
#define SUBSCRIBE_MUTEX_H

#include "sched/race_context.h"
#include "sched/semaphore.h"

struct mutex {
	struct semaphore semaphore;
};

static inline void mutex_init(struct mutex *mutex)
{
	semaphore_init(&mutex->semaphore, 1);
}

static inline void mutex_lock(struct mutex *mutex)
{
	semaphore_acquire(&mutex->semaphore);
	race_acquire(mutex);
}

static inline void mutex_unlock(struct mutex *mutex)
{
	race_release(mutex);
	semaphore_release(&mutex->semaphore, false);
}

#endif
