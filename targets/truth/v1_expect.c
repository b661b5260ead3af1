/* From records of what happened to the events of a v1 trace. Source: algorithms.md 3.1, 3.9 to
 * 3.11. */
#include <string.h>

#include "oracle/event_info.h"
#include "oracle/grow.h"
#include "truth/v1_judge.h"

struct v1_judge v1_judge;

struct v1_judged_g *v1_judge_g(uint64_t id)
{
	uint32_t old_capacity = v1_judge.g_capacity;
	if (id >= old_capacity)
		v1_judge.gs = grow(v1_judge.gs, &v1_judge.g_capacity, (uint32_t)id + 1,
				   sizeof v1_judge.gs[0]);
	for (uint32_t i = old_capacity; i < v1_judge.g_capacity; i++)
		v1_judge.gs[i] = (struct v1_judged_g){.last_p = TRUTH_NONE,
						      .exits = {TRUTH_NO_RECORD, TRUTH_NO_RECORD}};
	return &v1_judge.gs[id];
}

static void forget_all(void)
{
	v1_judge.expected_count = 0;
	v1_judge.gc_count = 0;
	v1_judge.stop_kind = "";
	for (uint32_t i = 0; i < V1_LANE_COUNT; i++)
		v1_judge.lanes[i] = (struct v1_queue){TRUTH_NO_RECORD, TRUTH_NO_RECORD};
	for (uint32_t i = 0; i < v1_judge.g_capacity; i++)
		v1_judge.gs[i] = (struct v1_judged_g){.last_p = TRUTH_NONE,
						      .exits = {TRUTH_NO_RECORD, TRUTH_NO_RECORD}};
}

/* ---- One event ----------------------------------------------------------- */

static void append(struct v1_queue *queue, uint32_t index)
{
	if (queue->last == TRUTH_NO_RECORD)
		queue->first = index;
	else
		v1_judge.expected[queue->last].next = index;
	queue->last = index;
}

/* Valid until the next one. */
static struct v1_expected *expect(uint8_t type, uint64_t p, uint64_t g)
{
	uint32_t index = GROW_ONE(v1_judge.expected, v1_judge.expected_count,
				  v1_judge.expected_capacity);
	v1_judge.expected[index] = (struct v1_expected){
		.type = type, .next = TRUTH_NO_RECORD, .p = p, .g = g == TRUTH_NONE ? 0 : g};
	if (type == V1_EVENT_go_sys_exit)
		append(&v1_judge_g(g)->exits, index);
	else
		append(&v1_judge.lanes[p < P_COUNT_MAX ? p : V1_LANE_WITHOUT_P], index);
	return &v1_judge.expected[index];
}

/* Counts an event of goroutine ID that has a sequence; whether the P is that of the last one. */
static bool count(uint64_t id, uint64_t p)
{
	struct v1_judged_g *g = v1_judge_g(id);
	bool is_local = g->last_p == p;
	g->sequence++;
	g->last_p = p;
	return is_local;
}

/* ---- The start of the trace ---------------------------------------------- */

static void expect_goroutine(const struct truth_session *session,
			     const struct truth_snapshot *snapshot)
{
	struct v1_expected *created = expect(V1_EVENT_go_create, session->running_p, 0);
	created->numbers[0] = snapshot->id;
	created->stacks[0] = snapshot->stack;
	created->stacks[1] = session->stack;
	struct v1_judged_g *g = v1_judge_g(snapshot->id);
	g->last_p = session->running_p;
	uint8_t type = V1_EVENT_go_waiting;
	if (snapshot->status == G_RUNNABLE || snapshot->id == session->g)
		return;
	/* One that runs has no P, as long as the world is stopped; that of an unused extra M is in
	 * a system call, too. */
	if (snapshot->status == G_SYSCALL || snapshot->status == G_RUNNING ||
	    snapshot->status == G_DEAD_EXTRA)
		type = V1_EVENT_go_in_syscall;
	g->is_in_syscall = type == V1_EVENT_go_in_syscall;
	g->sequence++;
	expect(type, session->running_p, snapshot->id)->numbers[0] = snapshot->id;
}

static void expect_start(const struct truth_session *session)
{
	for (uint32_t i = 0; i < session->snapshot_count; i++)
		expect_goroutine(session, &truth_log.snapshots[session->first_snapshot + i]);
	expect(V1_EVENT_proc_start, session->running_p, 0)->numbers[0] = session->m_id;
	count(session->g, session->running_p);
	expect(V1_EVENT_go_start_local, session->running_p, session->g)->numbers[0] = session->g;
}

/* ---- Records ------------------------------------------------------------- */

static uint8_t block_type_of(const char *reason)
{
	if (strcmp(reason, "sync") == 0)
		return V1_EVENT_go_block_sync;
	if (strcmp(reason, "sleep") == 0)
		return V1_EVENT_go_sleep;
	if (strcmp(reason, "network") == 0)
		return V1_EVENT_go_block_net;
	return V1_EVENT_go_block;
}

