/* The events of the garbage collector: the tracer's side of sched/trace_hooks.h. Source: Go's
 * traceruntime.go; format-v2.md 3, WR4, WR7, WR8. */
#include "trace_v2/events_gc.h"

#include "base/fatal.h"
#include "sched/gc_state.h"
#include "trace_v2/writer.h"

static void event(struct trace_section section, enum trace_event_type type,
		  const uint64_t *arguments, unsigned count)
{
	event_write(section, TRACE_GO_RUNNING, TRACE_PROC_RUNNING, type, arguments, count);
}

static uint64_t own_stack(struct trace_section section)
{
	return stack_put_of(g_self(), section.generation);
}

/* ---- Cycles: one counter for a whole trace (WR7) ------------------------- */

void gc_event_active_if_marking(void)
{
	if (sched->gc == NULL || sched->gc->phase == GC_OFF)
		return;
	struct trace_section section = section_enter();
	event(section, TRACE_EVENT_gc_active, (uint64_t[]){tracer->gc_sequence++}, 1);
	section_leave(section);
}

void gc_event_begin(struct trace_section section)
{
	event(section, TRACE_EVENT_gc_begin,
	      (uint64_t[]){tracer->gc_sequence++, own_stack(section)}, 2);
}

void gc_event_end(struct trace_section section)
{
	event(section, TRACE_EVENT_gc_end, (uint64_t[]){tracer->gc_sequence++}, 1);
}

/* ---- Assists ------------------------------------------------------------- */

void gc_event_assist_begin(struct trace_section section)
{
	event(section, TRACE_EVENT_gc_mark_assist_begin, (uint64_t[]){own_stack(section)}, 1);
}

void gc_event_assist_end(struct trace_section section)
{
	event(section, TRACE_EVENT_gc_mark_assist_end, NULL, 0);
}

/* ---- Sweeps: a loop is told when it sweeps its first span ---------------- */

void gc_event_sweep_begin(struct trace_section section)
{
	(void)section;
	struct trace_sweep *sweep = &m_self()->p->trace_sweep;
	if (sweep->may_sweep)
		fatal("double traceGCSweepStart");
	*sweep = (struct trace_sweep){.may_sweep = true};
}

void gc_event_sweep_span(struct trace_section section, uint64_t swept_bytes,
			 uint64_t reclaimed_bytes)
{
	struct trace_sweep *sweep = &m_self()->p->trace_sweep;
	if (!sweep->may_sweep)
		return;
	if (sweep->swept_bytes == 0) {
		event(section, TRACE_EVENT_gc_sweep_begin, (uint64_t[]){own_stack(section)}, 1);
		/* After the event: the status that may be told for it is the one before. */
		sweep->is_told = true;
	}
	sweep->swept_bytes += swept_bytes;
	sweep->reclaimed_bytes += reclaimed_bytes;
}

void gc_event_sweep_end(struct trace_section section)
{
	struct trace_sweep *sweep = &m_self()->p->trace_sweep;
	if (!sweep->may_sweep)
		fatal("missing traceGCSweepStart");
	if (sweep->is_told)
		event(section, TRACE_EVENT_gc_sweep_end,
		      (uint64_t[]){sweep->swept_bytes, sweep->reclaimed_bytes}, 2);
	*sweep = (struct trace_sweep){0};
}

void gc_event_sweeps_forget(void)
{
	struct m *m = acquirem();
	for (uint32_t i = 0; i < sched->allp_capacity; i++)
		sched->allp[i]->trace_sweep = (struct trace_sweep){0};
	releasem(m);
}

/* ---- The heap ------------------------------------------------------------ */

void gc_event_heap_goal(struct trace_section section)
{
	event(section, TRACE_EVENT_heap_goal, (uint64_t[]){sched->heap_goal_bytes}, 1);
}

void gc_event_heap_alloc(struct trace_section section, uint64_t live_bytes)
{
	event(section, TRACE_EVENT_heap_alloc, (uint64_t[]){live_bytes}, 1);
}
