/* The events: those that the scheduler causes, the tracer's side of sched/trace_hooks.h, and those
 * that a program asks for. Source: algorithms.md 3.6, 3.9 to 3.11, format-v1.md 2. */
#include "trace_v1/events.h"

#include "base/defect.h"
#include "base/fatal.h"
#include "trace_v1/cpu_samples.h"
#include "trace_v1/events_gc.h"
#include "trace_v1/lock_form.h"
#include "trace_v1/writer.h"

static void event(enum trace_v1_event_type type, const uint64_t *arguments, unsigned count)
{
	struct v1_writer writer = v1_writer_own();
	v1_writer_event(&writer, type, arguments, count);
}

static uint64_t own_stack(void)
{
	return v1_stack_put_of(g_self());
}

/* ---- Goroutines: sequence and locality (3.9) ----------------------------- */

static uint32_t own_p_plus_one(void)
{
	const struct p *p = m_self()->p;
	return p == NULL ? 0 : p->id + 1;
}

static void set_last_p(struct g *g)
{
	g->trace_v1.last_p_plus_one = own_p_plus_one();
}

/* The settings of issue_10512. */
enum { V1_CLOCKS_AGREE, V1_CLOCKS_DISAGREE, V1_ORDERED_BY_TIME };

/* Counts an event of G that has a sequence; whether it may be told in its local form, without. */
static bool count_event(struct g *g)
{
	bool is_local = g->trace_v1.last_p_plus_one == own_p_plus_one() ||
			DEFECT(issue_10512) == V1_ORDERED_BY_TIME;
	g->trace_v1.sequence++;
	set_last_p(g);
	return is_local;
}

static void go_create(struct trace_section section, struct g *created)
{
	(void)section;
	created->trace_v1.sequence = 0;
	created->trace_v1.is_in_syscall = false;
	created->trace_v1.syscall_exit_time = 0;
	set_last_p(created);
	/* One after the other: an initializer would leave it to the compiler which gets its id
	 * first. */
	uint64_t start_stack = v1_stack_put_entry(created);
	uint64_t stack = own_stack();
	event(TRACE_V1_EVENT_go_create, (uint64_t[]){created->id, start_stack, stack}, 3);
}

/* The way out of a system call is told when the goroutine has a P again. It was before the trace
 * began, or its time is known. */
static void tell_syscall_exit(struct g *g)
{
	uint64_t time = g->trace_v1.syscall_exit_time;
	if (!DEFECT(issue_10476) && time < tracer_v1->start_time)
		time = 0;
	g->trace_v1.is_in_syscall = false;
	g->trace_v1.syscall_exit_time = 0;
	g->trace_v1.sequence++;
	set_last_p(g);
	event(TRACE_V1_EVENT_go_sys_exit, (uint64_t[]){g->id, g->trace_v1.sequence, time}, 3);
}

static void go_start(struct trace_section section)
{
	(void)section;
	struct g *g = g_self();
	if (g->trace_v1.is_in_syscall)
		tell_syscall_exit(g);
	if (g->label != 0) {
		/* Tells its sequence always, and no change of P to the next event. */
		g->trace_v1.sequence++;
		event(TRACE_V1_EVENT_go_start_label,
		      (uint64_t[]){g->id, g->trace_v1.sequence, tracer_v1->label_ids[g->label]}, 3);
	} else if (count_event(g)) {
		event(TRACE_V1_EVENT_go_start_local, (uint64_t[]){g->id}, 1);
	} else {
		event(TRACE_V1_EVENT_go_start, (uint64_t[]){g->id, g->trace_v1.sequence}, 2);
	}
}

static void go_end(struct trace_section section)
{
	(void)section;
	event(TRACE_V1_EVENT_go_end, NULL, 0);
}

static void go_stop(struct trace_section section, enum trace_stop_reason reason)
{
	(void)section;
	set_last_p(g_self());
	event(reason == TRACE_STOP_GOSCHED ? TRACE_V1_EVENT_go_sched : TRACE_V1_EVENT_go_preempt,
	      (uint64_t[]){own_stack()}, 1);
}

