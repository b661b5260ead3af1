#include "sched/suspend.h"

#include "base/defect.h"
#include "base/fatal.h"
#include "sched/goroutine.h"
#include "sched/preempt_signal.h"
#include "sched/trace_hooks.h"

void preempt_all(void)
{
	for (uint32_t i = 0; i < sched->allp_length; i++) {
		struct p *p = sched->allp[i];
		if (p == m_self()->p)
			continue;
		atomic_u32_store(POINT_preempt_request, &p->time_slice, 1, memory_order_relaxed);
		preempt_p_by_signal(p);
	}
}

static void request_stop(struct g *g)
{
	atomic_u32_store(POINT_preempt_request, &g->is_preempt_stop_wanted, 1,
			 memory_order_relaxed);
	atomic_u32_store(POINT_preempt_request, &g->is_preempt_wanted, 1, memory_order_relaxed);
}

/* One attempt. Whether G is ours now. */
static bool try_suspend(struct g *g, struct suspended *ret_suspended)
{
	uint32_t status = atomic_u32_load(POINT_suspend_look, &g->status, memory_order_relaxed);
	switch (status) {
	case G_DEAD:
	case G_DEAD_EXTRA:
		*ret_suspended = (struct suspended){.g = NULL};
		return true;
	case G_PREEMPTED:
		if (!atomic_u32_compare_exchange(POINT_suspend_claim_preempted, &g->status,
						 G_PREEMPTED, G_WAITING, memory_order_relaxed))
			return false;
		ret_suspended->was_stopped = true;
		status = G_WAITING;
		break;
	case G_RUNNABLE:
	case G_SYSCALL:
	case G_WAITING:
		break;
	case G_RUNNING:
		if (g_try_set_scan(g, G_RUNNING)) {
			request_stop(g);
			const struct m *m = g->m;
			g_drop_scan(g, G_RUNNING);
			if (m != NULL)
				preempt_m_by_signal(m);
		}
		return false;
	default:
		/* Somebody else holds the scan bit. */
		if ((status & G_SCAN) == 0)
			fatal("suspendG: invalid status");
		return false;
	}
	if (!g_try_set_scan(g, (enum g_status)status))
		return false;
	atomic_u32_store(POINT_g_clear_preempt, &g->is_preempt_stop_wanted, 0,
			 memory_order_relaxed);
	ret_suspended->g = g;
	return true;
}

struct suspended g_suspend(struct g *g)
{
	assert_system_stack("suspendG on a user stack");
	if (atomic_u32_peek(&m_self()->current_g->status) == G_RUNNING)
		fatal("suspendG from non-preemptible goroutine");
	struct suspended suspended = {0};
	while (!try_suspend(g, &suspended))
		host_pause(POINT_suspend_wait);
	return suspended;
}

void g_resume(struct suspended suspended)
{
	if (suspended.g == NULL)
		return;
	uint32_t status = atomic_u32_peek(&suspended.g->status) & ~(uint32_t)G_SCAN;
	g_drop_scan(suspended.g, (enum g_status)status);
	if (suspended.was_stopped)
		goroutine_ready(suspended.g);
}

struct g *preempt_park(struct g *g)
{
	/* Acquire: a suspender has looked at its M, and dropped the scan bit with release. Nothing
	 * else of a G that runs is touched by others, but its requests. */
	if (!atomic_u32_compare_exchange(POINT_preempt_park, &g->status, G_RUNNING,
					 G_PREEMPTED | G_SCAN, memory_order_acquire)) {
		/* A suspender holds the scan bit for a moment. */
		while (!atomic_u32_compare_exchange(POINT_preempt_park, &g->status, G_RUNNING,
						    G_PREEMPTED | G_SCAN, memory_order_acquire))
			host_pause(POINT_g_wait_for_scan);
	}
	g->wait_reason = WAIT_PREEMPTED;
	/* The event while we hold the scan bit, since after that it may be anybody's, and the G is
	 * still on this M, which may have to tell its status (16.8). */
	bool is_off_before = DEFECT(issue_75665) != 0;
	if (is_off_before)
		goroutine_drop(g);
	struct trace_section section = trace_enter();
	if (section.is_valid)
		trace_hooks->go_park(section, WAIT_PREEMPTED);
	if (!is_off_before)
		goroutine_drop(g);
	g_drop_scan(g, G_PREEMPTED);
	trace_leave(section);
	return NULL;
}
