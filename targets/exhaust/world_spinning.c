/* The last M that looks for work gives up while a goroutine is pushed to the global queue: it sees
 * the goroutine, or whoever has pushed it wakes another M. With store buffers. */
#include "exhaust/scheduler_boot.h"
#include "exhaust/world.h"
#include "sched/schedule.h"
#include "trace_v2/tracer.h"

enum { SPINNER = 0, SUBMITTER = 1 };

static struct {
	struct p p;
	struct m idle_m; /* has no thread: to be woken is enough */
	struct g g;
	bool has_found;
} state;

static void set_up(void)
{
	scheduler_boot(TRACE_DIALECT_1_23, 0);
	state.p = (struct p){.status = P_IDLE};
	state.idle_m = (struct m){0};
	state.has_found = false;
	sched->idle_ps = &state.p;
	sched->idle_p_count.value = 1;
	sched->idle_ms = &state.idle_m;
	sched->spinning_count.value = 1;
	world_m(SPINNER)->is_spinning = true;
}

static void give_up(void)
{
	state.has_found = schedule_stop_spinning(world_m(SPINNER), NULL, 0);
}

static void submit(void)
{
	lock_acquire(&sched->lock);
	global_queue_push_locked(&state.g);
	lock_release(&sched->lock);
	schedule_wake_p();
}

static const char *check(void)
{
	if (!state.has_found && state.idle_m.next_p == NULL)
		return "nobody looks for the goroutine";
	return NULL;
}

const struct world world_spinning = {
	.name = "spinning",
	.number = 9,
	.sentence = "an M stops spinning while a goroutine is queued, with store buffers",
	.set_up = set_up,
	.threads = {[SPINNER] = {.name = "spinner", .run = give_up},
		    [SUBMITTER] = {.name = "submitter", .run = submit}},
	.has_store_buffers = true,
	.check = check,
};