static enum trace_v1_event_type block_event_of(enum wait_reason reason)
{
	switch (reason) {
	case WAIT_SEMAPHORE:
		return TRACE_V1_EVENT_go_block_sync;
	case WAIT_CHANNEL_RECEIVE:
		return TRACE_V1_EVENT_go_block_recv;
	case WAIT_SLEEP:
		return TRACE_V1_EVENT_go_sleep;
	case WAIT_NETWORK:
		return TRACE_V1_EVENT_go_block_net;
	default:
		return TRACE_V1_EVENT_go_block;
	}
}

static void go_park(struct trace_section section, enum wait_reason reason)
{
	(void)section;
	event(block_event_of(reason), (uint64_t[]){own_stack()}, 1);
}

static void go_unpark(struct trace_section section, struct g *readied)
{
	(void)section;
	if (count_event(readied))
		event(TRACE_V1_EVENT_go_unblock_local, (uint64_t[]){readied->id, own_stack()}, 2);
	else
		event(TRACE_V1_EVENT_go_unblock,
		      (uint64_t[]){readied->id, readied->trace_v1.sequence, own_stack()}, 3);
}

/* ---- System calls (3.11) ------------------------------------------------- */

static void go_syscall_begin(struct trace_section section)
{
	(void)section;
	event(TRACE_V1_EVENT_go_sys_call, (uint64_t[]){own_stack()}, 1);
	g_self()->trace_v1.is_in_syscall = true;
}

static void go_syscall_block(struct trace_section section)
{
	(void)section;
	event(TRACE_V1_EVENT_go_sys_block, NULL, 0);
}

/* Not told: it kept its P. */
static void go_syscall_end(struct trace_section section)
{
	(void)section;
	g_self()->trace_v1.is_in_syscall = false;
}

static void go_syscall_end_blocked(struct trace_section section)
{
	(void)section;
	struct m *m = m_self();
	/* With a P it is told right after, when the goroutine starts. */
	if (m->p == NULL && m->current_g->trace_v1.is_in_syscall)
		m->current_g->trace_v1.syscall_exit_time = v1_clock_now();
}

/* v1 has no event for a thread that gets an M or gives it back: the goroutine is in one long system
 * call from its M's beginning. */
static struct trace_section enter_in_syscall(void)
{
	return (struct trace_section){0};
}

static void go_create_syscall(struct trace_section section)
{
	(void)section;
}

static void go_destroy_syscall(struct trace_section section)
{
	(void)section;
}

/* Its first event would be the way out of a system call that nobody has told of (issue 29707). Go
 * 1.21 told of it, but forgot to note that it had. */
static void extra_m_created(struct trace_section section, struct g *created)
{
	if (DEFECT(issue_29707) == V1_EXTRA_MS_UNTOLD)
		return;
	go_create(section, created);
	created->trace_v1.sequence++;
	created->trace_v1.is_in_syscall = DEFECT(issue_29707) != V1_EXTRA_MS_NOT_NOTED;
	event(TRACE_V1_EVENT_go_in_syscall, (uint64_t[]){created->id}, 1);
}

/* Told on behalf of the P, in its buffer. */
static void proc_steal(struct trace_section section, struct p *p)
{
	(void)section;
	const struct v1_writer writer = {.p_id = p->id, .slot = &p->trace_v1.buffer};
	v1_writer_event(&writer, TRACE_V1_EVENT_go_sys_block, NULL, 0);
	v1_writer_event(&writer, TRACE_V1_EVENT_proc_stop, NULL, 0);
}

/* ---- Ps ------------------------------------------------------------------ */

static void proc_start(struct trace_section section)
{
	(void)section;
	event(TRACE_V1_EVENT_proc_start, (uint64_t[]){m_self()->id}, 1);
}

static void proc_stop(struct trace_section section)
{
	(void)section;
	event(TRACE_V1_EVENT_proc_stop, NULL, 0);
}

static void procs_change(struct trace_section section, uint32_t proc_count)
{
	(void)section;
	event(TRACE_V1_EVENT_gomaxprocs, (uint64_t[]){proc_count, own_stack()}, 2);
}

