/* A goroutine comes back from a system call without a P (algorithms.md 16.8) while the only one
 * becomes idle: it takes the P, or somebody with the P looks for it. Nobody spins. */
#include <string.h>

#include "exhaust/scheduler_boot.h"
#include "exhaust/user_stack.h"
#include "exhaust/world.h"
#include "sched/procs.h"
#include "sched/syscall.h"
#include "trace_v2/tracer.h"

enum { CALLER = 0, GIVER = 1, BUFFER_SIZE_BYTES = 512 };

static struct {
	struct p p;
	struct m idle_m; /* has no thread: to be woken is enough */
	bool has_found;
} state;

static void set_up(void)
{
	memset(&state, 0, sizeof state);
	scheduler_boot(TRACE_DIALECT_1_26, BUFFER_SIZE_BYTES);
	sched->has_sysmon.value = 1;
	sched->is_sysmon_waiting.value = 1;
	sched->allp_length = sched->allp_capacity = 1;
	sched->allp[0] = &state.p;
	sched->idle_ms = &state.idle_m;
	state.p.status = P_IDLE;
	/* Its M gave the P away. The M comes back to us instead of sleeping. */
	world_g(CALLER)->status.value = G_SYSCALL;
	world_m(CALLER)->locked_g = world_g(CALLER);
}

static void come_back(void)
{
	user_stack_run(syscall_exit);
}

/* What an M does that has nothing to do. */
static void give_up(void)
{
	lock_acquire(&sched->lock);
	if (sched->queue_length.value != 0)
		state.has_found = true;
	else
		idle_p_put_locked(&state.p);
	lock_release(&sched->lock);
}

static const char *check(void)
{
	const bool is_running = world_m(CALLER)->p == &state.p;
	const bool is_given = state.idle_m.next_p == &state.p;
	if (is_running + is_given + state.has_found != 1)
		return "a goroutine waits, a P is idle, and nobody looks";
	if (is_running != (sched->queue_length.value == 0))
		return "a goroutine runs and is queued, or neither";
	if (!state.has_found && sched->is_sysmon_waiting.value != 0)
		return "sysmon sleeps, and a goroutine goes on";
	return NULL;
}

const struct world world_syscall_queue = {
	.name = "syscall-queue",
	.number = 30,
	.sentence = "a goroutine comes back without a P while the only one becomes idle",
	.set_up = set_up,
	.threads = {[CALLER] = {.name = "caller", .run = come_back},
		    [GIVER] = {.name = "giver", .run = give_up}},
	.check = check,
};