static struct v1_expected *expect_with_stack(uint8_t type, const struct truth_record *record)
{
	struct v1_expected *expected = expect(type, record->p, record->g);
	expected->stacks[0] = record->stacks[0];
	return expected;
}

static void expect_created(const struct truth_record *record)
{
	struct v1_judged_g *g = v1_judge_g(record->numbers[0]);
	struct v1_queue exits = g->exits;
	*g = (struct v1_judged_g){.last_p = record->p, .exits = exits};
	struct v1_expected *expected = expect_with_stack(V1_EVENT_go_create, record);
	expected->numbers[0] = record->numbers[0];
	expected->stacks[1] = record->stacks[1];
}

/* The goroutine of an extra M. */
static void expect_made_extra(const struct truth_record *record)
{
	uint64_t id = record->numbers[0];
	expect_created(record);
	v1_judge_g(id)->is_in_syscall = true;
	v1_judge_g(id)->sequence++;
	expect(V1_EVENT_go_in_syscall, record->p, id)->numbers[0] = id;
}

static void expect_syscall_exit(uint64_t id, uint64_t p)
{
	struct v1_judged_g *g = v1_judge_g(id);
	bool is_of_trace = g->syscall_exit_time >= judge.log->start_time;
	uint64_t time = is_of_trace ? g->syscall_exit_time : 0;
	g->is_in_syscall = false;
	g->syscall_exit_time = 0;
	count(id, p);
	uint64_t sequence = v1_judge_g(id)->sequence;
	struct v1_expected *expected = expect(V1_EVENT_go_sys_exit, p, id);
	expected->numbers[0] = id;
	expected->numbers[1] = sequence;
	expected->numbers[2] = time;
}

/* That it starts with, or NULL: told right after the start, by the same M. */
static const char *label_of(const struct truth_record *start)
{
	if (start->next == TRUTH_NO_RECORD || truth_log.records[start->next].type != EVENT_go_label)
		return NULL;
	return truth_log.records[start->next].texts[0];
}

/* One with a label is no change of P, and always tells its sequence. */
static void expect_started(const struct truth_record *record)
{
	uint64_t id = record->numbers[0];
	const char *label = label_of(record);
	uint8_t type = V1_EVENT_go_start_label;
	if (v1_judge_g(id)->is_in_syscall)
		expect_syscall_exit(id, record->p);
	if (label != NULL)
		v1_judge_g(id)->sequence++;
	else
		type = count(id, record->p) ? V1_EVENT_go_start_local : V1_EVENT_go_start;
	struct v1_expected *expected = expect(type, record->p, id);
	expected->numbers[0] = id;
	expected->numbers[1] = v1_judge_g(id)->sequence;
	expected->text = label;
}

static void expect_stopped(const struct truth_record *record)
{
	bool is_preempted = strcmp(record->texts[0], "preempted") == 0;
	v1_judge_g(record->g)->last_p = record->p;
	expect_with_stack(is_preempted ? V1_EVENT_go_preempt : V1_EVENT_go_sched, record);
}

static void expect_unblocked(const struct truth_record *record)
{
	uint64_t id = record->numbers[0];
	bool is_local = count(id, record->p);
	struct v1_expected *expected = expect_with_stack(
		is_local ? V1_EVENT_go_unblock_local : V1_EVENT_go_unblock, record);
	expected->numbers[0] = id;
	expected->numbers[1] = v1_judge_g(id)->sequence;
}

static void expect_syscall(const struct truth_record *record)
{
	expect_with_stack(V1_EVENT_go_sys_call, record);
	v1_judge_g(record->g)->is_in_syscall = true;
}

/* In a system call of goroutine G, told for whoever did it; TRUTH_NONE: in none. */
static void expect_proc_stopped(uint64_t p, uint64_t g)
{
	if (g != TRUTH_NONE)
		expect(V1_EVENT_go_sys_block, p, g);
	expect(V1_EVENT_proc_stop, p, 0);
}

static void expect_region(const struct truth_record *record, uint64_t mode)
{
	struct v1_expected *expected = expect_with_stack(V1_EVENT_user_region, record);
	expected->numbers[0] = record->numbers[0];
	expected->numbers[1] = mode;
	expected->text = record->texts[0];
}

static void expect_annotation(uint8_t type, const struct truth_record *record)
{
	struct v1_expected *expected = expect_with_stack(type, record);
	memcpy(expected->numbers, record->numbers, sizeof record->numbers);
	expected->text = record->texts[0];
	expected->message = record->texts[1];
}

static void expect_number(uint8_t type, const struct truth_record *record)
{
	expect_with_stack(type, record)->numbers[0] = record->numbers[0];
}

