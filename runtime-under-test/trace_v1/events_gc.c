/* The events of the garbage collector: the tracer's side of sched/trace_hooks.h. Source: Go 1.19's
 * trace.go; format-v1.md 2. */
#include "trace_v1/events_gc.h"

#include <string.h>

#include "base/defect.h"
#include "base/fatal.h"
#include "sched/procs.h"
#include "trace_v1/writer.h"

static void event(enum trace_v1_event_type type, const uint64_t *arguments, unsigned count)
{
	struct v1_writer writer = v1_writer_own();
	v1_writer_event(&writer, type, arguments, count);
}

/* ---- Cycles and their stops ---------------------------------------------- */

void v1_event_gc_begin(struct trace_section section)
{
	(void)section;
	event(TRACE_V1_EVENT_gc_start,
	      (uint64_t[]){tracer_v1->gc_sequence++, v1_stack_put_of(g_self())}, 2);
}

void v1_event_gc_end(struct trace_section section)
{
	(void)section;
	event(TRACE_V1_EVENT_gc_done, NULL, 0);
}

/* Before Go 1.21 only the collector's stops are told. */
void v1_event_stw_begin(struct trace_section section, const char *kind)
{
	(void)section;
	if (!world_stop_is_of_collector(kind))
		return;
	uint64_t number = strcmp(kind, "GC sweep termination") == 0 ? 1 : 0;
	event(TRACE_V1_EVENT_stw_start, (uint64_t[]){number}, 1);
}

void v1_event_stw_end(struct trace_section section, const char *kind)
{
	(void)section;
	if (DEFECT(commit_8befe0e408) || world_stop_is_of_collector(kind))
		event(TRACE_V1_EVENT_stw_done, NULL, 0);
}

/* ---- Assists ------------------------------------------------------------- */

void v1_event_assist_begin(struct trace_section section)
{
	(void)section;
	event(TRACE_V1_EVENT_gc_mark_assist_start, (uint64_t[]){v1_stack_put_of(g_self())}, 1);
}

void v1_event_assist_end(struct trace_section section)
{
	(void)section;
	event(TRACE_V1_EVENT_gc_mark_assist_done, NULL, 0);
}

/* ---- Sweeps: a loop is told when it sweeps its first span ---------------- */

void v1_event_sweep_begin(struct trace_section section)
{
	(void)section;
	struct trace_sweep *sweep = &m_self()->p->trace_sweep;
	if (sweep->may_sweep)
		fatal("double traceGCSweepStart");
	*sweep = (struct trace_sweep){.may_sweep = true};
}

void v1_event_sweep_span(struct trace_section section, uint64_t swept_bytes,
			 uint64_t reclaimed_bytes)
{
	(void)section;
	struct trace_sweep *sweep = &m_self()->p->trace_sweep;
	if (!sweep->may_sweep)
		return;
	if (!sweep->is_told)
		event(TRACE_V1_EVENT_gc_sweep_start, (uint64_t[]){v1_stack_put_of(g_self())}, 1);
	sweep->is_told = true;
	sweep->swept_bytes += swept_bytes;
	sweep->reclaimed_bytes += reclaimed_bytes;
}

void v1_event_sweep_end(struct trace_section section)
{
	(void)section;
	struct trace_sweep *sweep = &m_self()->p->trace_sweep;
	if (!sweep->may_sweep)
		fatal("missing traceGCSweepStart");
	if (sweep->is_told)
		event(TRACE_V1_EVENT_gc_sweep_done,
		      (uint64_t[]){sweep->swept_bytes, sweep->reclaimed_bytes}, 2);
	*sweep = (struct trace_sweep){0};
}

/* ---- The heap ------------------------------------------------------------ */

void v1_event_heap_goal(struct trace_section section)
{
	(void)section;
	event(TRACE_V1_EVENT_heap_goal, (uint64_t[]){sched->heap_goal_bytes}, 1);
}

void v1_event_heap_alloc(struct trace_section section, uint64_t live_bytes)
{
	(void)section;
	event(TRACE_V1_EVENT_heap_alloc, (uint64_t[]){live_bytes}, 1);
}
