/* Replays the records of a session that the trace had: what state everything is in at each place,
 * and in which order. */
#include <string.h>

#include "oracle/grow.h"
#include "trace/tracer_kind.h"
#include "truth/judge.h"

/* As on the wire. */
enum { WIRE_RUNNABLE = 1, WIRE_RUNNING = 2, WIRE_SYSCALL = 3, WIRE_WAITING = 4 };
enum {
	WIRE_PROC_RUNNING = 1,
	WIRE_PROC_IDLE = 2,
	WIRE_PROC_SYSCALL = 3,
	WIRE_PROC_SYSCALL_ABANDONED = 4,
};

static struct judged_g *g_slot(uint64_t id)
{
	uint32_t old_capacity = judge.g_capacity;
	if (id >= judge.g_capacity) {
		judge.gs = grow(judge.gs, &judge.g_capacity, (uint32_t)id + 1, sizeof judge.gs[0]);
		memset(judge.gs + old_capacity, 0,
		       (judge.g_capacity - old_capacity) * sizeof judge.gs[0]);
	}
	return &judge.gs[id];
}

struct judged_g *judge_g(uint64_t id)
{
	if (id >= judge.g_capacity || judge.gs[id].file != judge.file)
		return NULL;
	struct judged_g *g = &judge.gs[id];
	return g->status == G_DEAD ? NULL : g;
}

static struct judged_g *g_begin(uint64_t id, uint32_t status)
{
	struct judged_g *g = g_slot(id);
	uint32_t index = GROW_ONE(judge.alive, judge.alive_count, judge.alive_capacity);
	judge.alive[index] = id;
	*g = (struct judged_g){
		.file = judge.file, .status = status, .m = TRUTH_NONE, .alive_index = index};
	return g;
}

static void g_end(struct judged_g *g)
{
	uint64_t moved = judge.alive[--judge.alive_count];
	judge.alive[g->alive_index] = moved;
	judge.gs[moved].alive_index = g->alive_index;
	g->status = G_DEAD;
}

void judge_state_begin(void)
{
	/* Files of another run count from 1 again. */
	if (judge.file == 1 && judge.gs != NULL)
		memset(judge.gs, 0, judge.g_capacity * sizeof judge.gs[0]);
	judge.alive_count = 0;
	memset(judge.ps, 0, sizeof judge.ps);
	const struct truth_session *session = judge.log;
	for (uint32_t i = 0; i < session->snapshot_count; i++) {
		const struct truth_snapshot *snapshot =
			&truth_log.snapshots[session->first_snapshot + i];
		if (snapshot->status == G_DEAD)
			continue;
		struct judged_g *g = g_begin(snapshot->id, snapshot->status);
		g->stack = snapshot->stack;
		g->m = snapshot->m;
		g->is_assisting = snapshot->is_in_mark_assist;
	}
	if (session->running_p < P_COUNT_MAX)
		judge.ps[session->running_p].status = WIRE_PROC_RUNNING;
}

/* ---- Records ------------------------------------------------------------- */

static uint32_t place_of(const struct truth_record *record)
{
	return (uint32_t)(record - truth_log.records) + 1;
}

static void check_order(uint32_t *last, const struct truth_record *record,
			const struct oracle_event *event, const char *what, uint64_t id)
{
	if (event != NULL && place_of(record) <= *last) {
		char before[160];
		truth_record_text(&truth_log.records[*last - 1], before, sizeof before);
		judge_fault(TRUTH_RULE_order, event->type, event, "%s %lu: %s happened later", what,
			    (unsigned long)id, before);
	}
	*last = place_of(record);
}

/* A goroutine's first record in a generation comes after its status there. */
static void check_has_status(const struct judged_g *g, uint64_t id,
			     const struct oracle_event *event)
{
	if (event != NULL && g->status_generation != event->generation)
		judge_fault(TRUTH_RULE_status_missing, EVENT_go_status, event,
			    "goroutine %lu has none before this event", (unsigned long)id);
}

static void fault_not_alive(uint64_t id, const struct oracle_event *event)
{
	if (event != NULL)
		judge_fault(TRUTH_RULE_order, event->type, event, "goroutine %lu is not alive here",
			    (unsigned long)id);
}

