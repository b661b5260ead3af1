#include "trace_v2/proc_preparation.h"

#include "base/defect.h"
#include "base/fatal.h"
#include "sched/procs.h"
#include "sched/semaphore.h"
#include "trace_v2/writer.h"

enum { LOOK_AT_P_ALONE = 1, LOOK_AT_ANY_GOROUTINE = 2 }; /* settings of issue_64318 */

/* A P is in a system call when its M's goroutine is: that it still has its P does not say. */
static enum trace_proc_status status_of_own(const struct m *m)
{
	const struct g *g = m->current_g;
	if (g == NULL && DEFECT(issue_64318) == LOOK_AT_ANY_GOROUTINE)
		fatal("invalid memory address or nil pointer dereference");
	bool is_in_syscall = g != NULL && DEFECT(issue_64318) != LOOK_AT_P_ALONE &&
			     (atomic_u32_peek(&g->status) & ~(uint32_t)G_SCAN) == G_SYSCALL;
	return is_in_syscall ? TRACE_PROC_SYSCALL : TRACE_PROC_RUNNING;
}

/* The caller owns P: it runs on this M, or cannot run now. */
static void write_status(struct trace_section section, const struct p *p)
{
	struct trace_writer writer = writer_of_section(section);
	enum trace_proc_status status = TRACE_PROC_IDLE;
	if (p == m_self()->p)
		status = status_of_own(m_self());
	else if (p->status == P_RUNNING)
		status = TRACE_PROC_RUNNING;
	event_proc_status(&writer, p->id, status);
}

static void write_status_at_safe_point(struct p *p)
{
	struct trace_section section = section_enter();
	if (!section.is_valid)
		return;
	if (status_claim(&p->trace, section.generation))
		write_status(section, p);
	section_leave(section);
}

static void ready_dead_ps(uint64_t generation)
{
	for (uint32_t i = sched->allp_length; i < sched->allp_capacity; i++)
		status_ready_next(&sched->allp[i]->trace, generation);
	host_yield(POINT_advance_dead_ps_ready, sched);
}

/* ---- Go 1.26: all of it before the generation is stored, while no P can die or come back ---- */

static void nothing_at_start(struct trace_section section)
{
	(void)section;
}

static void trace_all_ps_of_generation(uint64_t generation)
{
	for_each_p(write_status_at_safe_point);
	ready_dead_ps(generation);
}

static void nothing_after_flush(uint64_t generation, bool is_stop)
{
	(void)generation;
	(void)is_stop;
}

/* ---- Up to Go 1.25: statuses at the beginning of a generation, dead Ps at its end ---- */

static void trace_all_ps_at_start(struct trace_section section)
{
	for (uint32_t i = 0; i < sched->allp_length; i++)
		if (status_claim(&sched->allp[i]->trace, section.generation))
			write_status(section, sched->allp[i]);
}

static void nothing_before_switch(uint64_t generation)
{
	(void)generation;
}

static void trace_all_ps_of_next(uint64_t generation, bool is_stop)
{
	(void)generation;
	if (is_stop)
		return;
	semaphore_acquire(&sched->world_semaphore);
	for_each_p(write_status_at_safe_point);
	semaphore_release(&sched->world_semaphore, false);
}

/* Go 1.22: the trace ends without a look at dead Ps. */
static void ready_dead_ps_unless_stopping(uint64_t generation, bool is_stop)
{
	if (is_stop)
		return;
	semaphore_acquire(&sched->world_semaphore);
	for_each_p(write_status_at_safe_point);
	ready_dead_ps(generation_next(generation));
	semaphore_release(&sched->world_semaphore, false);
}

/* Go 1.23, seed ccfcc30f: dead Ps in both modes; a P that dies later is still missed. */
static void ready_dead_ps_always(uint64_t generation, bool is_stop)
{
	struct m *m = acquirem();
	ready_dead_ps(generation_next(generation));
	releasem(m);
	trace_all_ps_of_next(generation, is_stop);
}

/* The same, had it been right: a P that has come since has no status yet. Between an M's event and
 * its look for a safe point, where issue 64318 is, the generation can change, then ask. */
static void trace_ps_that_came_since(uint64_t generation)
{
	bool is_one_untraced = false;
	for (uint32_t i = 0; i < sched->allp_length; i++)
		is_one_untraced |= !status_was_traced(&sched->allp[i]->trace, generation);
	if (is_one_untraced)
		for_each_p(write_status_at_safe_point);
	ready_dead_ps(generation);
}

const struct proc_preparation *proc_preparation(void)
{
	static const struct proc_preparation in_time = {
		trace_all_ps_at_start,
		trace_ps_that_came_since,
		trace_all_ps_of_next,
	};
	static const struct proc_preparation ways[] = {
		{nothing_at_start, trace_all_ps_of_generation, nothing_after_flush},
		{trace_all_ps_at_start, nothing_before_switch, ready_dead_ps_unless_stopping},
		{trace_all_ps_at_start, nothing_before_switch, ready_dead_ps_always},
	};
	return DEFECT(issue_64318) ? &in_time : &ways[DEFECT(issue_65318)];
}
