/* What a program waits for beside semaphores: the network, and functions that run later. */
#include "api/runtime.h"
#include "base/fatal.h"
#include "sched/goroutine.h"
#include "sched/netpoll.h"
#include "sched/race_context.h"
#include "sched/timer.h"
#include "trace/symbol.h"

struct after_func {
	struct timer timer;
	runtime_entry *entry;
	void *argument;
};

void runtime_wait_for_network(uint64_t resolution_ns)
{
	g_self()->operation_pc = symbol_pc(SYMBOL_wait_for_network);
	netpoll_wait((host_nanotime() / resolution_ns + 1) * resolution_ns);
	g_self()->operation_pc = 0;
}

/* On the M that fires it, without a goroutine. */
static void go(void *argument)
{
	const struct after_func *after = argument;
	race_acquire(after);
	goroutine_start(after->entry, after->argument, symbol_pc(SYMBOL_program), false, NULL);
}

void runtime_after_func(uint64_t duration_ns, runtime_entry *entry, void *argument)
{
	g_self()->operation_pc = symbol_pc(SYMBOL_after_func);
	function_prologue(POINT_after_func);
	struct after_func *after = host_allocate(sizeof *after);
	*after = (struct after_func){.timer = {.fire = go, .argument = after, .heap_index = -1},
				     .entry = entry,
				     .argument = argument};
	race_release(after);
	timer_arm(&after->timer, host_nanotime() + duration_ns);
	g_self()->operation_pc = 0;
}