/* Its thread ends, or is another one's: the P that it left belongs to nobody. */
static void abandon_ps_of(uint64_t m)
{
	for (unsigned i = 0; i < P_COUNT_MAX; i++)
		if (judge.ps[i].status == WIRE_PROC_SYSCALL && judge.ps[i].m == m)
			judge.ps[i].m = TRUTH_NONE;
}

static void apply_own(const struct truth_record *record, struct judged_g *g)
{
	switch (record->type) {
	case EVENT_go_stop:
		g->status = G_RUNNABLE;
		g->m = TRUTH_NONE;
		g->stack = record->stacks[0];
		break;
	case EVENT_go_block:
	case EVENT_go_switch:
		g->status = G_WAITING;
		g->m = TRUTH_NONE;
		g->stack = record->stacks[0];
		break;
	case EVENT_go_syscall_begin:
		g->status = G_SYSCALL;
		g->stack = record->stacks[0];
		break;
	case EVENT_go_syscall_end:
		g->status = G_RUNNING;
		break;
	case EVENT_go_syscall_end_blocked:
		g->status = G_RUNNABLE;
		g->m = TRUTH_NONE;
		break;
	case EVENT_go_destroy:
	case EVENT_go_switch_destroy:
		g_end(g);
		break;
	case EVENT_go_destroy_syscall:
		abandon_ps_of(g->m);
		g_end(g);
		break;
	default:
		break;
	}
}

static bool is_creation(const struct truth_record *record)
{
	return record->type == EVENT_go_create || record->type == EVENT_go_create_blocked;
}

/* Of the goroutine that the record is about, beside that which runs. */
static uint32_t target_status(const struct truth_record *record)
{
	switch (record->type) {
	case EVENT_go_start:
	case EVENT_go_switch:
	case EVENT_go_switch_destroy:
		return G_RUNNING;
	case EVENT_go_create_blocked:
		return G_WAITING;
	default:
		return G_RUNNABLE;
	}
}

static void apply_target(const struct truth_record *record, const struct oracle_event *event)
{
	uint64_t id = record->numbers[0];
	struct judged_g *g = judge_g(id);
	if (is_creation(record)) {
		g = g_begin(id, G_DEAD);
		g->stack = record->stacks[0];
		g->status_generation = record->generation;
	}
	if (g == NULL) {
		fault_not_alive(id, event);
		return;
	}
	check_order(&g->last_record, record, event, "goroutine", id);
	check_has_status(g, id, event);
	g->status = target_status(record);
	g->m = g->status == G_RUNNING ? truth_log.ms[record->m].procid : TRUTH_NONE;
}

static void apply_lent(const struct truth_record *record)
{
	struct judged_g *g = g_begin(record->numbers[0], G_SYSCALL);
	g->stack = record->stacks[0];
	g->status_generation = record->generation;
	g->m = truth_log.ms[record->m].procid;
	g->last_record = place_of(record);
}

static void apply_proc(uint64_t id, uint32_t status, const struct truth_record *record,
		       const struct oracle_event *event)
{
	struct judged_p *p = &judge.ps[id];
	check_order(&p->last_record, record, event, "P", id);
	p->status = status;
	p->m = truth_log.ms[record->m].procid;
}

void judge_state_apply(const struct truth_record *record, const struct oracle_event *event)
{
	judge_range_apply(record, event);
	if (record->g != TRUTH_NONE) {
		struct judged_g *g = judge_g(record->g);
		if (g == NULL) {
			fault_not_alive(record->g, event);
			return;
		}
		check_order(&g->last_record, record, event, "goroutine", record->g);
		check_has_status(g, record->g, event);
		apply_own(record, g);
	}
	switch (record->type) {
	case EVENT_go_create:
	case EVENT_go_create_blocked:
	case EVENT_go_start:
	case EVENT_go_unblock:
	case EVENT_go_switch:
	case EVENT_go_switch_destroy:
		apply_target(record, event);
		break;
	case EVENT_go_create_syscall:
		apply_lent(record);
		break;
	case EVENT_proc_start:
		apply_proc(record->numbers[0], WIRE_PROC_RUNNING, record, event);
		break;
	case EVENT_proc_stop:
		apply_proc(record->p, WIRE_PROC_IDLE, record, event);
		break;
	case EVENT_proc_steal:
		apply_proc(record->numbers[0], WIRE_PROC_IDLE, record, event);
		break;
	case EVENT_go_syscall_begin:
		apply_proc(record->p, WIRE_PROC_SYSCALL, record, event);
		break;
	case EVENT_go_syscall_end:
		apply_proc(record->p, WIRE_PROC_RUNNING, record, event);
		break;
	default:
		break;
	}
}

