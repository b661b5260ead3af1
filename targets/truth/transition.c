/* What a changed status or P means. The transitions are those of algorithms.md 8 and 16.8. */
#include "oracle/event_info.h"
#include "trace/symbol.h"
#include "truth/observe.h"
#include "truth/tracer_words.h"

enum { PAIR_SHIFT = 4 };

#define PAIR(from, to) ((unsigned)(from) << PAIR_SHIFT | (unsigned)(to))

/* As a trace has them. */
static const char *block_reason_of(enum wait_reason reason)
{
	switch (reason) {
	case WAIT_SEMAPHORE:
		return "sync";
	case WAIT_CHANNEL_RECEIVE:
		return "chan receive";
	case WAIT_SLEEP:
		return "sleep";
	case WAIT_TRACE_READER:
	case WAIT_SYSTEM:
		return "system goroutine wait";
	case WAIT_PREEMPTED:
		return "preempted";
	case WAIT_NETWORK:
		return "network";
	case WAIT_GC_ASSIST:
		return "GC mark assist wait for work";
	case WAIT_GC_SWEEP:
		return "GC background sweeper wait";
	case WAIT_GC_CYCLE:
		return "wait until GC ends";
	default:
		return "unspecified";
	}
}

/* Only who asks for it yields; all others that stop are made to. */
static const char *stop_reason_of(const struct g *g)
{
	return g->is_yielding ? "runtime.Gosched" : "preempted";
}

/* Why the world is stopped; NULL: nothing that stops it. */
static const char *stop_kind_of(const struct g *g)
{
	if (g->operation_pc == symbol_pc(SYMBOL_start_trace))
		return "start trace";
	if (g->operation_pc == symbol_pc(SYMBOL_stop_trace))
		return "stop trace";
	if (g->operation_pc == symbol_pc(SYMBOL_gomaxprocs))
		return "GOMAXPROCS";
	if (g->operation_pc == symbol_pc(SYMBOL_read_mem_stats))
		return "read mem stats";
	if (g->operation_pc == symbol_pc(SYMBOL_goroutine_profile))
		return sched->is_goroutine_profile_on ? "goroutine profile cleanup"
						      : "goroutine profile";
	return truth_gc_stop_kind(g);
}

/* A record of a transition whose event is in the same section; NULL while tracing is off. */
static struct truth_record *record_in_section(struct truth_m *seen, const struct g *g, uint8_t type)
{
	if (seen->is_in_section)
		return truth_log_record(seen, type);
	if (tracer_words->generation() != 0)
		truth_end_run(TRUTH_RULE_untraced_transition,
			      "%s of goroutine %lu on M %lu, in no section", event_info[type].name,
			      (unsigned long)g->id, (unsigned long)seen->m->procid);
	return NULL;
}

static void created(struct truth_m *seen, struct truth_g *known, const struct g *g, uint8_t type)
{
	known->id = g->id;
	struct truth_record *record = record_in_section(seen, g, type);
	if (record == NULL)
		return;
	record->numbers[0] = g->id;
	record->stacks[0] = truth_stack_of(g);
	record->stacks[1] = truth_stack_of(seen->m->current_g);
}

/* The trace is starting, and waits for this change: the session's snapshot is as after it. That of
 * G, or NULL. */
static struct truth_snapshot *snapshot_of(const struct g *g)
{
	struct truth_log *log = &truth_log;
	const struct truth_session *session = &log->sessions[log->session_count - 1];
	for (uint32_t i = 0; i < session->snapshot_count; i++) {
		struct truth_snapshot *snapshot = &log->snapshots[session->first_snapshot + i];
		if (snapshot->id == g->id)
			return snapshot;
	}
	return NULL;
}

static void correct_snapshot(const struct g *g, uint32_t status)
{
	struct truth_snapshot *snapshot = snapshot_of(g);
	if (snapshot == NULL)
		return;
	snapshot->status = status;
	snapshot->m = TRUTH_NONE;
}

/* One that has been lent and given back since the snapshot was taken is in it already. */
static void add_to_snapshot(const struct truth_m *seen, const struct g *g)
{
	struct truth_log *log = &truth_log;
	struct truth_snapshot *snapshot = snapshot_of(g);
	if (snapshot == NULL) {
		uint32_t index = truth_log_add(&log->snapshot_count, TRUTH_SNAPSHOT_COUNT_MAX);
		snapshot = &log->snapshots[index];
		log->sessions[log->session_count - 1].snapshot_count++;
	}
	*snapshot = (struct truth_snapshot){
		.id = g->id, .m = seen->m->procid, .status = G_SYSCALL, .stack = truth_stack_of(g)};
}

