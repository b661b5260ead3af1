#include "sched/netpoll.h"

#include "base/defect.h"
#include "sched/goroutine.h"
#include "sched/schedule.h"
#include "sched/sysmon.h"
#include "sched/timer.h"
#include "sched/trace_hooks.h"

static bool arm_after_parking(struct g *g, void *argument)
{
	const uint64_t *ready_ns = argument;
	atomic_u32_add(POINT_netpoll_count, &sched->timers.network_count, 1, memory_order_relaxed);
	timer_arm(&g->sleep_timer, *ready_ns);
	return true;
}

void netpoll_wait(uint64_t ready_ns)
{
	function_prologue(POINT_netpoll_wait);
	sysmon_begin();
	struct g *g = g_self();
	g->sleep_timer.fire = NULL;
	g->sleep_timer.argument = g;
	goroutine_park(arm_after_parking, &ready_ns, WAIT_NETWORK);
}

void netpoll_make_ready(uint64_t before_ns)
{
	struct g_queue ready = {0};
	timers_take_network(before_ns, &ready);
	schedule_inject(&ready);
}

/* ---- A list at once ------------------------------------------------------- */

/* One section around all changes, each with its event right behind it: else a generation could end
 * between an event and its change, and begin with a status of before. */
static void make_runnable(const struct g_queue *ready)
{
	bool is_told_before = DEFECT(issue_70883) != 0;
	struct trace_section section = trace_enter();
	for (struct g *g = ready->head; g != NULL; g = g->queue_next) {
		if (!is_told_before)
			g_change_status(g, G_WAITING, G_RUNNABLE);
		if (section.is_valid)
			trace_hooks->go_unpark(section, g);
	}
	trace_leave(section);
	for (struct g *g = ready->head; g != NULL && is_told_before; g = g->queue_next)
		g_change_status(g, G_WAITING, G_RUNNABLE);
}

/* The world's stop does not stop an M without a P: under this lock no trace starts, which would
 * miss the events of what it has seen before. upstream: the daemon alone has the lock. */
static void make_runnable_without_p(const struct g_queue *ready)
{
	lock_acquire(&sched->sysmon_lock);
	make_runnable(ready);
	lock_release(&sched->sysmon_lock);
}

static void push_global(struct g_queue *ready, uint32_t count)
{
	lock_acquire(&sched->lock);
	for (uint32_t i = 0; i < count; i++)
		global_queue_push_locked(g_queue_pop(ready));
	lock_release(&sched->lock);
}

static void start_ms(uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		lock_acquire(&sched->lock);
		struct p *p = schedule_take_p_for_work_locked();
		lock_release(&sched->lock);
		if (p == NULL)
			break;
		schedule_start_m(p, false);
	}
}

/* One for each idle P, the rest here. */
void schedule_inject(struct g_queue *ready)
{
	if (ready->head == NULL)
		return;
	struct m *m = acquirem();
	if (m->p == NULL)
		make_runnable_without_p(ready);
	else
		make_runnable(ready);
	uint32_t count = ready->length;
	if (m->p != NULL) {
		uint32_t idle = atomic_u32_load(POINT_inject_look, &sched->idle_p_count,
						memory_order_relaxed);
		count = idle < count ? idle : count;
	}
	if (count > 0) {
		push_global(ready, count);
		start_ms(count);
	}
	while (ready->head != NULL)
		run_queue_push(m->p, g_queue_pop(ready));
	if (m->p != NULL)
		schedule_wake_p();
	releasem(m);
}
