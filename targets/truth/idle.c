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

static bool is_nobody_on_the_way(void)
{
	for (const struct m *m = sched->all_ms; m != NULL; m = m->all_next)
		if ((truth_traits[truth_log.ms[m->id].point] & TRUTH_PROLOGUE) == 0 &&
		    !sim_is_asleep_until(m, HOST_FOREVER))
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

void truth_check_all_asleep(const struct m *woken)
{
	if (tracer_words->reader() == NULL || !tracer_words->is_work_for_reader())
		return;
	for (const struct m *m = sched->all_ms; m != NULL; m = m->all_next)
		/* One that was given a P is on its way to look. */
		if (m->p != NULL || m->next_p != NULL ||
		    (m != woken && !sim_is_asleep_until(m, HOST_FOREVER)))
			return;
	truth_end_run(TRUTH_RULE_reader_forgotten, "all Ms sleep");
}