/* SEEN has looked whether tracing is on before the trace began. A v1 trace tells the goroutine as
 * it was found, and when it starts again. */
static bool is_before_the_trace(const struct truth_m *seen)
{
	return tracer_words->is_v1 ? !seen->is_entry_valid : truth_log.is_starting;
}

/* Out of a system call, without a P. */
static void left_syscall(struct truth_m *seen, const struct g *g)
{
	seen->syscall_g = NULL;
	if (!seen->is_in_section && is_before_the_trace(seen)) {
		if (!tracer_words->is_v1)
			correct_snapshot(g, G_RUNNABLE);
	} else if (record_in_section(seen, g, EVENT_go_syscall_end_blocked) != NULL) {
		truth_exit_recorded(seen, 1);
	}
}

/* A foreign thread has an M: to a trace a new goroutine, in a system call, on a thread that has no
 * P. */
static void lent(struct truth_m *seen, struct truth_g *known, const struct g *g)
{
	known->is_lent = true;
	if (tracer_words->is_v1)
		return;
	seen->procid = seen->m->procid;
	if (!seen->is_in_section && is_before_the_trace(seen)) {
		add_to_snapshot(seen, g);
		return;
	}
	struct truth_record *record = record_in_section(seen, g, EVENT_go_create_syscall);
	if (record == NULL)
		return;
	record->numbers[0] = g->id;
	record->stacks[0] = truth_stack_of(g);
	record->p = TRUTH_NONE;
	record->g = TRUTH_NONE;
}

static void given_back(struct truth_m *seen, const struct g *g)
{
	if (tracer_words->is_v1)
		return;
	if (!seen->is_in_section && is_before_the_trace(seen))
		correct_snapshot(g, G_DEAD);
	else
		record_in_section(seen, g, EVENT_go_destroy_syscall);
}

/* The goroutine of an extra M. v1 tells of it at once, as being in a system call. */
static void made_extra(struct truth_m *seen, struct truth_g *known, const struct g *g)
{
	known->id = g->id;
	if (!tracer_words->is_v1)
		return;
	struct truth_record *record = record_in_section(seen, g, EVENT_go_create_syscall);
	if (record == NULL)
		return;
	record->numbers[0] = g->id;
	struct truth_stack entry = {0};
	truth_stack_add(&entry, g->entry_pc);
	record->stacks[0] = entry;
	record->stacks[1] = truth_stack_of(seen->m->current_g);
}

static void entered_syscall(const struct truth_m *seen)
{
	const struct p *p = seen->m->p;
	if (p != NULL)
		truth_log.syscalls[p->id] = (struct truth_syscall){.m = seen->m,
								   .procid = seen->m->procid};
}

/* Told when it has another P, or gives its M up. What a foreign thread finds on its M is to a trace
 * the P of the thread before. */
static void came_back(struct truth_m *seen, struct truth_g *known)
{
	const struct p *p = seen->m->p;
	bool is_lent = known->is_lent;
	known->is_lent = false;
	if (p == NULL)
		return;
	if (!is_lent) {
		truth_pend(seen, (struct truth_pending){.kind = EVENT_go_syscall_end});
		return;
	}
	truth_pend(seen, (struct truth_pending){
				 .kind = PENDING_SELF_STEAL,
				 .numbers = {known->id, truth_log.syscalls[p->id].procid}});
}

void truth_see_syscall(struct truth_m *seen)
{
	const struct g *g = seen->m->current_g;
	if (g == NULL || g->syscall_pc == 0) {
		seen->syscall_g = NULL;
	} else if (seen->syscall_g != g) {
		seen->syscall_g = g;
		truth_pend(seen, (struct truth_pending){.kind = EVENT_go_syscall_begin});
	}
}

static void stopped(struct truth_m *seen, const struct g *g)
{
	if (g->syscall_pc != 0) {
		left_syscall(seen, g);
		return;
	}
	struct truth_record *record = record_in_section(seen, g, EVENT_go_stop);
	if (record == NULL)
		return;
	record->texts[0] = stop_reason_of(g);
	record->stacks[0] = truth_stack_of(g);
}

