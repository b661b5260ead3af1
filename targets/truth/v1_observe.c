/* What steps at the v1 tracer's own points show: a trace's start and stop, sections, and what is
 * written while they last. */
#include <stddef.h>

#include "base/fatal.h"
#include "oracle/event_info.h"
#include "trace_v1/tracer.h"
#include "truth/observe.h"
#include "truth/tracer_words.h"

static uint64_t last_time(void)
{
	return sim_thread_last_tick_ns() / V1_CLOCK_UNIT_NS;
}

static struct truth_session *newest_session(void)
{
	ensure(truth_log.session_count > 0);
	return &truth_log.sessions[truth_log.session_count - 1];
}

/* ---- Invariants ---------------------------------------------------------- */

static bool holds(const struct truth_m *seen, const struct lock *lock)
{
	return lock->holder == &seen->m->lock;
}

void truth_v1_check_section(const struct truth_m *seen, enum point next)
{
	/* One in which nothing is done is left already. */
	bool is_inside = tracer_words->generation() != 0 && next != POINT_section_leave;
	if (seen->is_in_section || (seen->m->trace_v1.section_depth != 0) != is_inside)
		truth_end_run(TRUTH_RULE_section_flag, "M %lu enters a section",
			      (unsigned long)seen->m->procid);
}

static void check_buffer_lock(const struct truth_m *seen)
{
	if (seen->m->p == NULL && !holds(seen, &tracer_v1->buffer_lock))
		truth_end_run(TRUTH_RULE_buffer_lock, "M %lu enters a section",
			      (unsigned long)seen->m->procid);
}

static void check_world_is_stopped(const struct truth_m *seen)
{
	bool is_stopped = atomic_u32_peek(&sched->is_stop_wanted) != 0;
	for (uint32_t i = 0; i < sched->allp_length; i++)
		is_stopped &= sched->allp[i]->status == P_GCSTOP;
	if (!is_stopped || !holds(seen, &sched->sysmon_lock) ||
	    !holds(seen, &tracer_v1->buffer_lock))
		truth_end_run(TRUTH_RULE_switch, "M %lu stores it while %s",
			      (unsigned long)seen->m->procid,
			      is_stopped ? "a lock is free" : "the world runs");
}

static void check_switch(void)
{
	if (atomic_u32_peek(&tracer_v1->is_enabled) != 0 &&
	    atomic_u32_peek(&tracer_v1->is_shutting_down) != 0)
		truth_end_run(TRUTH_RULE_switch, "a trace is on and shutting down");
}

static void check_dead_ps(void)
{
	for (uint32_t i = sched->allp_length; i < sched->allp_capacity; i++)
		if (sched->allp[i]->trace_v1.buffer != NULL)
			truth_end_run(TRUTH_RULE_dead_p, "P %u has one", sched->allp[i]->id);
}

/* ---- Start and stop ------------------------------------------------------ */

static void begin_session(struct truth_m *seen)
{
	truth_log.is_v1_on = true;
	truth_log_session(seen, V1_GENERATION);
	struct truth_session *session = newest_session();
	session->m_id = seen->m->id;
	session->g = seen->m->current_g->id;
	session->stack = truth_stack_of(seen->m->current_g);
}

/* The walk's look at a goroutine, with what it found there. The first one begins the trace. */
static void looked_at(struct truth_m *seen)
{
	if (!truth_log.is_v1_on)
		begin_session(seen);
	const struct atomic_u32 *word = seen->object;
	const struct g *g = (const struct g *)(const void *)((const char *)word -
							     offsetof(struct g, status));
	uint32_t status = atomic_u32_peek(word) & ~(uint32_t)G_SCAN;
	if (status == G_DEAD)
		return;
	struct truth_log *log = &truth_log;
	uint32_t index = truth_log_add(&log->snapshot_count, TRUTH_SNAPSHOT_COUNT_MAX);
	struct truth_stack stack = {0};
	truth_stack_add(&stack, g->entry_pc);
	log->snapshots[index] = (struct truth_snapshot){
		.id = g->id, .m = TRUTH_NONE, .status = status, .stack = stack};
	newest_session()->snapshot_count++;
}