static void queue_buffer_of(void *argument)
{
	struct p *p = argument;
	struct v1_writer writer = {.p_id = p->id, .slot = &p->trace_v1.buffer};
	lock_acquire(&tracer_v1->lock);
	v1_writer_queue(&writer);
	lock_release(&tracer_v1->lock);
}

/* traceProcFree (3.10): a dead P has no buffer. */
static void proc_destroyed(struct p *p)
{
	if (p->trace_v1.buffer != NULL)
		v1_call_to_lock(queue_buffer_of, p);
}

/* Buffers belong to Ps. */
static void thread_destroyed(struct m *m)
{
	(void)m;
}

const struct trace_hooks tracer_v1_hooks = {
	.enter = v1_section_enter,
	.leave = v1_section_leave,
	.enter_in_syscall = enter_in_syscall,
	.go_create = go_create,
	.go_start = go_start,
	.go_end = go_end,
	.go_stop = go_stop,
	.go_park = go_park,
	.go_unpark = go_unpark,
	.go_syscall_begin = go_syscall_begin,
	.go_syscall_block = go_syscall_block,
	.go_syscall_end = go_syscall_end,
	.go_syscall_end_blocked = go_syscall_end_blocked,
	.go_create_syscall = go_create_syscall,
	.go_destroy_syscall = go_destroy_syscall,
	.extra_m_created = extra_m_created,
	.proc_steal = proc_steal,
	.proc_start = proc_start,
	.proc_stop = proc_stop,
	.procs_change = procs_change,
	.stw_begin = v1_event_stw_begin,
	.stw_end = v1_event_stw_end,
	.heap_goal = v1_event_heap_goal,
	.heap_alloc = v1_event_heap_alloc,
	.gc_begin = v1_event_gc_begin,
	.gc_end = v1_event_gc_end,
	.gc_assist_begin = v1_event_assist_begin,
	.gc_assist_end = v1_event_assist_end,
	.gc_sweep_begin = v1_event_sweep_begin,
	.gc_sweep_span = v1_event_sweep_span,
	.gc_sweep_end = v1_event_sweep_end,
	.proc_destroyed = proc_destroyed,
	.thread_destroyed = thread_destroyed,
	.cpu_sample = v1_cpu_samples_on_signal,
	.is_reader_wanted = v1_reader_is_wanted,
	.has_reader_work = v1_reader_has_work,
	.take_reader = v1_reader_take,
};

/* ---- User annotations: runtime/trace's tasks, regions and logs ----------- */

void v1_user_task_begin(uint64_t task, uint64_t parent, const char *name)
{
	struct trace_section section = v1_section_enter();
	if (!section.is_valid)
		return;
	struct v1_writer writer = v1_writer_own();
	uint64_t name_id = v1_string_put(&writer, name);
	event(TRACE_V1_EVENT_user_task_create, (uint64_t[]){task, parent, name_id, own_stack()}, 4);
	v1_section_leave(section);
}

void v1_user_task_end(uint64_t task)
{
	struct trace_section section = v1_section_enter();
	if (!section.is_valid)
		return;
	event(TRACE_V1_EVENT_user_task_end, (uint64_t[]){task, own_stack()}, 2);
	v1_section_leave(section);
}

void v1_user_region(bool is_begin, uint64_t task, const char *name)
{
	struct trace_section section = v1_section_enter();
	if (!section.is_valid)
		return;
	struct v1_writer writer = v1_writer_own();
	uint64_t name_id = v1_string_put(&writer, name);
	event(TRACE_V1_EVENT_user_region,
	      (uint64_t[]){task, is_begin ? 0 : 1, name_id, own_stack()}, 4);
	v1_section_leave(section);
}

void v1_user_log(uint64_t task, const char *category, const char *message)
{
	struct trace_section section = v1_section_enter();
	if (!section.is_valid)
		return;
	struct v1_writer writer = v1_writer_own();
	uint64_t category_id = v1_string_put(&writer, category);
	v1_writer_log(&writer, (uint64_t[]){task, category_id, own_stack()}, 3, message);
	v1_section_leave(section);
}
