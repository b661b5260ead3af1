#include "sched/preempt_signal.h"

#include "sched/goroutine.h"
#include "sched/suspend.h"

/* ---- The goroutine -------------------------------------------------------- */

/* The M is the one that it runs on until it leaves. */
static void set_computing(struct m *m, uint32_t delta)
{
	atomic_u32_add(POINT_compute_count, &sched->computing_count, delta, memory_order_relaxed);
	atomic_address_store(POINT_compute_publish, &m->p->computing_m,
			     delta == 1 ? (uintptr_t)m : 0, memory_order_relaxed);
}

/* One step; whether a handler wants the goroutine to make room. */
static bool compute_once(struct g *g)
{
	g->is_computing = true;
	host_signal_fence();
	host_yield(POINT_compute_step, g);
	host_signal_fence();
	g->is_computing = false;
	bool has_to_stop = g->is_stop_pushed;
	g->is_stop_pushed = false;
	return has_to_stop;
}

void compute_without_safe_points(uint32_t count)
{
	function_prologue(POINT_compute);
	struct g *g = g_self();
	set_computing(m_self(), 1);
	for (uint32_t i = 0; i < count; i++) {
		if (!compute_once(g))
			continue;
		set_computing(m_self(), UINT32_MAX);
		goroutine_stop_at_signal();
		set_computing(m_self(), 1);
	}
	set_computing(m_self(), UINT32_MAX);
}

/* ---- Who asks ------------------------------------------------------------- */

static void send(const struct m *m)
{
	host_yield(POINT_preempt_signal, m);
	host_preempt(m);
}

void preempt_p_by_signal(const struct p *p)
{
	const struct m *m = (const struct m *)atomic_address_peek(&p->computing_m);
	if (m != NULL)
		send(m);
}

void preempt_m_by_signal(const struct m *m)
{
	if (atomic_u32_peek(&sched->computing_count) != 0)
		send(m);
}

/* ---- The handler ---------------------------------------------------------- */

static bool is_wanted(const struct m *m, const struct g *g)
{
	return atomic_u32_peek(&g->is_preempt_wanted) != 0 ||
	       atomic_u32_peek(&m->p->time_slice) % 2 != 0;
}

void preempt_on_signal(const struct m *m)
{
	struct g *g = m->current_g;
	if (host_interrupted_stack_kind() != HOST_STACK_USER || g == NULL || !g->is_computing)
		return;
	if (m->p != NULL && m->lock.preemption_off_count == 0 && is_wanted(m, g))
		g->is_stop_pushed = true;
}
