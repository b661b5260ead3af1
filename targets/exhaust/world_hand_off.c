/* A P is given away while a goroutine is queued: if that comes first, an M gets the P for it.
 * Source: Go's handoffp, which starts an M whenever findRunnable would find something. Somebody
 * spins, so that who queues wakes nobody. */
#include <string.h>

#include "exhaust/scheduler_boot.h"
#include "exhaust/world.h"
#include "sched/procs.h"
#include "sched/schedule.h"
#include "trace_v2/tracer.h"

enum { GIVER = 0, SUBMITTER = 1 };

static struct {
	struct p p;
	struct m idle_m; /* has no thread: to be woken is enough */
	struct g g;
	bool was_idle; /* when the goroutine was queued */
} state;

static void set_up(void)
{
	memset(&state, 0, sizeof state);
	scheduler_boot(TRACE_DIALECT_1_26, 0);
	state.p.status = P_IDLE;
	sched->idle_ms = &state.idle_m;
	sched->spinning_count.value = 1;
}

static void give(void)
{
	schedule_hand_off(&state.p);
}

static void submit(void)
{
	lock_acquire(&sched->lock);
	state.was_idle = sched->idle_ps != NULL;
	global_queue_push_locked(&state.g);
	lock_release(&sched->lock);
	schedule_wake_p();
}

static const char *check(void)
{
	const bool is_idle = sched->idle_ps == &state.p;
	const bool is_given = state.idle_m.next_p == &state.p;
	if (is_idle == is_given || sched->idle_p_count.value != is_idle)
		return "the P is not in one place";
	if (is_idle && !state.was_idle)
		return "a P has become idle and there is a goroutine for it";
	return NULL;
}

const struct world world_hand_off = {
	.name = "hand-off",
	.number = 25,
	.sentence = "a P is given away while a goroutine is queued and somebody spins",
	.set_up = set_up,
	.threads = {[GIVER] = {.name = "giver", .run = give},
		    [SUBMITTER] = {.name = "submitter", .run = submit}},
	.has_store_buffers = true,
	.check = check,
};
