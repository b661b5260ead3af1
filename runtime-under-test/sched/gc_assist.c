#include "sched/gc.h"
#include "sched/goroutine.h"
#include "sched/schedule.h"
#include "sched/trace_hooks.h"

/* A goroutine that allocates while there is marking to do has its share. From Go's gcAssistAlloc.
 */

enum { DEBT_MAX = 8 };

/* The flag is the goroutine's own, whether tracing is on or not, since a trace or generation may
 * begin in the middle; set after the begin and cleared after the end, in one section with it, so
 * that a status told for the event shows what was before it. */
static void tell_begin(struct g *g)
{
	host_yield(POINT_gc_assist_begin, g);
	struct trace_section section = trace_enter();
	if (section.is_valid)
		trace_hooks->gc_assist_begin(section);
	g->is_in_mark_assist = true;
	trace_leave(section);
}

static void tell_end(struct g *g)
{
	host_yield(POINT_gc_assist_end, g);
	struct trace_section section = trace_enter();
	if (section.is_valid)
		trace_hooks->gc_assist_end(section);
	g->is_in_mark_assist = false;
	trace_leave(section);
}

/* What workers have marked more than they had to pays debts. */
static void take_credit(struct g *g)
{
	struct atomic_u32 *credit = &sched->gc->credit;
	uint32_t have = atomic_u32_peek(credit);
	uint32_t count = have < g->assist_debt ? have : g->assist_debt;
	if (count > 0 && atomic_u32_compare_exchange(POINT_gc_account, credit, have, have - count,
						     memory_order_relaxed))
		g->assist_debt -= count;
}

/* Whether this was the last one to mark, and all is marked. */
static void mark(void *argument)
{
	bool *is_last = argument;
	struct g *g = m_self()->current_g;
	/* The look before was of a goroutine that can be preempted. */
	if (!gc_is_blackening()) {
		g->assist_debt = 0;
		return;
	}
	gc_begin_work();
	g->wait_reason = WAIT_GC_ASSIST_MARKING;
	g_change_status(g, G_RUNNING, G_WAITING);
	uint32_t done = gc_drain_units(g->assist_debt);
	g_change_status(g, G_WAITING, G_RUNNING);
	g->assist_debt -= done;
	*is_last = gc_end_work();
}

/* Waits until others have marked in its place, or nobody marks any more; false: there is credit. */
static bool wait_for_credit(struct g *g)
{
	struct gc_waiters *waiters = &sched->gc->assists;
	lock_acquire(&waiters->lock);
	/* Marking ends with the world stopped: not while this lock is held. */
	bool is_over = !gc_is_blackening();
	if (is_over || atomic_u32_peek(&sched->gc->credit) > 0) {
		lock_release(&waiters->lock);
		return is_over;
	}
	g_queue_push(&waiters->queue, g);
	goroutine_park_unlock(&waiters->lock, WAIT_GC_ASSIST);
	return true;
}

/* One attempt; whether it is done. */
static bool try_to_pay(struct g *g)
{
	bool is_last = false;
	on_system_stack(mark, &is_last);
	if (is_last)
		gc_mark_done();
	return g->assist_debt == 0 || wait_for_credit(g);
}

void gc_assist(uint32_t unit_count)
{
	struct g *g = g_self();
	g->assist_debt += unit_count;
	if (g->assist_debt > DEBT_MAX)
		g->assist_debt = DEBT_MAX;
	take_credit(g);
	if (g->assist_debt == 0)
		return;
	tell_begin(g);
	while (!try_to_pay(g)) {
		take_credit(g);
		if (g->assist_debt == 0)
			break;
	}
	tell_end(g);
}

void gc_flush_credit(void)
{
	struct gc_waiters *waiters = &sched->gc->assists;
	lock_acquire(&waiters->lock);
	struct g *g = waiters->queue.head;
	if (g != NULL && --g->assist_debt == 0)
		goroutine_ready(g_queue_pop(&waiters->queue));
	lock_release(&waiters->lock);
	if (g == NULL)
		atomic_u32_add(POINT_gc_account, &sched->gc->credit, 1, memory_order_relaxed);
}
