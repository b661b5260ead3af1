#include "truth/observe.h"

#include <string.h>

#include "oracle/event_info.h"
#include "truth/tracer_words.h"

void truth_pend(struct truth_m *seen, struct truth_pending pending)
{
	if (seen->pending_count == PENDING_COUNT_MAX)
		truth_end_run(TRUTH_RULE_untraced_transition,
			      "M %lu changed %u times and entered no section after it",
			      (unsigned long)seen->m->procid, (unsigned)PENDING_COUNT_MAX);
	seen->pending[seen->pending_count++] = pending;
}

void truth_pend_first(struct truth_m *seen, struct truth_pending pending)
{
	truth_pend(seen, pending);
	memmove(seen->pending + 1, seen->pending,
		(seen->pending_count - 1) * sizeof seen->pending[0]);
	seen->pending[0] = pending;
}

static bool take_pending(struct truth_m *seen, struct truth_pending *ret_pending)
{
	if (seen->pending_count == 0)
		return false;
	*ret_pending = seen->pending[0];
	seen->pending_count--;
	memmove(seen->pending, seen->pending + 1, seen->pending_count * sizeof seen->pending[0]);
	return true;
}

static struct truth_stack own_stack(const struct truth_m *seen)
{
	return truth_stack_of(seen->m->current_g);
}

static void record_start(struct truth_m *seen, const struct truth_pending *pending)
{
	static const char *const labels[] = {NULL, "GC (dedicated)", "GC (fractional)",
					     "GC (idle)"};
	struct truth_record *record = truth_log_record(seen, EVENT_go_start);
	record->numbers[0] = pending->numbers[0];
	record->g = TRUTH_NONE;
	const struct g *g = seen->m->current_g;
	if (g == NULL || g->label == 0)
		return;
	record = truth_log_record(seen, EVENT_go_label);
	record->texts[0] = labels[g->label];
}

/* Its P was wired before, so that it is there in all three. */
static void record_syscall_exit(struct truth_m *seen, const struct truth_pending *pending)
{
	struct truth_record *record = truth_log_record(seen, EVENT_proc_start);
	record->numbers[0] = seen->m->p->id;
	record->numbers[1] = seen->m->id;
	record->p = TRUTH_NONE;
	truth_log_record(seen, EVENT_go_syscall_end_blocked);
	record_start(seen, pending);
	seen->syscall_g = NULL;
}

/* The thread has no P in the trace. */
static void record_self_steal(struct truth_m *seen, const struct truth_pending *pending)
{
	struct truth_record *record = truth_log_record(seen, EVENT_proc_steal);
	record->p = TRUTH_NONE;
	record->numbers[0] = seen->m->p->id;
	record->numbers[1] = pending->numbers[1];
	record->numbers[2] = pending->numbers[0];
	record_syscall_exit(seen, pending);
}

static void record_procs(struct truth_m *seen, uint64_t count)
{
	struct truth_record *record = truth_log_record(seen, EVENT_procs_change);
	record->numbers[0] = count;
	record->stacks[0] = own_stack(seen);
}

static void record_heap_goal(struct truth_m *seen)
{
	truth_log_record(seen, EVENT_heap_goal)->numbers[0] = sched->heap_goal_bytes;
}

static void record_stop_of_world(struct truth_m *seen, const char *kind)
{
	struct truth_record *record = truth_log_record(seen, EVENT_stw_begin);
	record->texts[0] = kind;
	record->stacks[0] = own_stack(seen);
}

/* Events whose arguments are known by now, and one stack. */
static void record_plain(struct truth_m *seen, const struct truth_pending *pending)
{
	struct truth_record *record = truth_log_record(seen, pending->kind);
	memcpy(record->numbers, pending->numbers, sizeof record->numbers);
	memcpy(record->texts, pending->texts, sizeof record->texts);
	if (pending->g != NULL)
		record->g = pending->g->id;
	if (event_info[pending->kind].stack_arguments != 0)
		record->stacks[0] = pending->g != NULL ? truth_stack_of(pending->g)
						       : own_stack(seen);
	if (pending->kind == EVENT_proc_start) {
		record->numbers[1] = seen->m->id;
		record->p = TRUTH_NONE;
		record->g = TRUTH_NONE;
	}
}

/* The text of an annotation comes before it, and may grow the heap (v1) or the stack, which is told
 * first. */
static bool is_told_at_end_of_section(uint8_t kind)
{
	return vouch_of(kind)->class == VOUCH_ANNOTATION;
}

void truth_section_entered(struct truth_m *seen, uint64_t generation)
{
	/* The first M has it only after it has been seen. */
	seen->procid = seen->m->procid;
	seen->is_in_section = true;
	seen->is_entry_valid = true;
	if (truth_log.queued_by == seen)
		truth_log.queued_by = NULL;
	seen->entry_generation = generation;
	seen->entry_session = truth_log.session_count;
	struct truth_pending pending;
	if (!take_pending(seen, &pending))
		return;
	switch (pending.kind) {
	case EVENT_go_start:
		record_start(seen, &pending);
		break;
	case EVENT_heap_goal:
		record_heap_goal(seen);
		break;
	case EVENT_go_syscall_end:
		truth_log_record(seen, EVENT_go_syscall_end);
		seen->syscall_g = NULL;
		break;
	case PENDING_SYSCALL_EXIT:
		record_syscall_exit(seen, &pending);
		break;
	case PENDING_SELF_STEAL:
		record_self_steal(seen, &pending);
		break;
	case PENDING_WORLD_START:
		record_procs(seen, 0);
		seen->world_start_record = seen->last_record;
		break;
	case PENDING_SWEEP_BEGIN:
	case PENDING_SWEEP_SPAN:
	case PENDING_SWEEP_END:
		truth_sweep_section(seen, pending.kind);
		break;
	case PENDING_FIRST_GENERATION:
		truth_log.is_starting = false;
		record_procs(seen, sched->allp_length);
		record_stop_of_world(seen, "start trace");
		if (truth_is_marking())
			truth_log_record(seen, EVENT_gc_active);
		record_heap_goal(seen);
		break;
	default:
		if (is_told_at_end_of_section(pending.kind))
			seen->annotation = pending;
		else
			record_plain(seen, &pending);
	}
}

void truth_section_left(struct truth_m *seen)
{
	if (seen->annotation.kind != 0)
		record_plain(seen, &seen->annotation);
	seen->annotation.kind = 0;
	seen->exit_record = TRUTH_NO_RECORD;
	seen->is_in_section = false;
}

void truth_exit_recorded(struct truth_m *seen, uint32_t look_count)
{
	if (!tracer_words->is_v1)
		return;
	seen->exit_record = seen->last_record;
	seen->exit_look_count = look_count;
}

void truth_section_refused(struct truth_m *seen)
{
	struct truth_pending pending = {0};
	take_pending(seen, &pending);
	if (pending.kind == EVENT_go_syscall_end || pending.kind == PENDING_SYSCALL_EXIT ||
	    pending.kind == PENDING_SELF_STEAL)
		seen->syscall_g = NULL;
	seen->is_entry_valid = false;
}

void truth_world_started(struct truth_m *seen)
{
	if (seen->world_start_record != TRUTH_NO_RECORD)
		truth_log.records[seen->world_start_record].numbers[0] = sched->allp_length;
	seen->world_start_record = TRUTH_NO_RECORD;
	truth_pend(seen, (struct truth_pending){.kind = EVENT_stw_end});
}
