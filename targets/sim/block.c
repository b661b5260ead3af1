/* Mutexes and notes: the only ways a thread waits. A note is a full fence for its thread's store
 * buffer. A mutex is no fence, as in C11: who unlocks it may keep its stores until somebody else
 * locks it, who then has to see them. */
#include "base/fatal.h"
#include "coroutine/sanitizer.h"
#include "sim/internal.h"

static void see_stores_of_last_owner(const struct host_mutex *mutex)
{
	if (mutex->last_owner_plus_one == 0)
		return;
	struct thread *last = &sim.threads[mutex->last_owner_plus_one - 1];
	if (last != sim.current && last->who.store_count > 0)
		sim_visit(last);
	SANITIZER_ACQUIRE(last->stores);
}

void host_mutex_lock(struct host_mutex *mutex, enum point point)
{
	host_yield(point, mutex);
	struct thread *thread = sim.current;
	if (thread->who.stack_kind == HOST_STACK_SIGNAL)
		host_violate(HOST_SIGNAL_UNSAFE, "a mutex is locked in a signal handler");
	if (mutex->owner_plus_one == 0) {
		mutex->owner_plus_one = thread->index + 1u;
	} else {
		host_store_drain();
		thread->mutex = mutex;
		thread->waiting_point = point;
		mutex->waiter_count++;
		sim_make_waiting(thread, THREAD_LOCKING);
		sim_switch_away(point);
		/* Handed over by the unlock: nobody can come in between. */
		ensure(mutex->owner_plus_one == thread->index + 1u);
	}
	see_stores_of_last_owner(mutex);
	SANITIZER_ACQUIRE(mutex);
}

static struct thread *first_waiter(const struct host_mutex *mutex, unsigned after)
{
	for (unsigned turn = 1; turn <= sim.thread_count; turn++) {
		struct thread *thread = &sim.threads[(after + turn) % sim.thread_count];
		if (thread->state == THREAD_LOCKING && thread->mutex == mutex)
			return thread;
	}
	return NULL;
}

void host_mutex_unlock(struct host_mutex *mutex, enum point point)
{
	host_yield(point, mutex);
	struct thread *thread = sim.current;
	ensure(mutex->owner_plus_one == thread->index + 1u);
	SANITIZER_RELEASE(mutex);
	mutex->owner_plus_one = 0;
	mutex->last_owner_plus_one = thread->index + 1u;
	if (mutex->waiter_count == 0)
		return;
	struct thread *waiter = first_waiter(mutex, thread->index);
	ensure(waiter != NULL);
	mutex->waiter_count--;
	mutex->owner_plus_one = waiter->index + 1u;
	waiter->mutex = NULL;
	sim_make_runnable(waiter);
}

void host_note_clear(struct host_note *note)
{
	host_yield(POINT_host_note_clear, note);
	host_store_drain();
	note->is_set = 0;
}

void host_note_wake(struct host_note *note)
{
	host_yield(POINT_host_note_wake, note);
	host_store_drain();
	if (note->is_set != 0)
		fatal("notewakeup - double wakeup");
	SANITIZER_RELEASE(note);
	note->is_set = 1;
	if (note->sleeper_plus_one != 0) {
		struct thread *sleeper = &sim.threads[note->sleeper_plus_one - 1];
		note->sleeper_plus_one = 0;
		sim_make_runnable(sleeper);
	}
}

bool host_note_sleep(struct host_note *note, uint64_t deadline_ns)
{
	struct thread *thread = sim.current;
	if (sim.chooser != NULL)
		thread->deadline_ns = clock_deadline(thread, deadline_ns);
	host_yield(POINT_host_note_sleep, note);
	host_store_drain();
	ensure(thread->who.stack_kind == HOST_STACK_SYSTEM);
	if (sim.chooser != NULL) {
		thread->deadline_ns = HOST_FOREVER;
		if (note->is_set == 0)
			return false;
	} else if (note->is_set == 0) {
		ensure(note->sleeper_plus_one == 0);
		thread->note = note;
		thread->deadline_ns = clock_deadline(thread, deadline_ns);
		thread->has_slept_enough = false;
		note->sleeper_plus_one = thread->index + 1u;
		sim_make_waiting(thread, THREAD_SLEEPING);
		if (thread->deadline_ns < sim.next_deadline_ns)
			sim.next_deadline_ns = thread->deadline_ns;
		sim_switch_away(POINT_host_note_sleep);
		thread->note = NULL;
		thread->deadline_ns = HOST_FOREVER;
		if (thread->has_slept_enough && note->is_set == 0)
			return false;
	}
	SANITIZER_ACQUIRE(note);
	return true;
}
