/* Locks of the runtime: mutual exclusion between Ms, with a rank that is checked at every
 * acquisition.
 *
 * The pointer that host_self() gives points to an object that begins with a struct lock_thread:
 * which locks the thread holds, newest last. A thread that holds one is not preempted. */
#ifndef LOCK_LOCK_H
#define LOCK_LOCK_H

#include "host/host.h"
#include "lock/lock_rank.h"

enum { LOCK_HELD_COUNT_MAX = 10 };

struct lock {
	struct host_mutex mutex;
	enum lock_rank rank;
	struct lock_thread *holder; /* of the thread that holds it; under the lock */
};

/* Owned by its thread; nobody else reads it. */
struct lock_thread {
	struct lock *held[LOCK_HELD_COUNT_MAX];
	uint32_t held_count;
	uint32_t preemption_off_count; /* held locks and acquirem() */
};

void lock_init(struct lock *lock, enum lock_rank rank);

/* Any stack but a signal's. A rank that may not be taken now ends the run with the verdict
 * lock-order. */
void lock_acquire(struct lock *lock);
void lock_release(struct lock *lock);

/* Says that what follows may take a lock of RANK, and so checks the order on paths that
 * rarely do. */
void lock_may_acquire(enum lock_rank rank);

/* Ends the run unless this thread holds it. */
void lock_assert_held(const struct lock *lock);

/* Which order holds: of the whole process, set while no runtime runs. By default that of 1.20. */
void lock_order_set_era(enum lock_era era);
enum lock_era lock_order_era(void);

/* Whether the order is checked: of the whole process, set while no runtime runs. On by default. */
void lock_order_set_checked(bool is_checked);

#endif