/* Its M goes on running for it; to a trace, so does the goroutine. */
static void stops_the_world(struct truth_m *seen, const struct g *g)
{
	const char *kind = stop_kind_of(g);
	if (kind == NULL)
		truth_end_run(TRUTH_RULE_stw, "goroutine %lu stops the world for no reason",
			      (unsigned long)g->id);
	struct truth_record *record = record_in_section(seen, g, EVENT_stw_begin);
	if (record == NULL)
		return;
	record->texts[0] = kind;
	record->stacks[0] = truth_stack_of(g);
}

/* Another goroutine goes on in its place: told when that runs. */
static void leaves(struct truth_m *seen, const struct g *g, uint8_t type)
{
	seen->switched_from = g;
	seen->switch_type = type;
}

static void switched_to(struct truth_m *seen, const struct g *g)
{
	const struct g *from = seen->switched_from;
	seen->switched_from = NULL;
	if (from == NULL)
		truth_end_run(TRUTH_RULE_status_change,
			      "goroutine %lu is switched to, from no other", (unsigned long)g->id);
	struct truth_record *record = record_in_section(seen, g, seen->switch_type);
	if (record == NULL)
		return;
	record->g = from->id;
	record->numbers[0] = g->id;
	record->stacks[0] = truth_stack_of(from);
}

static void blocked(struct truth_m *seen, const struct g *g)
{
	if (g->wait_reason == WAIT_COROUTINE) {
		leaves(seen, g, EVENT_go_switch);
		return;
	}
	if (g->wait_reason == WAIT_STOPPING_THE_WORLD)
		stops_the_world(seen, g);
	if (g->wait_reason >= WAIT_STOPPING_THE_WORLD)
		return;
	struct truth_record *record = record_in_section(seen, g, EVENT_go_block);
	if (record == NULL)
		return;
	record->texts[0] = block_reason_of(g->wait_reason);
	record->stacks[0] = truth_stack_of(g);
}

static void unblocked(struct truth_m *seen, const struct g *g)
{
	if (tracer_words->reader() == g)
		truth_end_run(TRUTH_RULE_reader_waits,
			      "goroutine %lu is made runnable and stays in the reader's slot",
			      (unsigned long)g->id);
	struct truth_record *record = record_in_section(seen, g, EVENT_go_unblock);
	if (record == NULL)
		return;
	record->numbers[0] = g->id;
	record->stacks[0] = truth_stack_of(seen->m->current_g);
}

/* Its event was in the section before, unless it leaves its M to another. One that has waited in a
 * coro once looks as if it did. */
static void destroyed(struct truth_m *seen, const struct g *g)
{
	if (g->wait_reason == WAIT_COROUTINE)
		leaves(seen, g, EVENT_go_switch_destroy);
	if (!seen->is_in_section && seen->is_entry_valid)
		truth_log_record(seen, EVENT_go_destroy)->g = g->id;
}

static void went_on(struct truth_m *seen, const struct g *g)
{
	if (g->wait_reason == WAIT_GARBAGE_COLLECTION)
		truth_pend(seen, (struct truth_pending){.kind = EVENT_gc_end});
	/* The collector does more before it starts the world again. */
	if (g->wait_reason == WAIT_COROUTINE)
		switched_to(seen, g);
	else if (g->wait_reason == WAIT_STOPPING_THE_WORLD)
		seen->has_stopped_world = truth_gc_stop_kind(g) == NULL;
	else if (g->wait_reason < WAIT_STOPPING_THE_WORLD)
		truth_end_run(TRUTH_RULE_status_change, "goroutine %lu runs without being runnable",
			      (unsigned long)g->id);
}

