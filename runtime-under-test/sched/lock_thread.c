#include "sched/lock_thread.h"

#include "base/fatal.h"
#include "sched/procs.h"
#include "sched/schedule.h"

void goroutine_lock_thread(void)
{
	struct m *m = m_self();
	ensure(is_on_user_stack());
	m->thread_lock_count++;
	m->locked_g = m->current_g;
	m->current_g->locked_m = m;
}

static void unlock(struct m *m)
{
	m->thread_lock_count = 0;
	m->locked_g->locked_m = NULL;
	m->locked_g = NULL;
}

void goroutine_unlock_thread(void)
{
	struct m *m = m_self();
	ensure(is_on_user_stack());
	if (m->thread_lock_count == 1 && !m->is_extra)
		unlock(m);
	else if (m->thread_lock_count > 1)
		m->thread_lock_count--;
}

void goroutine_drop_thread(struct g *g)
{
	if (g->locked_m != NULL)
		unlock(g->locked_m);
}

struct g *schedule_stop_locked_m(void)
{
	struct m *m = m_self();
	struct g *g = m->locked_g;
	if (g->locked_m != m)
		fatal("stoplockedm: inconsistent locking");
	ensure(!m->is_spinning && m->lock.preemption_off_count == 0);
	host_yield(POINT_locked_m_stop, &m->park);
	if (m->p != NULL)
		schedule_hand_off(p_release());
	schedule_sleep_for_p();
	if ((atomic_u32_peek(&g->status) & ~(uint32_t)G_SCAN) != G_RUNNABLE)
		fatal("stoplockedm: not runnable");
	return g;
}

void schedule_start_locked_m(struct g *g)
{
	struct m *m = g->locked_m;
	if (m == m_self())
		fatal("startlockedm: locked to me");
	if (m->next_p != NULL)
		fatal("startlockedm: m has p");
	host_yield(POINT_locked_m_start, &m->park);
	m->next_p = p_release();
	host_note_wake(&m->park);
	schedule_stop_m();
}
