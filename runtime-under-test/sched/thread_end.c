#include "sched/thread_end.h"

#include "base/defect.h"
#include "base/fatal.h"
#include "sched/procs.h"
#include "sched/schedule.h"
#include "sched/trace_hooks.h"

static void leave_all_ms_locked(struct m *m)
{
	struct m **link = &sched->all_ms;
	while (*link != m) {
		ensure(*link != NULL);
		link = &(*link)->all_next;
	}
	*link = m->all_next;
}

/* At once, so that the tracer finds it on one of the lists. */
static void become_ended_locked(struct m *m)
{
	m->ended_next = (struct m *)atomic_address_peek(&sched->ended_ms);
	atomic_address_store(POINT_ended_ms, &sched->ended_ms, (uintptr_t)m, memory_order_relaxed);
	leave_all_ms_locked(m);
}

_Noreturn void schedule_end_m(void)
{
	struct m *m = m_self();
	ensure(m->current_g == NULL && m->lock.preemption_off_count == 0 && !m->is_spinning);
	if (m->id == 0) {
		schedule_hand_off(p_release());
		host_note_sleep(&m->park, HOST_FOREVER);
		fatal("locked m0 woke up");
	}
	lock_acquire(&sched->lock);
	become_ended_locked(m);
	lock_release(&sched->lock);
	/* Its last event. */
	schedule_hand_off(p_release());
	/* Partner: who reaps it, and then owns what it has written. */
	atomic_u32_store(POINT_m_gone, &m->is_gone, 1, memory_order_release);
	host_thread_exit();
}

void schedule_reap_ms_locked(void)
{
	lock_assert_held(&sched->lock);
	struct m *left = NULL;
	struct m *m = (struct m *)atomic_address_peek(&sched->ended_ms);
	while (m != NULL) {
		struct m *next = m->ended_next;
		if (atomic_u32_load(POINT_m_gone, &m->is_gone, memory_order_acquire) == 0) {
			m->ended_next = left;
			left = m;
		} else if (!DEFECT(control_thread_destroy)) {
			trace_hooks->thread_destroyed(m);
		}
		m = next;
	}
	atomic_address_store(POINT_ended_ms, &sched->ended_ms, (uintptr_t)left,
			     memory_order_relaxed);
}

void schedule_reap_ms(void)
{
	/* Whose thread has left its id to the caller's is seen here. */
	if (atomic_address_peek(&sched->ended_ms) == 0)
		return;
	lock_acquire(&sched->lock);
	schedule_reap_ms_locked();
	lock_release(&sched->lock);
}
