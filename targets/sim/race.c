/* Race contexts (host.h), where TSan judges annotations: each is a fiber, that of its goroutine's
 * stack or one whose stack never runs. */
#include "coroutine/sanitizer.h"
#include "sim/internal.h"

#if HOST_ANNOTATIONS

/* What the compiler calls for an access; the interface header does not declare them. */
void __tsan_read1_pc(void *address, void *pc);
void __tsan_write1_pc(void *address, void *pc);

static struct coroutine *coroutine_of(struct host_race_context *context)
{
	return (struct coroutine *)(void *)context;
}

static void begin_as(struct host_race_context *context)
{
	coroutine_lend_fiber(coroutine_of(context));
}

static void end_as(void)
{
	coroutine_lend_fiber(sim.current->current);
}

struct host_race_context *host_race_context_new(struct host_stack *stack,
						struct host_race_context *parent)
{
	struct coroutine *coroutine = stack != NULL ? stack->coroutine : coroutine_take(NULL, NULL);
	struct host_race_context *context = (struct host_race_context *)(void *)coroutine;
	if (parent != NULL) {
		host_race_release(parent, context);
		host_race_acquire(context, context);
	}
	return context;
}

void host_race_release(struct host_race_context *context, const void *address)
{
	begin_as(context);
	__tsan_release((void *)(uintptr_t)address);
	end_as();
}

void host_race_acquire(struct host_race_context *context, const void *address)
{
	begin_as(context);
	__tsan_acquire((void *)(uintptr_t)address);
	end_as();
}

void host_race_access(struct host_race_context *context, const void *address, bool is_write,
		      const void *pc)
{
	begin_as(context);
	SANITIZER_JUDGED_BEGIN();
	if (is_write)
		__tsan_write1_pc((void *)(uintptr_t)address, (void *)(uintptr_t)pc);
	else
		__tsan_read1_pc((void *)(uintptr_t)address, (void *)(uintptr_t)pc);
	SANITIZER_JUDGED_END();
	end_as();
}

#else

struct host_race_context *host_race_context_new(struct host_stack *stack,
						struct host_race_context *parent)
{
	static char somebody; /* who it is makes no difference */
	(void)stack;
	(void)parent;
	return (struct host_race_context *)(void *)&somebody;
}

void host_race_release(struct host_race_context *context, const void *address)
{
	(void)context;
	(void)address;
}

void host_race_acquire(struct host_race_context *context, const void *address)
{
	(void)context;
	(void)address;
}

void host_race_access(struct host_race_context *context, const void *address, bool is_write,
		      const void *pc)
{
	(void)context;
	(void)address;
	(void)is_write;
	(void)pc;
}

#endif
