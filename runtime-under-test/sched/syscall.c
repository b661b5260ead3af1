#include "sched/syscall.h"

#include "base/defect.h"
#include "base/fatal.h"
#include "sched/goroutine.h"
#include "sched/procs.h"
#include "sched/schedule.h"
#include "sched/sysmon.h"
#include "sched/trace_hooks.h"

/* ---- In: the event, then the P if it goes, then the status, in one section ---- */

static struct trace_section begin(struct m *m)
{
	m->current_g->syscall_pc = m->current_g->operation_pc;
	struct trace_section section = trace_enter();
	if (section.is_valid)
		trace_hooks->go_syscall_begin(section);
	return section;
}

/* The M gives its P up itself. */
static struct p *leave_p(struct trace_section section)
{
	if (section.is_valid)
		trace_hooks->go_syscall_block(section);
	struct p *p = p_release();
	p->syscall_tick++;
	return p;
}

/* Whoever stops the world has looked for system calls before: it would wait for this one. */
static void leave_p_to_stopper(struct trace_section section)
{
	lock_acquire(&sched->lock);
	if (sched->stop_wait_count > 0) {
		/* The goroutine may have been in a system call with this P before. */
		atomic_address_store(POINT_syscall_publish, &m_self()->p->syscall_g, 0,
				     memory_order_relaxed);
		p_stop_locked(leave_p(section));
	}
	lock_release(&sched->lock);
}

/* Where others find that the P can be taken. */
static void publish(struct m *m, struct p *p)
{
	if (m->p != NULL)
		atomic_address_store(POINT_syscall_publish, &p->syscall_g, (uintptr_t)m->current_g,
				     memory_order_relaxed);
	m->syscall_p = p;
}

/* Up to Go 1.25 the M looked for a safe point when its goroutine was in the system call already,
 * and its P not yet. */
static void run_safe_point_and_publish_late(struct m *m, struct p *p)
{
	if (m->p != NULL && safe_point_is_wanted(p))
		schedule_run_safe_point();
	while (!g_try_set_scan(m->current_g, G_SYSCALL))
		host_pause(POINT_g_wait_for_scan);
	publish(m, p);
	syscall_let_go(m->current_g);
}

/* Of the same time: so did it for who stops the world, who then need not take P. That it is this
 * M's it took for granted. */
static void leave_p_to_stopper_late(struct p *p)
{
	lock_acquire(&sched->lock);
	struct g *g = sched->stop_wait_count > 0 ? syscall_hold(p) : NULL;
	if (g != NULL) {
		trace_tell(trace_hooks->proc_stop);
		p->m->p = NULL;
		p->m = NULL;
		p_stop_locked(p);
		syscall_let_go(g);
	}
	lock_release(&sched->lock);
}

static void enter(void *argument)
{
	(void)argument;
	struct m *m = m_self();
	struct g *g = m->current_g;
	struct p *p = m->p;
	if (safe_point_is_wanted(p))
		schedule_run_safe_point();
	m->syscall_tick = p->syscall_tick;
	struct trace_section section = begin(m);
	if (!DEFECT(commit_b6b72c775a) && world_is_stop_wanted())
		leave_p_to_stopper(section);
	if (!DEFECT(issue_64318))
		publish(m, p);
	/* From here on the P may be gone. */
	g_change_status(g, G_RUNNING, G_SYSCALL);
	trace_leave(section);
	if (DEFECT(issue_64318))
		run_safe_point_and_publish_late(m, p);
	if (DEFECT(commit_b6b72c775a) && world_is_stop_wanted())
		leave_p_to_stopper_late(p);
	sysmon_wake_for_syscall();
}

void syscall_enter(void)
{
	ensure(is_on_user_stack());
	sysmon_begin();
	on_system_stack(enter, NULL);
}

static void enter_without_p(struct m *m)
{
	struct trace_section section = begin(m);
	struct p *p = leave_p(section);
	g_change_status(m->current_g, G_RUNNING, G_SYSCALL);
	trace_leave(section);
	schedule_hand_off(p);
}

/* ---- Out ----------------------------------------------------------------- */

/* With another P than before: acquired without an event, since no P is acquired in a section; or
 * the same, which the trace has lost together with the foreign thread that had it: as if a thief
 * had taken it. All in one section. */
static void tell_end_with_other_p(struct p *p, bool is_as_if_stolen)
{
	struct trace_section section = trace_enter();
	if (section.is_valid) {
		if (is_as_if_stolen)
			trace_hooks->proc_steal(section, p);
		trace_hooks->proc_start(section);
		trace_hooks->go_syscall_end_blocked(section);
		trace_hooks->go_start(section);
	}
	trace_leave(section);
}

/* OLD may be with another M by now that is in a system call, too. */
static struct p *take_back(struct p *old)
{
	struct g *holder = syscall_hold(old);
	if (holder == NULL)
		return NULL;
	syscall_take_p(old, P_IDLE);
	syscall_let_go(holder);
	return old;
}

/* For the goroutine, which is running without one. OLD is the P that it had, NULL: it gave it away.
 */