/* The first look at the clock of who starts it. */
static void first_told(const struct truth_m *seen)
{
	if (!truth_log.is_v1_on)
		return;
	struct truth_session *session = newest_session();
	if (session->first_time == 0 && session->m_id == seen->m->id)
		session->first_time = last_time();
}

/* The goroutine that stops the trace is told to go on later. */
static void stopping(struct truth_m *seen)
{
	struct truth_record *record = truth_log_record(seen, EVENT_go_stop);
	record->session = truth_log.session_count;
	record->generation = V1_GENERATION;
	record->texts[0] = "runtime.Gosched";
	record->stacks[0] = truth_stack_of(seen->m->current_g);
	truth_log.is_v1_on = false;
}

/* ---- In a section -------------------------------------------------------- */

/* For the begin of a batch: with the buffer's replacement, or in the one that is there. */
static bool begins_batch(const struct truth_m *seen)
{
	const struct p *p = seen->m->p;
	return holds(seen, &tracer_v1->lock) ||
	       (p != NULL && p->trace_v1.buffer != NULL && p->trace_v1.buffer->position == 0);
}

/* Of the looks that an M on its way out of a system call takes at the clock, one is kept. */
static void looks_at_clock(struct truth_m *seen)
{
	if (seen->exit_record != TRUTH_NO_RECORD && !begins_batch(seen))
		seen->exit_look_count--;
}

static void looked_at_clock(struct truth_m *seen)
{
	if (seen->exit_record == TRUTH_NO_RECORD || seen->exit_look_count > 0)
		return;
	truth_log.records[seen->exit_record].numbers[0] = last_time();
	seen->exit_record = TRUTH_NO_RECORD;
}

/* Who gives its P up, under the scheduler's lock, has looked for the reader before it writes that,
 * and what it writes may fill a buffer: that one is found when somebody has a P again
 * (algorithms.md 3.5, 3.6). Who gives its P to another M looks afterwards, and who gets one
 * looks, but finds what it can see: not a store that is still on its way. */
void truth_v1_p_changed(const struct truth_m *seen)
{
	struct truth_log *log = &truth_log;
	bool has_queued = log->queued_by == seen && holds(seen, &sched->lock);
	if (seen->m->p == NULL)
		log->is_queued_at_give_up |= has_queued;
	else if (log->is_queued_at_give_up && atomic_address_peek(&tracer_v1->full_head) != 0)
		log->is_queued_at_give_up = false;
}

/* ---- Steps --------------------------------------------------------------- */

void truth_v1_done(struct truth_m *seen)
{
	switch ((unsigned)seen->point) {
	case POINT_start_look_at_goroutine:
		looked_at(seen);
		break;
	case POINT_start_on:
	case POINT_stop_shutting_down:
		if (tracer_words->is_v1)
			check_switch();
		break;
	case POINT_host_nanotime:
		first_told(seen);
		looked_at_clock(seen);
		break;
	default:
		break;
	}
}

void truth_v1_announced(struct truth_m *seen, enum point point)
{
	switch ((unsigned)point) {
	case POINT_section_look_on:
		check_buffer_lock(seen);
		truth_see_syscall(seen);
		break;
	case POINT_host_nanotime:
		looks_at_clock(seen);
		break;
	case POINT_section_leave:
		truth_section_left(seen);
		break;
	case POINT_start_on:
		check_world_is_stopped(seen);
		newest_session()->start_time = last_time();
		break;
	case POINT_stop_off:
		check_world_is_stopped(seen);
		stopping(seen);
		break;
	case POINT_flush_queue:
		truth_log.queued_by = seen;
		truth_log.is_queued_at_give_up = false;
		break;
	case POINT_stop_clear:
		if (tracer_words->is_v1)
			check_dead_ps();
		break;
	default:
		break;
	}
}
