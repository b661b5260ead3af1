/* Ms that are made, of every kind. */
#include "sched/schedule.h"
#include "sched/thread_end.h"

static void add_m_locked(struct m *m)
{
	if (atomic_address_peek(&sched->ended_ms) != 0)
		schedule_reap_ms_locked();
	m->id = sched->m_count++;
	m->random = 0x9e3779b9u ^ (m->id + 1);
	m->all_next = sched->all_ms;
	sched->all_ms = m;
}

void schedule_new_m(struct p *p, bool is_spinning)
{
	struct m *m = host_allocate(sizeof *m);
	m->next_p = p;
	m->is_spinning = is_spinning;
	lock_acquire(&sched->lock);
	add_m_locked(m);
	lock_release(&sched->lock);
	host_thread_start(m, schedule_m_main);
}

struct m *schedule_new_extra_m(void)
{
	struct m *m = host_allocate(sizeof *m);
	m->is_extra = true;
	lock_acquire(&sched->lock);
	add_m_locked(m);
	lock_release(&sched->lock);
	return m;
}

void schedule_new_sysmon(host_entry *run)
{
	struct m *m = host_allocate(sizeof *m);
	lock_acquire(&sched->lock);
	add_m_locked(m);
	sched->sysmon_m = m;
	lock_release(&sched->lock);
	host_daemon_thread_start(m, run);
}
