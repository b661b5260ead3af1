#include "sched/stack_memory.h"

#include "sched/goroutine.h"
#include "sched/trace_hooks.h"

/* Bit lengths of the sizes that a stack may have: 2 KiB to 1 GiB. */
enum { STACK_ORDER_MIN = 12, STACK_ORDER_MAX = 31 };

/* A goroutine has two places, and changes from one to the other. */
void stack_memory_init(struct g *g)
{
	g->memory = (struct stack_memory){.id = 2 * g->index, .order = STACK_ORDER_MIN};
}

/* upstream: a stack of the greatest size does not grow, the program ends. */
static struct stack_memory larger(struct stack_memory memory)
{
	uint32_t order = memory.order < STACK_ORDER_MAX ? memory.order + 1 : memory.order;
	return (struct stack_memory){.id = memory.id ^ 1, .order = order};
}

static void move(struct g *g)
{
	g->memory_left = g->memory;
	g->memory = larger(g->memory);
}

static void move_and_tell(void *argument)
{
	struct g *g = argument;
	move(g);
	host_yield(POINT_stack_allocate, &g->memory);
	trace_hooks->stack_allocated(g->memory);
	host_yield(POINT_stack_free, &g->memory_left);
	trace_hooks->stack_freed(g->memory_left);
}

void stack_grow(void)
{
	lock_acquire(&sched->gscan_lock);
	lock_acquire(&sched->stackpool_lock);
	lock_acquire(&sched->mheap_lock);
	lock_release(&sched->mheap_lock);
	lock_release(&sched->stackpool_lock);
	lock_release(&sched->gscan_lock);
	if (atomic_u32_peek(&sched->is_stack_memory_traced) != 0)
		on_system_stack(move_and_tell, g_self());
	else
		move(g_self());
}

void stack_memory_set_traced(bool is_traced)
{
	if (sched->configuration.traces_stack_memory)
		atomic_u32_store(POINT_stack_memory_trace, &sched->is_stack_memory_traced,
				 is_traced, memory_order_relaxed);
}
