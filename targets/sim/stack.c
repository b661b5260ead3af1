/* User stacks and signal stacks: switches inside one thread, which are program order. */
#include "base/fatal.h"
#include "sim/internal.h"

static struct host_stack *free_stacks;

void stack_run_begin(void)
{
	free_stacks = NULL;
}

static void user_main(void *argument)
{
	struct host_stack *stack = argument;
	stack->entry(stack->argument);
	fatal("a user stack's entry returned");
}

struct host_stack *host_stack_new(host_entry *entry, void *argument)
{
	struct host_stack *stack = free_stacks;
	if (stack != NULL)
		free_stacks = stack->next_free;
	else
		stack = executor_allocate(sizeof *stack);
	stack->entry = entry;
	stack->argument = argument;
	stack->coroutine = coroutine_take(user_main, stack);
	return stack;
}

void host_stack_free(struct host_stack *stack)
{
	coroutine_give_back(stack->coroutine);
	stack->coroutine = NULL;
	stack->next_free = free_stacks;
	free_stacks = stack;
}

void host_stack_enter(struct host_stack *stack)
{
	struct thread *thread = sim.current;
	ensure(thread->who.stack_kind == HOST_STACK_SYSTEM);
	thread->user = stack;
	thread->current = stack->coroutine;
	thread->who.stack_kind = HOST_STACK_USER;
	coroutine_switch(thread->system, stack->coroutine, COROUTINE_PROGRAM_ORDER);
}

void host_stack_leave(void)
{
	struct thread *thread = sim.current;
	ensure(thread->who.stack_kind == HOST_STACK_USER);
	struct coroutine *user = thread->user->coroutine;
	thread->user = NULL;
	thread->current = thread->system;
	thread->who.stack_kind = HOST_STACK_SYSTEM;
	coroutine_switch(user, thread->system, COROUTINE_PROGRAM_ORDER);
}

static void signal_main(void *argument)
{
	struct thread *thread = argument;
	for (;;) {
		thread->handler(thread->who.owner);
		/* What the handler stored is visible when it returns: the return is a
		 * full fence. */
		host_store_drain();
		thread->current = thread->interrupted;
		thread->who.stack_kind = thread->interrupted_kind;
		coroutine_switch(thread->signal, thread->interrupted, COROUTINE_PROGRAM_ORDER);
	}
}

void signal_deliver(struct thread *thread, host_signal_handler *handler)
{
	ensure(thread == sim.current && thread->who.stack_kind != HOST_STACK_SIGNAL);
	if (thread->signal == NULL)
		thread->signal = coroutine_take(signal_main, thread);
	thread->handler = handler;
	sim.signal_count += handler == sim.signal_handler;
	/* Entering the kernel is a full fence. */
	host_store_drain();
	thread->interrupted = thread->current;
	thread->interrupted_kind = thread->who.stack_kind;
	thread->current = thread->signal;
	thread->who.stack_kind = HOST_STACK_SIGNAL;
	coroutine_switch(thread->interrupted, thread->signal, COROUTINE_PROGRAM_ORDER);
}

void host_set_preempt_handler(host_signal_handler *handler)
{
	sim.preempt_handler = handler;
}

/* The kernel has it handled when the thread goes on next. */
void host_preempt(const void *owner)
{
	for (uint32_t i = 0; i < sim.thread_count; i++)
		if (sim.threads[i].who.owner == owner)
			sim.threads[i].is_preempt_pending = true;
}

void host_set_signal_handler(host_signal_handler *handler)
{
	sim.signal_handler = handler;
}