/* Before version 21 other stops of the world are not told. */
static void expect_stop(const struct truth_record *record)
{
	if (record->type == EVENT_stw_begin)
		v1_judge.stop_kind = record->texts[0];
	if (strncmp(v1_judge.stop_kind, "GC ", 3) != 0)
		return;
	if (record->type == EVENT_stw_end)
		expect(V1_EVENT_stw_done, record->p, TRUTH_NONE);
	else
		expect(V1_EVENT_stw_start, record->p, TRUTH_NONE)->numbers[0] =
			strcmp(v1_judge.stop_kind, "GC sweep termination") == 0;
}

/* Cycles and stops are nobody's to readers. */
static void expect_of_collector(const struct truth_record *record)
{
	struct v1_expected *expected;
	switch (record->type) {
	case EVENT_gc_begin:
		expected = expect(V1_EVENT_gc_start, record->p, TRUTH_NONE);
		expected->numbers[0] = v1_judge.gc_count++;
		expected->stacks[0] = record->stacks[0];
		break;
	case EVENT_gc_end:
		expect(V1_EVENT_gc_done, record->p, TRUTH_NONE);
		break;
	case EVENT_gc_sweep_begin:
		expect_with_stack(V1_EVENT_gc_sweep_start, record);
		break;
	case EVENT_gc_sweep_end:
		expected = expect(V1_EVENT_gc_sweep_done, record->p, record->g);
		memcpy(expected->numbers, record->numbers, sizeof record->numbers);
		break;
	case EVENT_gc_mark_assist_begin:
		expect_with_stack(V1_EVENT_gc_mark_assist_start, record);
		break;
	case EVENT_gc_mark_assist_end:
		expect(V1_EVENT_gc_mark_assist_done, record->p, record->g);
		break;
	default:
		expect_stop(record);
	}
}

static void expect_of_goroutine(const struct truth_record *record)
{
	switch (record->type) {
	case EVENT_go_create:
		expect_created(record);
		break;
	case EVENT_go_create_syscall:
		expect_made_extra(record);
		break;
	case EVENT_go_start:
		expect_started(record);
		break;
	case EVENT_go_stop:
		expect_stopped(record);
		break;
	case EVENT_go_block:
		expect_with_stack(block_type_of(record->texts[0]), record);
		break;
	case EVENT_go_unblock:
		expect_unblocked(record);
		break;
	case EVENT_go_syscall_begin:
		expect_syscall(record);
		break;
	case EVENT_go_syscall_end:
		v1_judge_g(record->g)->is_in_syscall = false;
		break;
	case EVENT_go_syscall_end_blocked:
		v1_judge_g(record->g)->syscall_exit_time = record->numbers[0];
		break;
	case EVENT_go_destroy:
		expect(V1_EVENT_go_end, record->p, record->g);
		break;
	default:
		break;
	}
}

static void expect_of_record(const struct truth_record *record)
{
	switch (record->type) {
	case EVENT_procs_change:
		expect_number(V1_EVENT_gomaxprocs, record);
		break;
	case EVENT_proc_start:
		expect(V1_EVENT_proc_start, record->numbers[0], 0)->numbers[0] = record->numbers[1];
		break;
	case EVENT_proc_stop:
		expect_proc_stopped(record->p, record->g);
		break;
	case EVENT_proc_steal:
		expect_proc_stopped(record->numbers[0], record->numbers[2]);
		break;
	case EVENT_heap_alloc:
		expect(V1_EVENT_heap_alloc, record->p, record->g)->numbers[0] = record->numbers[0];
		break;
	case EVENT_heap_goal:
		expect_number(V1_EVENT_heap_goal, record);
		break;
	case EVENT_stw_begin:
	case EVENT_stw_end:
	case EVENT_gc_begin:
	case EVENT_gc_end:
	case EVENT_gc_sweep_begin:
	case EVENT_gc_sweep_end:
	case EVENT_gc_mark_assist_begin:
	case EVENT_gc_mark_assist_end:
		expect_of_collector(record);
		break;
	case EVENT_user_task_begin:
		expect_annotation(V1_EVENT_user_task_create, record);
		break;
	case EVENT_user_task_end:
		expect_annotation(V1_EVENT_user_task_end, record);
		break;
	case EVENT_user_region_begin:
		expect_region(record, 0);
		break;
	case EVENT_user_region_end:
		expect_region(record, 1);
		break;
	case EVENT_user_log:
		expect_annotation(V1_EVENT_user_log, record);
		break;
	default:
		expect_of_goroutine(record);
	}
}

void v1_expect_session(void)
{
	forget_all();
	if (judge.log->snapshot_count == 0)
		return;
	expect_start(judge.log);
	for (uint32_t i = 0; i < truth_log.record_count; i++)
		if (truth_log.records[i].session == judge.session)
			expect_of_record(&truth_log.records[i]);
}
