#include "lock/lock.h"

#include <stdio.h>
#include <string.h>

#include "base/fatal.h"

static bool is_order_checked = true;
static enum lock_era era = LOCK_ERA_1_20;

void lock_order_set_checked(bool is_checked)
{
	lock_rank_init();
	is_order_checked = is_checked;
}

void lock_order_set_era(enum lock_era wanted)
{
	era = wanted;
}

enum lock_era lock_order_era(void)
{
	return era;
}

void lock_init(struct lock *lock, enum lock_rank rank)
{
	lock->rank = rank;
}

/* Tells the held locks and the wanted one as Go's checker does, oldest first. */
static _Noreturn void report_order(const struct lock_thread *thread, enum lock_rank wanted)
{
	char text[512];
	int used = snprintf(text, sizeof text, "lock ordering problem: ");
	for (uint32_t i = 0; i < thread->held_count; i++)
		used += snprintf(text + used, sizeof text - (size_t)used, "%s > ",
				 lock_rank_name(thread->held[i]->rank));
	snprintf(text + used, sizeof text - (size_t)used, "%s", lock_rank_name(wanted));
	host_violate(HOST_LOCK_ORDER, text);
}

static void check_order(const struct lock_thread *thread, enum lock_rank wanted)
{
	if (!is_order_checked)
		return;
	for (uint32_t i = 0; i < thread->held_count; i++)
		if (!lock_rank_is_below(era, thread->held[i]->rank, wanted))
			report_order(thread, wanted);
}

static enum point point_of(const struct lock *lock, unsigned is_unlock)
{
	return (enum point)(POINT_LOCK_FIRST + 2 * (unsigned)lock->rank + is_unlock);
}

void lock_acquire(struct lock *lock)
{
	struct lock_thread *thread = host_self();
	if (host_stack_kind() == HOST_STACK_SIGNAL)
		host_violate(HOST_SIGNAL_UNSAFE, "a lock is taken in a signal handler");
	check_order(thread, lock->rank);
	ensure(thread->held_count < LOCK_HELD_COUNT_MAX);
	thread->preemption_off_count++;
	host_mutex_lock(&lock->mutex, point_of(lock, 0));
	lock->holder = thread;
	thread->held[thread->held_count++] = lock;
}

/* Locks are mostly released in the reverse order, but need not be. */
static void forget(struct lock_thread *thread, const struct lock *lock)
{
	uint32_t i = thread->held_count;
	do {
		ensure(i > 0);
		i--;
	} while (thread->held[i] != lock);
	thread->held_count--;
	for (; i < thread->held_count; i++)
		thread->held[i] = thread->held[i + 1];
}

void lock_release(struct lock *lock)
{
	struct lock_thread *thread = host_self();
	lock_assert_held(lock);
	forget(thread, lock);
	lock->holder = NULL;
	host_mutex_unlock(&lock->mutex, point_of(lock, 1));
	thread->preemption_off_count--;
}

void lock_may_acquire(enum lock_rank rank)
{
	check_order(host_self(), rank);
}

void lock_assert_held(const struct lock *lock)
{
	const struct lock_thread *thread = host_self();
	for (uint32_t i = 0; i < thread->held_count; i++)
		if (thread->held[i] == lock)
			return;
	fatal("a lock that must be held is not");
}
