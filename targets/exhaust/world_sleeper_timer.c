/* An M that sleeps for timers, and one that arms an earlier timer: it wakes the sleeper or is seen
 * by it, or the timer is late. With store buffers. Time stands still: the earlier timer is due now,
 * the later never. */
#include "exhaust/world.h"
#include "sched/schedule.h"
#include "sched/timer.h"

enum { SLEEPER = 0, ARMER = 1 };

static struct {
	struct timer late;
	struct timer early;
	uint64_t now_ns;
} state;

static void set_up(void)
{
	sched = host_allocate(sizeof *sched);
	lock_init(&sched->lock, LOCK_RANK_sched);
	lock_init(&sched->timers.lock, LOCK_RANK_timers);
	state.late.heap_index = -1;
	state.early.heap_index = -1;
	state.now_ns = host_nanotime();
	timer_arm(&state.late, UINT64_MAX / 2);
}

/* What an M without a P does when it has found nothing. */
static void find_nothing(void)
{
	uint64_t when_ns = atomic_u64_load(POINT_timer_look, &sched->timers.next_when_ns,
					   memory_order_seq_cst);
	schedule_sleep_for_timers(world_m(SLEEPER), when_ns);
}

static void arm(void)
{
	timer_arm(&state.early, state.now_ns);
}

static const char *check(void)
{
	return sched->is_polling.value == 0 && sched->poll_until_ns.value == 0
		       ? NULL
		       : "a sleeper is left";
}

const struct world world_sleeper_timer = {
	.name = "sleeper-timer",
	.number = 8,
	.sentence = "an M sleeps for timers while an earlier one is armed, with store buffers",
	.set_up = set_up,
	.threads = {[SLEEPER] = {.name = "sleeper", .run = find_nothing},
		    [ARMER] = {.name = "armer", .run = arm}},
	.has_store_buffers = true,
	.check = check,
};
