/* Nobody idles beside work. A wake-up that is lost to two Ms that miss each other ends no run: who
 * queued the work does it in the end, only later. So it is looked for at moments at which it shows:
 * no M is on its way, since each sleeps or begins an operation of its goroutine. Source:
 * algorithms.md 14; litmus.def, pairs of the scheduler. */
#include "sim/sim.h"
#include "truth/observe.h"
#include "truth/tracer_words.h"

/* A goroutine that is taken is no work, though others cannot see that yet. */
static bool is_work_queued(void)
{
	for (uint32_t i = 0; i < sched->allp_length; i++) {
		const struct p *p = sched->allp[i];
		if (truth_newest_u32(&p->queue_head) != truth_newest_u32(&p->queue_tail))
			return true;
	}
	return truth_newest_u32(&sched->queue_length) != 0;
}

/* It sleeps for itself: the daemon, or an M in a system call. */
static bool sleeps_for_itself(const struct m *m)
{
	return m == sched->sysmon_m || m->syscall_p != NULL;
}

/* Whether some M without a P sleeps no longer than until the first timer is due. */
static bool is_timer_waited_for(uint64_t when_ns)
{
	for (const struct m *m = sched->all_ms; m != NULL; m = m->all_next)
		if (m->p == NULL && !sleeps_for_itself(m) && sim_is_asleep_until(m, when_ns))
			return true;
	return false;
}

/* Lent to nobody now. */
static bool is_unused_extra(const struct m *m)
{
	return m->is_extra && m->procid == 0;
}

static bool is_on_the_way(const struct m *m)
{
	if (is_unused_extra(m) || sim_is_asleep_until(m, HOST_FOREVER))
		return false;
	const struct truth_m *thread = truth_log_thread_of(m);
	return thread == NULL || (truth_traits[thread->point] & TRUTH_PROLOGUE) == 0;
}

/* It has left the list of all Ms, and gives its P away now. */
static bool is_some_m_ending(void)
{
	uint64_t held;
	const struct m *m = (const struct m *)atomic_address_peek(&sched->ended_ms);
	if (sim_find_held(&sched->ended_ms, &held))
		m = (const struct m *)(uintptr_t)held;
	for (; m != NULL; m = m->ended_next)
		if (truth_newest_u32(&m->is_gone) == 0)
			return true;
	return false;
}

static bool is_nobody_on_the_way(void)
{
	if (is_some_m_ending())
		return false;
	for (const struct m *m = sched->all_ms; m != NULL; m = m->all_next)
		if (is_on_the_way(m))
			return false;
	return true;
}

void truth_check_idle(void)
{
	if (sched->idle_ps == NULL || truth_newest_u32(&sched->is_stop_wanted) != 0)
		return;
	const struct timers *timers = &sched->timers;
	bool is_timer_armed = timers->count > 0;
	bool is_work = is_work_queued();
	if ((!is_work && !is_timer_armed) || !is_nobody_on_the_way())
		return;
	if (is_work)
		truth_end_run(TRUTH_RULE_idle_beside_work, "P %u is idle", sched->idle_ps->id);
	if (!is_timer_waited_for(timers->heap[0]->when_ns))
		truth_end_run(TRUTH_RULE_timer_forgotten, "due at %lu",
			      (unsigned long)timers->heap[0]->when_ns);
}

/* It has waited in C, and for a foreign thread, which flushes a buffer when it gives its M back and
 * cannot look for the reader. */
static bool comes_back_from_c(const struct m *woken)
{
	return atomic_u32_peek(&sched->has_extra_ms) != 0 && woken->current_g != NULL &&
	       woken->current_g->syscall_pc != 0;
}

void truth_check_all_asleep(const struct m *woken)
{
	/* Who comes back looks for the reader once its goroutine makes room. */
	if (tracer_words->reader() == NULL || !tracer_words->is_work_for_reader() ||
	    sim_is_stranger_awake() || is_some_m_ending() || comes_back_from_c(woken))
		return;
	for (const struct m *m = sched->all_ms; m != NULL; m = m->all_next)
		/* One that was given a P is on its way to look. */
		if (m->p != NULL || m->next_p != NULL ||
		    (m != woken && !is_unused_extra(m) && !sim_is_asleep_until(m, HOST_FOREVER)))
			return;
	truth_end_run(TRUTH_RULE_reader_forgotten, "all Ms sleep");
}