static struct p *find_p(struct p *old)
{
	struct p *p = old == NULL ? NULL : take_back(old);
	if (p != NULL)
		return p;
	lock_acquire(&sched->lock);
	p = idle_p_get_locked();
	if (p != NULL)
		sysmon_wake_locked();
	lock_release(&sched->lock);
	return p;
}

/* Whether the goroutine has a P and goes on. */
static bool come_back(struct m *m)
{
	/* Waits for who holds it. */
	g_change_status(m->current_g, G_SYSCALL, G_RUNNING);
	struct p *old = m->syscall_p;
	m->syscall_p = NULL;
	if (m->p == NULL) {
		struct p *p = find_p(old);
		if (p == NULL)
			return false;
		p_wire(p);
		tell_end_with_other_p(p, false);
	} else if (m->p->syscall_tick == m->syscall_tick) {
		trace_tell(trace_hooks->go_syscall_end);
	} else {
		tell_end_with_other_p(m->p, true);
	}
	m->p->syscall_tick++;
	m->current_g->syscall_pc = 0;
	return true;
}

struct trace_section syscall_change_status(struct g *g, enum g_status from, enum g_status to)
{
	/* A trace that starts now waits until this is 0: else the change could happen in the trace
	 * and its event be missing, since the section was entered before (5.2/11). Partner:
	 * generation_open_first(). */
	atomic_u32_add(POINT_syscall_exiting, &sched->exiting_syscall_count, 1,
		       memory_order_seq_cst);
	bool has_come_back = from == G_RUNNING;
	struct trace_section section = has_come_back ? trace_enter()
						     : trace_hooks->enter_in_syscall();
	g_change_status(g, from, to);
	/* Release: a start that sees it sees the change. */
	atomic_u32_add(POINT_syscall_exiting, &sched->exiting_syscall_count, UINT32_MAX,
		       memory_order_release);
	return section;
}

/* Without a P: the goroutine becomes runnable, the M sleeps. One that is locked to the goroutine
 * sleeps in the scheduler's loop. */
static struct g *go_on_without_p(struct g *g)
{
	struct trace_section section = syscall_change_status(g, G_RUNNING, G_RUNNABLE);
	if (section.is_valid)
		trace_hooks->go_syscall_end_blocked(section);
	trace_leave(section);
	g->syscall_pc = 0;
	goroutine_drop(g);

	lock_acquire(&sched->lock);
	global_queue_push_locked(g);
	if (sched->idle_ps != NULL)
		sysmon_wake_locked();
	lock_release(&sched->lock);
	schedule_wake_p();
	if (m_self()->locked_g == NULL)
		schedule_stop_m();
	return NULL;
}

static void come_back_on_system_stack(void *argument)
{
	bool *has_p = argument;
	*has_p = come_back(m_self());
}

void syscall_exit(void)
{
	bool has_p;
	on_system_stack(come_back_on_system_stack, &has_p);
	if (!has_p)
		goroutine_call_and_leave(go_on_without_p);
}

/* ---- Both: one that is known to block ------------------------------------ */

struct sleep_request {
	struct host_note *note;
	bool has_p;
};

static void sleep_without_p(void *argument)
{
	struct sleep_request *request = argument;
	struct m *m = acquirem();
	enter_without_p(m);
	host_note_sleep(request->note, HOST_FOREVER);
	request->has_p = come_back(m);
	releasem(m);
}

void m_sleep_on_note(struct host_note *note)
{
	if (!is_on_user_stack()) {
		host_note_sleep(note, HOST_FOREVER);
		return;
	}
	struct sleep_request request = {.note = note};
	on_system_stack(sleep_without_p, &request);
	if (!request.has_p)
		goroutine_call_and_leave(go_on_without_p);
}

/* ---- Taking the P of somebody else --------------------------------------- */

/* In a system call; or a foreign thread has left it there, with its M. */
static bool try_hold(struct g *g)
{
	return g_try_set_scan(g, G_SYSCALL) ||
	       (atomic_u32_peek(&g->status) == G_DEAD_EXTRA && g_try_set_scan(g, G_DEAD_EXTRA));
}

struct g *syscall_hold(struct p *p)
{
	/* A hint: held, it is looked at again. */
	struct g *g = (struct g *)atomic_address_load(POINT_syscall_look, &p->syscall_g,
						      memory_order_relaxed);
	if (g == NULL || !try_hold(g))
		return NULL;
	if (g->m->p == p)
		return g;
	syscall_let_go(g);
	return NULL;
}

void syscall_let_go(struct g *g)
{
	uint32_t status = atomic_u32_peek(&g->status) & ~(uint32_t)G_SCAN;
	g_drop_scan(g, (enum g_status)status);
}

void syscall_take_p(struct p *p, enum p_status status)
{
	struct trace_section section = trace_enter();
	atomic_address_store(POINT_syscall_take_p, &p->syscall_g, 0, memory_order_relaxed);
	p->m->p = NULL;
	p->m = NULL;
	p->status = status;
	p->syscall_tick++;
	if (section.is_valid)
		trace_hooks->proc_steal(section, p);
	trace_leave(section);
}
