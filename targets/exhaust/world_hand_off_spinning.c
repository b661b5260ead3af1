/* A P is given away while an M that has another P queues a goroutine there, and looks for somebody
 * who could take it: one of both sees the other.
 * Source: Go's handoffp and wakep. */
#include <string.h>

#include "exhaust/scheduler_boot.h"
#include "exhaust/world.h"
#include "sched/procs.h"
#include "sched/schedule.h"
#include "trace_v2/tracer.h"

enum { GIVER = 0, SUBMITTER = 1, QUEUE_LENGTH = 2 };

static struct {
	struct p p;
	struct p other_p;
	struct m idle_m; /* has no thread: to be woken is enough */
	struct g g;
} state;

static void set_up(void)
{
	memset(&state, 0, sizeof state);
	scheduler_boot(TRACE_DIALECT_1_26, 0);
	sched->configuration.run_queue_length = QUEUE_LENGTH;
	state.p.status = P_IDLE;
	sched->idle_ms = &state.idle_m;
}

static void give(void)
{
	schedule_hand_off(&state.p);
}

static void submit(void)
{
	run_queue_push(&state.other_p, &state.g);
	schedule_wake_p();
}

static const char *check(void)
{
	const bool is_idle = sched->idle_ps == &state.p;
	const bool is_given = state.idle_m.next_p == &state.p;
	if (is_idle == is_given || sched->idle_p_count.value != is_idle)
		return "the P is not in one place";
	if (is_idle)
		return "a goroutine waits, a P is idle, and nobody looks";
	if (sched->spinning_count.value != state.idle_m.is_spinning)
		return "somebody is counted as spinning";
	if (!state.idle_m.is_spinning && sched->is_spinning_needed)
		return "a second M is wanted for one goroutine";
	return NULL;
}

const struct world world_hand_off_spinning = {
	.name = "hand-off-spinning",
	.number = 26,
	.sentence = "a P is given away while another one gets work that somebody could take over",
	.set_up = set_up,
	.threads = {[GIVER] = {.name = "giver", .run = give},
		    [SUBMITTER] = {.name = "submitter", .run = submit}},
	.check = check,
};
