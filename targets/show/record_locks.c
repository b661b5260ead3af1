/* Locks, by the words of their mutexes: who wants one, gets it, and gives it back. */
#include <string.h>

#include "show/record.h"

/* Per M the index + 1 of what it waits for, or of what it has asked for. */
static uint32_t wanted[SIM_THREAD_COUNT_MAX];
static bool is_contended[SIM_THREAD_COUNT_MAX];
static uint32_t wanted_count;

void record_locks_begin(void)
{
	memset(wanted, 0, sizeof wanted);
	memset(is_contended, 0, sizeof is_contended);
	wanted_count = 0;
}

static uint16_t number_of(const void *mutex, uint16_t rank)
{
	uint16_t greatest = 0;
	/* Newest first: mostly a lock is taken again soon. */
	for (uint32_t i = recording.lock_count; i-- > 0;) {
		const struct recorded_lock *lock = &recording.locks[i];
		if (lock->rank != rank)
			continue;
		if (lock->mutex == mutex)
			return lock->number;
		if (lock->number > greatest)
			greatest = lock->number;
	}
	return (uint16_t)(greatest + 1);
}

static void want(unsigned thread, uint16_t rank, const void *mutex, uint32_t step)
{
	uint16_t number = number_of(mutex, rank);
	struct recorded_lock *lock = RECORD_ONE(recording.locks, recording.lock_count,
						recording.lock_capacity);
	*lock = (struct recorded_lock){.mutex = mutex,
				       .rank = rank,
				       .number = number,
				       .m = (uint8_t)thread,
				       .wanted = step};
	wanted[thread] = recording.lock_count;
	is_contended[thread] = false;
	wanted_count++;
}

void record_locks_look(uint32_t step)
{
	for (unsigned thread = 0; wanted_count > 0 && thread < SIM_THREAD_COUNT_MAX; thread++) {
		if (wanted[thread] == 0)
			continue;
		struct recorded_lock *lock = &recording.locks[wanted[thread] - 1];
		const struct host_mutex *mutex = lock->mutex;
		if (mutex->owner_plus_one == thread + 1) {
			lock->got = is_contended[thread] ? step - 1 : lock->wanted;
			wanted[thread] = 0;
			wanted_count--;
		} else if (mutex->owner_plus_one != 0) {
			is_contended[thread] = true;
		}
	}
}

static void release(unsigned thread, const void *mutex, uint32_t step)
{
	for (uint32_t i = recording.lock_count; i-- > 0;) {
		struct recorded_lock *lock = &recording.locks[i];
		if (lock->mutex == mutex && lock->m == thread) {
			lock->released = step;
			return;
		}
	}
}

void record_locks(unsigned thread, enum point point, const void *object, uint32_t step)
{
	if (wanted_count > 0)
		record_locks_look(step);
	if (point < POINT_LOCK_FIRST || point >= POINT_LOCK_END)
		return;
	unsigned index = (unsigned)point - POINT_LOCK_FIRST;
	if (index % 2 == 0)
		want(thread, (uint16_t)(index / 2), object, step);
	else
		release(thread, object, step);
}
