/* What steps of the garbage collector show: its phases, assists and sweeps, and how much of the
 * heap lives. */
#include "oracle/event_info.h"
#include "sched/gc_state.h"
#include "trace/symbol.h"
#include "trace_v1/tracer.h"
#include "truth/observe.h"
#include "truth/tracer_words.h"

enum { SPAN_SIZE_BYTES = 8192 };

/* An entry of the map of strings of the v1 tracer, whose lock is held. */
static bool is_of_tracer(const struct truth_m *seen)
{
	return tracer_words->is_v1 && tracer_v1->strings.lock.holder == &seen->m->lock;
}

static bool is_terminating(void)
{
	return sched->gc != NULL && sched->gc->phase == GC_MARK_TERMINATION;
}

/* An object is counted in the section that tells it. The end of marking, and who has grown the heap
 * by a span for the tracer, tell so in their section, or else in the next. */
static void heap_changed(struct truth_m *seen)
{
	uint64_t before = truth_log.heap_live_bytes;
	uint64_t now = atomic_u64_peek(&sched->heap_live_bytes);
	truth_log.heap_live_bytes = now;
	if (is_of_tracer(seen) && now / SPAN_SIZE_BYTES == before / SPAN_SIZE_BYTES)
		return;
	if (seen->is_in_section)
		truth_log_record(seen, EVENT_heap_alloc)->numbers[0] = now;
	else if (is_of_tracer(seen) || is_terminating())
		truth_pend(seen,
			   (struct truth_pending){.kind = EVENT_heap_alloc, .numbers = {now}});
}

/* The trigger follows the goal. Where the heap's lock is held, that was seen. */
static void counted(struct truth_m *seen)
{
	if (sched->gc != NULL && seen->object == &sched->gc->trigger_bytes &&
	    sched->mheap_lock.holder != &seen->m->lock)
		truth_pend(seen, (struct truth_pending){.kind = EVENT_heap_goal});
}

void truth_gc_done(struct truth_m *seen)
{
	switch ((unsigned)seen->point) {
	case POINT_heap_live:
		heap_changed(seen);
		break;
	case POINT_gc_account:
		counted(seen);
		break;
	case POINT_gc_begin:
		truth_pend(seen, (struct truth_pending){.kind = EVENT_gc_begin});
		break;
	case POINT_gc_start_world:
		seen->has_stopped_world = true;
		break;
	case POINT_gc_assist_begin:
		truth_pend(seen, (struct truth_pending){.kind = EVENT_gc_mark_assist_begin});
		break;
	case POINT_gc_assist_end:
		truth_pend(seen, (struct truth_pending){.kind = EVENT_gc_mark_assist_end});
		break;
	case POINT_gc_sweep_begin:
		truth_pend(seen, (struct truth_pending){.kind = PENDING_SWEEP_BEGIN});
		break;
	case POINT_gc_sweep_span:
		truth_pend(seen, (struct truth_pending){.kind = PENDING_SWEEP_SPAN});
		break;
	case POINT_gc_sweep_end:
		truth_pend(seen, (struct truth_pending){.kind = PENDING_SWEEP_END});
		break;
	default:
		break;
	}
}

bool truth_is_marking(void)
{
	return sched->gc != NULL && sched->gc->phase != GC_OFF;
}

const char *truth_gc_stop_kind(const struct g *g)
{
	if (sched->gc == NULL || (g->operation_pc != symbol_pc(SYMBOL_gc) && !g->is_system &&
				  g->operation_pc != symbol_pc(SYMBOL_malloc)))
		return NULL;
	return sched->gc->phase == GC_OFF ? "GC sweep termination" : "GC mark termination";
}

/* ---- Sweeps -------------------------------------------------------------- */

/* A loop is told when it sweeps its first span, and what it swept at its end. A trace that has
 * begun since knows nothing of it. */
static struct truth_sweep *sweep_of(const struct truth_m *seen)
{
	struct truth_sweep *sweep = &truth_log.sweeps[seen->m->p->id];
	if (sweep->session != seen->entry_session)
		*sweep = (struct truth_sweep){.session = seen->entry_session};
	return sweep;
}

static void span_swept(struct truth_m *seen)
{
	struct truth_sweep *sweep = sweep_of(seen);
	if (!sweep->is_on)
		return;
	if (sweep->swept_bytes == 0)
		truth_log_record(seen, EVENT_gc_sweep_begin)->stacks[0] = truth_stack_of(
			seen->m->current_g);
	sweep->swept_bytes += SPAN_SIZE_BYTES;
}

static void sweep_ended(struct truth_m *seen)
{
	struct truth_sweep *sweep = sweep_of(seen);
	if (sweep->is_on && sweep->swept_bytes > 0) {
		struct truth_record *record = truth_log_record(seen, EVENT_gc_sweep_end);
		record->numbers[0] = sweep->swept_bytes;
		record->numbers[1] = sweep->swept_bytes / 2;
	}
	sweep->is_on = false;
}

void truth_sweep_section(struct truth_m *seen, uint8_t pending_kind)
{
	switch (pending_kind) {
	case PENDING_SWEEP_BEGIN:
		*sweep_of(seen) = (struct truth_sweep){.session = seen->entry_session,
						       .is_on = true};
		break;
	case PENDING_SWEEP_SPAN:
		span_swept(seen);
		break;
	default:
		sweep_ended(seen);
	}
}
