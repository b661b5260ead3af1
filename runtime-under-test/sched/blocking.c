#include "sched/blocking.h"

#include "base/fatal.h"
#include "sched/goroutine.h"
#include "sched/procs.h"
#include "sched/schedule.h"
#include "sched/trace_hooks.h"

/* ---- In: the event, then the P, then the status, in one section ---------- */

static void give_p_away(struct m *m)
{
	struct g *g = m->current_g;
	g->syscall_pc = g->operation_pc;
	struct trace_section section = trace_enter();
	if (section.is_valid)
		trace_hooks->go_syscall_begin(section);
	struct p *p = p_release();
	g_change_status(g, G_RUNNING, G_SYSCALL);
	trace_leave(section);
	schedule_hand_off(p);
}

/* ---- Out ----------------------------------------------------------------- */

/* Takes an idle P for the goroutine, which is running without one. */
static bool take_p(struct m *m)
{
	lock_acquire(&sched->lock);
	struct p *p = idle_p_get_locked();
	lock_release(&sched->lock);
	if (p == NULL)
		return false;
	p_wire(p);
	struct trace_section section = trace_enter();
	if (section.is_valid) {
		trace_hooks->proc_start(section);
		trace_hooks->go_syscall_end_blocked(section);
		trace_hooks->go_start(section);
	}
	trace_leave(section);
	m->current_g->syscall_pc = 0;
	return true;
}

struct trace_section blocking_make_runnable(struct g *g)
{
	/* A trace that starts now waits until this is 0: else the change could happen in the trace
	 * and its event be missing, since the section was entered before (5.2/11). Partner:
	 * generation_open_first(). */
	atomic_u32_add(POINT_syscall_exiting, &sched->exiting_syscall_count, 1,
		       memory_order_seq_cst);
	struct trace_section section = trace_enter();
	g_change_status(g, G_RUNNING, G_RUNNABLE);
	/* Release: a start that sees it sees the change. */
	atomic_u32_add(POINT_syscall_exiting, &sched->exiting_syscall_count, UINT32_MAX,
		       memory_order_release);
	return section;
}

/* Without a P: the goroutine becomes runnable, the M sleeps. One that is locked to the goroutine
 * sleeps in the scheduler's loop. */
static struct g *go_on_without_p(struct g *g)
{
	struct trace_section section = blocking_make_runnable(g);
	if (section.is_valid)
		trace_hooks->go_syscall_end_blocked(section);
	trace_leave(section);
	g->syscall_pc = 0;
	goroutine_drop(g);

	lock_acquire(&sched->lock);
	global_queue_push_locked(g);
	lock_release(&sched->lock);
	schedule_wake_p();
	if (m_self()->locked_g == NULL)
		schedule_stop_m();
	return NULL;
}

/* ---- Both ---------------------------------------------------------------- */

struct sleep_request {
	struct host_note *note;
	bool has_p; /* it goes on at once */
};

static void sleep_without_p(void *argument)
{
	struct sleep_request *request = argument;
	struct m *m = acquirem();
	give_p_away(m);
	host_note_sleep(request->note, HOST_FOREVER);
	/* Waits for who holds the scan bit. */
	g_change_status(m->current_g, G_SYSCALL, G_RUNNING);
	request->has_p = take_p(m);
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
