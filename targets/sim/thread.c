/* Threads begin and end. */
#include "base/fatal.h"
#include "coroutine/sanitizer.h"
#include "sim/internal.h"

enum { FIRST_THREAD_ID = 100 };

static void thread_main(void *argument)
{
	struct thread *thread = argument;
	/* It sees what its maker did. */
	SANITIZER_ACQUIRE(thread);
	thread->entry(thread->argument);
	fatal("a thread's entry returned");
}

/* Its stacks may be used again: it has been switched away from for the last time. */
static void bury(struct thread *thread)
{
	coroutine_give_back(thread->system);
	if (thread->signal != NULL)
		coroutine_give_back(thread->signal);
}

/* The first that has ended, as an operating system gives ids again; or a new one. */
static struct thread *take_thread(bool is_daemon)
{
	for (unsigned i = 0; !is_daemon && sim.exited_count > 0 && i < sim.thread_count; i++) {
		if (sim.threads[i].state != THREAD_EXITED)
			continue;
		bury(&sim.threads[i]);
		return &sim.threads[i];
	}
	if (sim.thread_count == SIM_THREAD_COUNT_MAX)
		fatal("thread exhaustion");
	return &sim.threads[sim.thread_count++];
}

struct thread *sim_new_thread(void *owner, void *argument, host_entry *entry, bool is_daemon)
{
	struct thread *thread = take_thread(is_daemon);
	sanitizer_clear(thread, sizeof *thread);
	thread->index = (uint16_t)(thread - sim.threads);
	thread->who.index = thread->index;
	thread->who.owner = owner;
	thread->argument = argument;
	thread->entry = entry;
	thread->system = coroutine_take(thread_main, thread);
	thread->current = thread->system;
	thread->who.stack_kind = HOST_STACK_SYSTEM;
	thread->deadline_ns = HOST_FOREVER;
	if (sim.clock_skew != SCENARIO_SKEW_NONE) {
		uint32_t range_ns = sim.clock_skew == SCENARIO_SKEW_SMALL ? 2000 : 1000000;
		thread->skew_ns = choice_random_below(&sim.random, range_ns);
	}
	policy_thread_started(thread);
	sim_make_runnable(thread);
	return thread;
}

void host_thread_start(void *owner, host_entry *entry)
{
	host_yield(POINT_host_thread_start, owner);
	host_store_drain();
	SANITIZER_RELEASE(sim_new_thread(owner, owner, entry, false));
}

void host_daemon_thread_start(void *owner, host_entry *entry)
{
	host_yield(POINT_host_thread_start, owner);
	host_store_drain();
	SANITIZER_RELEASE(sim_new_thread(owner, owner, entry, true));
}

void host_foreign_thread_start(void *argument, host_entry *entry)
{
	host_yield(POINT_host_thread_start, argument);
	host_store_drain();
	SANITIZER_RELEASE(sim_new_thread(NULL, argument, entry, false));
}

uint64_t host_thread_id(void)
{
	return sim_thread_id(sim.current->index);
}

void host_set_self(void *owner)
{
	ensure(sim.current->who.stack_kind == HOST_STACK_SYSTEM);
	sim.current->who.owner = owner;
}

_Noreturn void host_thread_exit(void)
{
	/* Else the stores would become visible together with its last operation. */
	if (sim.chooser != NULL && sim.current->who.store_count > 0)
		chooser_yield(POINT_host_thread_exit, NULL, false);
	host_store_drain();
	sim_make_waiting(sim.current, THREAD_EXITED);
	sim.exited_count++;
	sim_switch_away(POINT_host_thread_exit);
	fatal("an exited thread runs");
}

unsigned executor_exited_thread_count(void)
{
	return sim.exited_count;
}

uint64_t sim_thread_id(unsigned thread)
{
	return FIRST_THREAD_ID + thread;
}

bool sim_is_stranger_awake(void)
{
	for (unsigned i = 0; i < sim.thread_count; i++) {
		const struct thread *thread = &sim.threads[i];
		if (thread->who.owner == NULL && thread->state == THREAD_RUNNABLE)
			return true;
	}
	return false;
}