/* ---- Status records ------------------------------------------------------ */

static uint64_t wire_status(const struct judged_g *g)
{
	switch (g->status) {
	case G_RUNNABLE:
		return WIRE_RUNNABLE;
	case G_RUNNING:
		return WIRE_RUNNING;
	case G_SYSCALL:
		return WIRE_SYSCALL;
	default:
		return WIRE_WAITING;
	}
}

/* Who wrote nothing in the whole generation is told by nobody's M, with its stack if the dialect
 * has that. */
static void check_untold(const struct oracle_event *event, const struct judged_g *g)
{
	bool has_stack = event->type == EVENT_go_status_stack;
	if (has_stack != (truth_log.dialect != TRACE_DIALECT_1_22 && g->stack.depth > 0)) {
		judge_fault(TRUTH_RULE_status, event->type, event,
			    "a stack is missing, or too many");
		return;
	}
	if (event->arguments[1] != g->m) {
		judge_fault(TRUTH_RULE_status, event->type, event, "it is on another M");
		return;
	}
	if (!has_stack || g->status == G_RUNNING)
		return;
	struct truth_stack told = judge_stack(event, event->arguments[3]);
	if (told.hash != g->stack.hash) {
		char text[2][96];
		truth_stack_text(&told, text[0], sizeof text[0]);
		truth_stack_text(&g->stack, text[1], sizeof text[1]);
		judge_fault(TRUTH_RULE_stack, event->type, event, "told: %s; true: %s", text[0],
			    text[1]);
	}
}

void judge_go_status(const struct oracle_event *event)
{
	uint64_t id = event->arguments[0];
	struct judged_g *g = judge_g(id);
	if (g == NULL) {
		judge_fault(TRUTH_RULE_status, event->type, event,
			    "goroutine %lu is not alive here", (unsigned long)id);
		return;
	}
	g->status_generation = event->generation;
	g->is_assist_due = g->is_assisting;
	if (event->arguments[2] != wire_status(g)) {
		judge_fault(TRUTH_RULE_status, event->type, event,
			    "goroutine %lu has status %lu here", (unsigned long)id,
			    (unsigned long)wire_status(g));
		return;
	}
	if (event->m == ORACLE_NONE) {
		check_untold(event, g);
		return;
	}
	/* Written right before an event of this M: of itself, or about one that it makes runnable.
	 */
	uint64_t m = g->status == G_WAITING ? ORACLE_NONE : event->m;
	if (event->arguments[1] != m)
		judge_fault(TRUTH_RULE_status, event->type, event, "goroutine %lu is on another M",
			    (unsigned long)id);
}

void judge_proc_status(const struct oracle_event *event)
{
	uint64_t id = event->arguments[0];
	if (id >= P_COUNT_MAX) {
		judge_fault(TRUTH_RULE_status, event->type, event, "there is no P %lu",
			    (unsigned long)id);
		return;
	}
	struct judged_p *p = &judge.ps[id];
	uint64_t wanted = p->status == 0 ? WIRE_PROC_IDLE : p->status;
	/* Told by who takes it from another M. */
	if (wanted == WIRE_PROC_SYSCALL && event->m != p->m)
		wanted = WIRE_PROC_SYSCALL_ABANDONED;
	p->is_sweep_due = p->is_sweeping;
	if (event->arguments[1] != wanted)
		judge_fault(TRUTH_RULE_status, event->type, event, "P %lu has status %lu here",
			    (unsigned long)id, (unsigned long)wanted);
}

void judge_state_end_generation(void)
{
	for (uint32_t i = 0; i < judge.alive_count; i++) {
		uint64_t id = judge.alive[i];
		if (judge.gs[id].status_generation != judge.generation)
			judge_fault(TRUTH_RULE_status_missing, EVENT_go_status, NULL,
				    "goroutine %lu has none in generation %lu", (unsigned long)id,
				    (unsigned long)judge.generation);
	}
}
