/* User stacks: coroutines that are entered on whichever thread runs their goroutine. */
#include "arena/arena.h"
#include "base/fatal.h"
#include "threads/internal.h"

static void user_main(void *argument)
{
	struct host_stack *stack = argument;
	stack->entry(stack->argument);
	fatal("a user stack's entry returned");
}

struct host_stack *host_stack_new(host_entry *entry, void *argument)
{
	thread_at_host_call();
	struct host_stack *stack = arena_take(sizeof *stack);
	stack->entry = entry;
	stack->argument = argument;
	stack->coroutine = coroutine_take(user_main, stack);
	return stack;
}

void host_stack_free(struct host_stack *stack)
{
	thread_at_host_call();
	coroutine_give_back(stack->coroutine);
	stack->coroutine = NULL;
}

void host_stack_enter(struct host_stack *stack)
{
	struct thread *thread = thread_at_host_call();
	ensure(thread->stack_kind == HOST_STACK_SYSTEM);
	signal_poll();
	thread->user = stack;
	thread->current = stack->coroutine;
	thread->stack_kind = HOST_STACK_USER;
	coroutine_switch(thread->system, stack->coroutine, COROUTINE_PROGRAM_ORDER);
}

void host_stack_leave(void)
{
	struct thread *thread = thread_at_host_call();
	ensure(thread->stack_kind == HOST_STACK_USER);
	/* A signal that is held back until after the switch would go where the goroutine goes. */
	signal_poll();
	struct coroutine *user = thread->user->coroutine;
	thread->user = NULL;
	thread->current = thread->system;
	thread->stack_kind = HOST_STACK_SYSTEM;
	coroutine_switch(user, thread->system, COROUTINE_PROGRAM_ORDER);
	/* Maybe on another thread now: nothing here may know of the one before. */
}

enum host_stack_kind host_stack_kind(void)
{
	return (enum host_stack_kind)thread_self()->stack_kind;
}

enum host_stack_kind host_interrupted_stack_kind(void)
{
	const struct thread *thread = thread_self();
	ensure(thread->stack_kind == HOST_STACK_SIGNAL);
	return (enum host_stack_kind)thread->interrupted_kind;
}
