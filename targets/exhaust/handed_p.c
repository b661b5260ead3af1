#include "exhaust/handed_p.h"

#include <string.h>

#include "sched/schedule.h"

static struct {
	struct p p;
	struct m idle_m; /* has no thread: whoever gave it the P goes on for it */
} state;

void handed_p_set_up(void)
{
	memset(&state, 0, sizeof state);
	sched = host_allocate(sizeof *sched);
	lock_init(&sched->lock, LOCK_RANK_sched);
	state.p.status = P_IDLE;
	sched->idle_ms = &state.idle_m;
	sched->spinning_count.value = 1;
}

bool handed_p_hand_off(void)
{
	schedule_hand_off(&state.p);
	return state.idle_m.next_p == &state.p;
}

const char *handed_p_check(void)
{
	const bool is_handed = state.idle_m.next_p == &state.p;
	const bool is_idle = sched->idle_ps == &state.p;
	if (is_handed == is_idle || sched->idle_p_count.value != is_idle)
		return "the P is not in one place";
	if (is_handed != (state.idle_m.park.is_set != 0) || is_handed != (sched->idle_ms == NULL))
		return "an M has a P and was not woken, or was woken without one";
	return NULL;
}