void truth_status_seen(struct truth_m *seen, const struct g *g)
{
	struct truth_g *known = truth_log_g(g);
	uint32_t before = known->status;
	uint32_t now = atomic_u32_peek(&g->status) & ~(uint32_t)G_SCAN;
	if (now == before)
		return;
	known->status = now;
	switch (PAIR(before, now)) {
	case PAIR(G_DEAD, G_RUNNABLE):
		created(seen, known, g, EVENT_go_create);
		break;
	case PAIR(G_DEAD, G_WAITING):
		created(seen, known, g, EVENT_go_create_blocked);
		break;
	case PAIR(G_RUNNABLE, G_RUNNING):
		truth_pend(seen,
			   (struct truth_pending){.kind = EVENT_go_start, .numbers = {g->id}});
		break;
	case PAIR(G_RUNNING, G_RUNNABLE):
		stopped(seen, g);
		break;
	case PAIR(G_RUNNING, G_WAITING):
		blocked(seen, g);
		break;
	case PAIR(G_RUNNING, G_SYSCALL):
		entered_syscall(seen);
		break;
	case PAIR(G_SYSCALL, G_RUNNING):
		came_back(seen, known);
		break;
	case PAIR(G_DEAD, G_DEAD_EXTRA):
		made_extra(seen, known, g);
		break;
	case PAIR(G_DEAD_EXTRA, G_SYSCALL):
		lent(seen, known, g);
		break;
	case PAIR(G_SYSCALL, G_DEAD_EXTRA):
		given_back(seen, g);
		break;
	case PAIR(G_WAITING, G_RUNNING):
		went_on(seen, g);
		break;
	case PAIR(G_RUNNING, G_PREEMPTED):
		truth_pend(seen, (struct truth_pending){
					 .kind = EVENT_go_block, .texts = {"preempted"}, .g = g});
		break;
	case PAIR(G_PREEMPTED, G_WAITING):
		break;
	case PAIR(G_WAITING, G_RUNNABLE):
		unblocked(seen, g);
		break;
	case PAIR(G_RUNNING, G_DEAD):
		destroyed(seen, g);
		break;
	default:
		truth_end_run(TRUTH_RULE_status_change, "goroutine %lu went from status %u to %u",
			      (unsigned long)g->id, before, now);
	}
}

/* Its P dies under a goroutine that runs on: the trace has it stopped, and started again on the
 * other P. */
static void moved(struct truth_m *seen, uint64_t old_p)
{
	const struct g *g = seen->m->current_g;
	if (g == NULL || !seen->is_entry_valid)
		return;
	struct truth_record *record = truth_log_record(seen, EVENT_go_stop);
	record->p = old_p;
	record->texts[0] = "runtime.Gosched";
	record->stacks[0] = truth_stack_of(g);
}

static void forget_p(const struct p *p)
{
	for (uint32_t i = 0; i < truth_log.m_count; i++)
		if (truth_log.ms[i].p == p)
			truth_log.ms[i].p = NULL;
}

static bool is_held_in_syscall(const struct g *g)
{
	if (g == NULL)
		return false;
	uint32_t status = atomic_u32_peek(&g->status);
	return status == ((uint32_t)G_SYSCALL | G_SCAN) ||
	       status == ((uint32_t)G_DEAD_EXTRA | G_SCAN);
}

void truth_p_taken(struct truth_m *seen, const struct p *p)
{
	const struct truth_syscall *victim = &truth_log.syscalls[p->id];
	if (victim->m == NULL || victim->m->p != NULL || !is_held_in_syscall(victim->m->current_g))
		truth_end_run(TRUTH_RULE_steal, "M %lu takes P %u", (unsigned long)seen->m->procid,
			      p->id);
	forget_p(p);
	const struct g *g = victim->m->current_g;
	struct truth_record *record = record_in_section(seen, g, EVENT_proc_steal);
	if (record == NULL)
		return;
	record->numbers[0] = p->id;
	record->numbers[1] = victim->procid;
	record->numbers[2] = g->id;
}

static bool is_in_syscall(const struct truth_m *seen)
{
	return seen->m->current_g != NULL && seen->m->current_g->syscall_pc != 0;
}

void truth_p_changed(struct truth_m *seen)
{
	const struct p *old = seen->p;
	const struct p *new = seen->m->p;
	seen->p = new;
	truth_v1_p_changed(seen);
	if (old != NULL) {
		if (new != NULL)
			moved(seen, old->id);
		if (seen->is_entry_valid) {
			struct truth_record *record = truth_log_record(seen, EVENT_proc_stop);
			record->p = old->id;
			record->g = is_in_syscall(seen) ? seen->m->current_g->id : TRUTH_NONE;
		}
	}
	if (new == NULL)
		return;
	truth_check_proc_taken(seen);
	if (is_in_syscall(seen)) {
		truth_pend(seen, (struct truth_pending){.kind = PENDING_SYSCALL_EXIT,
							.numbers = {seen->m->current_g->id}});
		return;
	}
	truth_pend(seen, (struct truth_pending){.kind = EVENT_proc_start, .numbers = {new->id}});
	if (old != NULL && seen->m->current_g != NULL)
		truth_pend(seen, (struct truth_pending){.kind = EVENT_go_start,
							.numbers = {seen->m->current_g->id}});
}
