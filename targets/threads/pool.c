/* Pthreads that are Ms while a run is on, and wait for the next one otherwise. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/fatal.h"
#include "coroutine/sanitizer.h"
#include "threads/internal.h"

enum { PTHREAD_STACK_SIZE_BYTES = 512 * 1024 };

struct thread threads[THREADS_COUNT_MAX];

static uint32_t pool_size;
static _Thread_local struct thread *self;

__attribute__((noinline)) struct thread *thread_self(void)
{
	/* Keeps the compiler from looking into it, and from taking two calls for one. */
	__asm__ volatile("" : : : "memory");
	return self;
}

uint32_t threads_pool_size(void)
{
	return LOAD(pool_size);
}

uint32_t threads_index(void)
{
	return thread_self()->index;
}

struct thread *thread_at_host_call(void)
{
	struct thread *thread = thread_self();
	if (LOAD(world.is_over))
		thread_leave(thread);
	return thread;
}

_Noreturn void thread_leave(struct thread *thread)
{
	/* First out of the handler; what it interrupted leaves at its next host call. */
	if (thread->stack_kind == HOST_STACK_SIGNAL)
		_longjmp(thread->signal_exit, 1);
	if (thread->is_in_shared)
		executor_leave_shared();
	signal_poll();
	coroutine_switch(thread->current, &thread->own, COROUTINE_NO_ORDER);
	fatal("a thread went on after it had left the run");
}

static void wait_for(sem_t *semaphore)
{
	while (sem_wait(semaphore) != 0)
		ensure(errno == EINTR);
}

void thread_wait(struct thread *thread, uint64_t deadline_ns)
{
	if (deadline_ns == HOST_FOREVER) {
		wait_for(&thread->wake);
		return;
	}
	const struct timespec until = {.tv_sec = (time_t)(deadline_ns / 1000000000),
				       .tv_nsec = (long)(deadline_ns % 1000000000)};
	while (sem_clockwait(&thread->wake, CLOCK_MONOTONIC, &until) != 0) {
		if (errno == ETIMEDOUT)
			return;
		ensure(errno == EINTR);
	}
}

static void system_main(void *argument)
{
	struct thread *thread = argument;
	/* It sees what its maker did. */
	SANITIZER_ACQUIRE(thread);
	thread->entry(thread->argument);
	fatal("a thread's entry returned");
}

static void play(struct thread *thread)
{
	/* What others posted for an M of an earlier run. */
	while (sem_trywait(&thread->wake) == 0)
		continue;
	thread->system = coroutine_take(system_main, thread);
	thread->current = thread->system;
	thread->stack_kind = HOST_STACK_SYSTEM;
	signal_timer_begin(thread);
	STORE(thread->state, THREAD_RUNNING);
	coroutine_switch(&thread->own, thread->system, COROUTINE_PROGRAM_ORDER);
	if (thread->has_exited)
		coroutine_give_back(thread->system);
	STORE(thread->state, thread->has_exited ? THREAD_ENDED : THREAD_IDLE);
	signal_timer_end(thread);
	if (ADD(world.active_count, -1u) == 0)
		sem_post(&world.done);
}

static void *pool_main(void *argument)
{
	self = argument;
	self->tid = gettid();
	coroutine_adopt(&self->own);
	signal_thread_begin();
	for (;;) {
		wait_for(&self->start);
		play(self);
	}
	return NULL;
}

/* Signals that are not for Ms stay with the thread that the process, or its fuzzing engine, has
 * for them. */
static void make_thread(struct thread *thread)
{
	sigset_t all, before;
	pthread_attr_t attributes;
	pthread_t made;
	thread->is_made = true;
	COUNT(pool_size);
	ensure(sem_init(&thread->start, 0, 0) == 0 && sem_init(&thread->wake, 0, 0) == 0);
	sigfillset(&all);
	static const int synchronous[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP};
	for (size_t i = 0; i < sizeof synchronous / sizeof synchronous[0]; i++)
		sigdelset(&all, synchronous[i]);
	ensure(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
	ensure(pthread_attr_init(&attributes) == 0);
	ensure(pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED) == 0);
	ensure(pthread_attr_setstacksize(&attributes, PTHREAD_STACK_SIZE_BYTES) == 0);
	ensure(pthread_create(&made, &attributes, pool_main, thread) == 0);
	ensure(pthread_attr_destroy(&attributes) == 0);
	ensure(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
}

static void reset(struct thread *thread, void *owner, void *argument, host_entry *entry)
{
	thread->owner = owner;
	thread->argument = argument;
	thread->entry = entry;
	thread->user = NULL;
	thread->is_granted = 0;
	thread->is_in_shared = false;
	thread->has_exited = false;
	thread->mutex = NULL;
	thread->note = NULL;
	thread->next_waiter = NULL;
}

/* Of all that it is in the run. */
static void reset_counts(struct thread *thread)
{
	thread->step_count = 0;
	thread->own_step_count = 0;
	thread->next_signal_step = 0;
	thread->sent_count = 0;
	thread->handled_count = 0;
	thread->stray_count = 0;
	choice_random_init(&thread->random,
			   (uint64_t)world.options.scenario->schedule.seed << 8 | thread->index);
}

/* One that has ended while the run goes on, as an operating system gives ids again; or NULL. */
static struct thread *take_ended(void)
{
	if (LOAD(world.exited_count) == 0)
		return NULL;
	for (uint32_t i = 0, count = LOAD(world.thread_count); i < count; i++) {
		uint32_t ended = THREAD_ENDED;
		if (__atomic_compare_exchange_n(&threads[i].state, &ended, THREAD_STARTING, false,
						__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
			return &threads[i];
	}
	return NULL;
}

static struct thread *take_new(void)
{
	uint32_t index = ADD(world.thread_count, 1) - 1;
	if (index >= THREADS_COUNT_MAX) {
		ADD(world.thread_count, -1u);
		fatal("thread exhaustion");
	}
	struct thread *thread = &threads[index];
	thread->index = index;
	reset_counts(thread);
	STORE(thread->state, THREAD_STARTING);
	return thread;
}

void thread_start(void *owner, void *argument, host_entry *entry, bool is_daemon)
{
	ADD(world.active_count, 1);
	struct thread *thread = is_daemon ? NULL : take_ended();
	if (thread == NULL)
		thread = take_new();
	reset(thread, owner, argument, entry);
	SANITIZER_RELEASE(thread);
	/* For good, by whoever is the first to need it. */
	if (!thread->is_made)
		make_thread(thread);
	sem_post(&thread->start);
}
