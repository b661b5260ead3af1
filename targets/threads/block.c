/* Mutexes and notes on real threads.
 *
 *   mutex            who                           what orders it
 *   owner_plus_one   the owner, or CAS from 0      acquire by the CAS, release by the unlock
 *   waiter_count     a waiter, under the bucket    seq_cst on both sides: a waiter counts itself,
 * then tries; an unlock frees, then looks for waiters list of waiters  under the bucket's lock
 *
 *   note             who                           what orders it
 *   is_set           exchange by who wakes         seq_cst on both sides: a sleeper registers, then
 *   sleeper_plus_one its sleeper                   looks; who wakes sets, then looks for a sleeper
 *
 * ThreadSanitizer is told of the order that a mutex and a note mean, and sees no other. */
#include "base/fatal.h"
#include "coroutine/sanitizer.h"
#include "threads/internal.h"

enum { BUCKET_COUNT = 64 };

/* The threads that wait for mutexes of one hash, in order of arrival. */
static struct bucket {
	struct spin lock;
	struct thread *first;
	struct thread *last;
} buckets[BUCKET_COUNT];

void block_run_begin(void)
{
	for (unsigned i = 0; i < BUCKET_COUNT; i++) {
		buckets[i].first = NULL;
		buckets[i].last = NULL;
	}
}

static struct bucket *bucket_of(const struct host_mutex *mutex)
{
	return &buckets[choice_mix((uintptr_t)mutex) % BUCKET_COUNT];
}

static bool try_lock(struct host_mutex *mutex, const struct thread *thread)
{
	uint32_t nobody = 0;
	return __atomic_compare_exchange_n(&mutex->owner_plus_one, &nobody, thread->index + 1,
					   false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/* Takes the mutex after all, or becomes its last waiter. */
static bool try_lock_or_enqueue(struct host_mutex *mutex, struct thread *thread, enum point point)
{
	struct bucket *bucket = bucket_of(mutex);
	spin_lock(&bucket->lock);
	ADD(mutex->waiter_count, 1);
	bool is_locked = try_lock(mutex, thread);
	if (is_locked) {
		ADD(mutex->waiter_count, -1u);
	} else {
		thread->mutex = mutex;
		thread->waiting_point = point;
		thread->next_waiter = NULL;
		STORE(thread->is_granted, 0);
		STORE(thread->state, THREAD_LOCKING);
		if (bucket->last != NULL)
			bucket->last->next_waiter = thread;
		else
			bucket->first = thread;
		bucket->last = thread;
	}
	spin_unlock(&bucket->lock);
	return is_locked;
}

void host_mutex_lock(struct host_mutex *mutex, enum point point)
{
	host_yield(point, mutex);
	struct thread *thread = thread_at_host_call();
	if (thread->stack_kind == HOST_STACK_SIGNAL)
		host_violate(HOST_SIGNAL_UNSAFE, "a mutex is locked in a signal handler");
	if (!try_lock(mutex, thread) && !try_lock_or_enqueue(mutex, thread, point)) {
		while (!LOAD(thread->is_granted)) {
			thread_at_host_call();
			thread_wait(thread, HOST_FOREVER);
		}
		STORE(thread->state, THREAD_RUNNING);
	}
	SANITIZER_ACQUIRE(mutex);
}

static struct thread *first_waiter(const struct bucket *bucket, const struct host_mutex *mutex)
{
	struct thread *thread = bucket->first;
	while (thread != NULL && thread->mutex != mutex)
		thread = thread->next_waiter;
	return thread;
}

static void remove_waiter(struct bucket *bucket, struct thread *waiter)
{
	struct thread *before = NULL;
	for (struct thread *at = bucket->first; at != waiter; at = at->next_waiter)
		before = at;
	if (before != NULL)
		before->next_waiter = waiter->next_waiter;
	else
		bucket->first = waiter->next_waiter;
	if (bucket->last == waiter)
		bucket->last = before;
	waiter->mutex = NULL;
}

static void hand_over(struct host_mutex *mutex)
{
	struct bucket *bucket = bucket_of(mutex);
	spin_lock(&bucket->lock);
	struct thread *waiter = first_waiter(bucket, mutex);
	/* Somebody else may have it by now, and will look for waiters too. */
	bool is_handed = waiter != NULL && try_lock(mutex, waiter);
	if (is_handed) {
		remove_waiter(bucket, waiter);
		ADD(mutex->waiter_count, -1u);
		STORE(waiter->is_granted, 1);
	}
	spin_unlock(&bucket->lock);
	if (is_handed)
		sem_post(&waiter->wake);
}

void host_mutex_unlock(struct host_mutex *mutex, enum point point)
{
	host_yield(point, mutex);
	const struct thread *thread = thread_at_host_call();
	ensure(LOAD(mutex->owner_plus_one) == thread->index + 1);
	SANITIZER_RELEASE(mutex);
	STORE(mutex->owner_plus_one, 0);
	if (LOAD(mutex->waiter_count) > 0)
		hand_over(mutex);
}

void host_note_clear(struct host_note *note)
{
	host_yield(POINT_host_note_clear, note);
	thread_at_host_call();
	STORE(note->is_set, 0);
}

/* Also from a signal handler: atomics and sem_post() alone. */
void host_note_wake(struct host_note *note)
{
	host_yield(POINT_host_note_wake, note);
	thread_at_host_call();
	SANITIZER_RELEASE(note);
	if (__atomic_exchange_n(&note->is_set, 1, __ATOMIC_SEQ_CST) != 0)
		fatal("notewakeup - double wakeup");
	uint32_t sleeper_plus_one = LOAD(note->sleeper_plus_one);
	if (sleeper_plus_one != 0)
		sem_post(&threads[sleeper_plus_one - 1].wake);
}

bool host_note_sleep(struct host_note *note, uint64_t deadline_ns)
{
	host_yield(POINT_host_note_sleep, note);
	struct thread *thread = thread_at_host_call();
	ensure(thread->stack_kind == HOST_STACK_SYSTEM);
	ensure(LOAD(note->sleeper_plus_one) == 0);
	thread->note = note;
	STORE(note->sleeper_plus_one, thread->index + 1);
	STORE(thread->state, deadline_ns == HOST_FOREVER ? THREAD_SLEEPING : THREAD_SLEEPING_UNTIL);
	bool is_set;
	while (!(is_set = LOAD(note->is_set) != 0) &&
	       (deadline_ns == HOST_FOREVER || monotonic_ns() < deadline_ns)) {
		thread_at_host_call();
		thread_wait(thread, deadline_ns);
	}
	STORE(note->sleeper_plus_one, 0);
	STORE(thread->state, THREAD_RUNNING);
	if (is_set)
		SANITIZER_ACQUIRE(note);
	return is_set;
}
