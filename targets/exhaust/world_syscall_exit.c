/* A goroutine becomes runnable on its way out of a system call, without a P, while a trace starts
 * (algorithms.md 5.2): its event is in the trace, or it is runnable before the first event. With
 * store buffers. */
#include "exhaust/world.h"
#include "sched/syscall.h"
#include "sched/trace_hooks.h"
#include "trace_v2/generation.h"

enum { EXITING = 0, STARTING = 1, GENERATION = 1 };

static struct {
	bool is_traced;
	uint32_t status_at_first_event;
} state;

static void set_up(void)
{
	const struct trace_configuration configuration = {.dialect = TRACE_DIALECT_1_23};
	trace_hooks = &tracer_v2_hooks;
	tracer_boot(&configuration);
	sched = host_allocate(sizeof *sched);
}

static void leave_system_call(void)
{
	struct trace_section section = syscall_change_status(world_g(EXITING), G_RUNNING,
							     G_RUNNABLE);
	state.is_traced = section.is_valid;
	trace_leave(section);
}

static void start(void)
{
	generation_open_first(GENERATION);
	state.status_at_first_event = atomic_u32_load(POINT_start_look, &world_g(EXITING)->status,
						      memory_order_acquire);
}

static const char *check(void)
{
	if (!state.is_traced && state.status_at_first_event != G_RUNNABLE)
		return "a goroutine became runnable in the trace, without an event";
	return NULL;
}

const struct world world_syscall_exit = {
	.name = "syscall-exit",
	.number = 10,
	.sentence = "a goroutine leaves a system call while a trace starts, with store buffers",
	.set_up = set_up,
	.threads = {[EXITING] = {.name = "exiting", .run = leave_system_call},
		    [STARTING] = {.name = "starting", .run = start}},
	.has_store_buffers = true,
	.check = check,
};
