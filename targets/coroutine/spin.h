/* A lock for a few instructions of a host's own state. All zero is unlocked.
 *
 * Un-instrumented code only: ThreadSanitizer sees none of it, so it adds no order between the Ms
 * it judges. A thread that holds one must not be interrupted by a handler that wants it, switch
 * stacks, or call anything that the sanitizer intercepts. */
#ifndef COROUTINE_SPIN_H
#define COROUTINE_SPIN_H

#include <sched.h>
#include <stdint.h>

struct spin {
	uint32_t is_locked;
};

static inline void spin_lock(struct spin *spin)
{
	/* acquire, partner: the release of spin_unlock() */
	for (unsigned tries = 1; __atomic_exchange_n(&spin->is_locked, 1, __ATOMIC_ACQUIRE) != 0;
	     tries++)
		if (tries % 64 == 0)
			sched_yield();
}

static inline void spin_unlock(struct spin *spin)
{
	__atomic_store_n(&spin->is_locked, 0, __ATOMIC_RELEASE);
}

#endif
