/* Two Ps are given away while a timer is armed, for which nobody sleeps: an M has one of them in
 * the end, and will. Source: Go's handoffp. Somebody spins, so that no M is started to look for
 * work. */
#include <string.h>

#include "exhaust/scheduler_boot.h"
#include "exhaust/world.h"
#include "sched/schedule.h"
#include "sched/timer.h"
#include "trace_v2/tracer.h"

enum { P_COUNT = 2 };

static struct {
	struct p ps[P_COUNT];
	struct m idle_ms[P_COUNT]; /* have no threads: to be woken is enough */
	struct timer timer;
} state;

static void set_up(void)
{
	memset(&state, 0, sizeof state);
	scheduler_boot(TRACE_DIALECT_1_26, 0);
	lock_init(&sched->timers.lock, LOCK_RANK_timers);
	sched->spinning_count.value = 1;
	for (unsigned i = 0; i < P_COUNT; i++) {
		state.ps[i].status = P_IDLE;
		state.idle_ms[i].idle_next = sched->idle_ms;
		sched->idle_ms = &state.idle_ms[i];
	}
	state.timer.heap_index = -1;
	timer_arm(&state.timer, UINT64_MAX / 2);
}

static void give_first(void)
{
	schedule_hand_off(&state.ps[0]);
}

static void give_second(void)
{
	schedule_hand_off(&state.ps[1]);
}

static const char *check(void)
{
	for (unsigned i = 0; i < P_COUNT; i++)
		if (state.idle_ms[i].next_p != NULL)
			return NULL;
	return "nobody will sleep for the timer";
}

const struct world world_hand_off_timer = {
	.name = "hand-off-timer",
	.number = 31,
	.sentence = "two Ps are given away while a timer is armed and nobody sleeps for it",
	.set_up = set_up,
	.threads = {{.name = "giver", .run = give_first},
		    {.name = "other giver", .run = give_second}},
	.check = check,
};
