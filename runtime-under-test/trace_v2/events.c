/* The events that the scheduler causes: the tracer's side of sched/trace_hooks.h. Statuses as in
 * algorithms.md 5.4. */
#include "trace_v2/events.h"
#include "base/defect.h"
#include "base/fatal.h"
#include "sched/goroutine.h"
#include "sched/procs.h"
#include "trace_v2/events_gc.h"
#include "trace_v2/events_memory.h"
#include "trace_v2/writer.h"

static uint64_t own_stack(struct trace_section section)
{
	const struct g *g = g_self();
	uint64_t generation = section.generation;
	if (DEFECT(control_stack_generation))
		generation = atomic_u64_peek(&tracer->generation);
	return g == NULL ? 0 : stack_put_of(g, generation);
}

static void write_creation(struct trace_section section, struct g *created,
			   enum trace_event_type type)
{
	/* Its creation is its status in this generation. */
	status_set_traced(&created->trace, section.generation);
	/* The new goroutine is nobody else's yet, so its entry may be looked at. */
	uint64_t start_stack = stack_put_of(created, section.generation);
	uint64_t stack = own_stack(section);
	event_write(section, TRACE_GO_RUNNING, TRACE_PROC_RUNNING, type,
		    (uint64_t[]){created->id, start_stack, stack}, 3);
}

static void go_create(struct trace_section section, struct g *created)
{
	write_creation(section, created, TRACE_EVENT_go_create);
}

static void go_create_blocked(struct trace_section section, struct g *created)
{
	write_creation(section, created, TRACE_EVENT_go_create_blocked);
}

static void go_start(struct trace_section section)
{
	struct g *g = g_self();
	uint64_t sequence = status_next_sequence(&g->trace, section.generation);
	event_write(section, TRACE_GO_RUNNABLE, TRACE_PROC_RUNNING, TRACE_EVENT_go_start,
		    (uint64_t[]){g->id, sequence}, 2);
	if (g->label != 0)
		event_write(
			section, TRACE_GO_RUNNING, TRACE_PROC_RUNNING, TRACE_EVENT_go_label,
			(uint64_t[]){
				tracer->label_ids[generation_parity(section.generation)][g->label]},
			1);
}

static void go_end(struct trace_section section)
{
	event_write(section, TRACE_GO_RUNNING, TRACE_PROC_RUNNING, TRACE_EVENT_go_destroy, NULL, 0);
}

static void go_stop(struct trace_section section, enum trace_stop_reason reason)
{
	uint64_t reason_id = tracer->stop_reason_ids[generation_parity(section.generation)][reason];
	event_write(section, TRACE_GO_RUNNING, TRACE_PROC_RUNNING, TRACE_EVENT_go_stop,
		    (uint64_t[]){reason_id, own_stack(section)}, 2);
}

static void go_park(struct trace_section section, enum wait_reason reason)
{
	ensure(reason < WAIT_STOPPING_THE_WORLD);
	uint64_t reason_id = wait_reason_id(reason, section.generation);
	event_write(section, TRACE_GO_RUNNING, TRACE_PROC_RUNNING, TRACE_EVENT_go_block,
		    (uint64_t[]){reason_id, own_stack(section)}, 2);
}

/* Returns the next of the sequence of WAITING, who goes on, after its status. */
static uint64_t end_wait(struct trace_section section, struct g *waiting)
{
	struct trace_writer writer = writer_of_section(section);
	if (status_claim(&waiting->trace, section.generation))
		event_go_status(&writer, waiting->id, TRACE_NO_M, TRACE_GO_WAITING, 0,
				waiting->is_in_mark_assist);
	return status_next_sequence(&waiting->trace, section.generation);
}

static void go_unpark(struct trace_section section, struct g *readied)
{
	uint64_t sequence = end_wait(section, readied);
	event_write(section, TRACE_GO_RUNNING, TRACE_PROC_RUNNING, TRACE_EVENT_go_unblock,
		    (uint64_t[]){readied->id, sequence, own_stack(section)}, 3);
}

static void go_switch(struct trace_section section, struct g *next, bool is_end)
{
	uint64_t sequence = end_wait(section, next);
	event_write(section, TRACE_GO_RUNNING, TRACE_PROC_RUNNING,
		    is_end ? TRACE_EVENT_go_switch_destroy : TRACE_EVENT_go_switch,
		    (uint64_t[]){next->id, sequence}, 2);
}

/* Carries the next of the P's sequence, as a steal of the P would count on from it: else a steal
 * could be that of an earlier system call. */
static void go_syscall_begin(struct trace_section section)
{
	struct p *p = m_self()->p;
	p->trace_proc.syscall_m_id = m_self()->procid;
	uint64_t sequence = DEFECT(commit_c06beb9eff)
				    ? 0
				    : status_next_sequence(&p->trace, section.generation);
	event_write(section, TRACE_GO_RUNNING, TRACE_PROC_RUNNING, TRACE_EVENT_go_syscall_begin,
		    (uint64_t[]){sequence, own_stack(section)}, 2);
}

/* What follows tells it: the P stops. */
static void go_syscall_block(struct trace_section section)
{
	(void)section;
}

static void go_syscall_end(struct trace_section section)
{
	m_self()->p->trace_proc.syscall_m_id = TRACE_NO_M;
	event_write(section, TRACE_GO_SYSCALL, TRACE_PROC_SYSCALL, TRACE_EVENT_go_syscall_end, NULL,
		    0);
}

static void go_syscall_end_blocked(struct trace_section section)
{
	event_write(section, TRACE_GO_SYSCALL, TRACE_PROC_RUNNING,
		    TRACE_EVENT_go_syscall_end_blocked, NULL, 0);
}

/* A creation in place of a status; a P that the M may have is not its own. */
static void go_create_syscall(struct trace_section section)
{
	struct g *g = g_self();
	struct trace_writer writer = writer_of_section(section);
	status_set_traced(&g->trace, section.generation);
	writer_event(&writer, TRACE_EVENT_go_create_syscall, (uint64_t[]){g->id}, 1);
}

static void go_destroy_syscall(struct trace_section section)
{
	struct g *g = g_self();
	struct trace_writer writer = writer_of_section(section);
	if (status_claim(&g->trace, section.generation))
		event_go_status(&writer, g->id, writer.m_id, TRACE_GO_SYSCALL, 0, false);
	writer_event(&writer, TRACE_EVENT_go_destroy_syscall, NULL, 0);
}

/* Until a thread has it there is nothing to tell. */
static void extra_m_created(struct trace_section section, struct g *created)
{
	(void)section;
	(void)created;
}

static void proc_start(struct trace_section section)
{
	struct p *p = m_self()->p;
	uint64_t sequence = status_next_sequence(&p->trace, section.generation);
	event_write(section, TRACE_GO_SYSCALL, TRACE_PROC_IDLE, TRACE_EVENT_proc_start,
		    (uint64_t[]){p->id, sequence}, 2);
}

static void proc_stop(struct trace_section section)
{
	event_write(section, TRACE_GO_SYSCALL, TRACE_PROC_RUNNING, TRACE_EVENT_proc_stop, NULL, 0);
}

/* The thief is a running goroutine, or nobody, that wants the P's attention; or one on its way out
 * of a system call that takes the P for itself. */
static void proc_steal(struct trace_section section, struct p *p)
{
	struct trace_writer writer = writer_of_section(section);
	const uint64_t m_id = p->trace_proc.syscall_m_id;
	p->trace_proc.syscall_m_id = TRACE_NO_M;
	if (status_claim(&p->trace, section.generation))
		event_proc_status(&writer, p->id, TRACE_PROC_SYSCALL_ABANDONED);
	const struct g *own = g_self();
	bool is_in_syscall = own != NULL && own->syscall_pc != 0;
	uint64_t sequence = status_next_sequence(&p->trace, section.generation);
	event_write(section, is_in_syscall ? TRACE_GO_SYSCALL : TRACE_GO_RUNNING,
		    is_in_syscall ? TRACE_PROC_SYSCALL_ABANDONED : TRACE_PROC_RUNNING,
		    TRACE_EVENT_proc_steal, (uint64_t[]){p->id, sequence, m_id}, 3);
}

static void procs_change(struct trace_section section, uint32_t proc_count)
{
	event_write(section, TRACE_GO_RUNNING, TRACE_PROC_RUNNING, TRACE_EVENT_procs_change,
		    (uint64_t[]){proc_count, own_stack(section)}, 2);
}

static void stw_begin(struct trace_section section, const char *kind)
{
	uint64_t kind_id = string_put(kind, section.generation);
	event_write(section, TRACE_GO_RUNNING, TRACE_PROC_RUNNING, TRACE_EVENT_stw_begin,
		    (uint64_t[]){kind_id, own_stack(section)}, 2);
}

static void stw_end(struct trace_section section, const char *kind)
{
	(void)kind;
	event_write(section, TRACE_GO_RUNNING, TRACE_PROC_RUNNING, TRACE_EVENT_stw_end, NULL, 0);
}

/* Buffers belong to Ms; what a dead P keeps is made ready by proc_preparation.h. */
static void proc_destroyed(struct p *p)
{
	(void)p;
}

static void flush_buffers_of(void *argument)
{
	struct m *m = argument;
	lock_acquire(&tracer->lock);
	for (unsigned parity = 0; parity < 2; parity++) {
		if (m->trace.buffers[parity] != NULL)
			buffer_flush_locked(m->trace.buffers[parity], parity);
		m->trace.buffers[parity] = NULL;
	}
	lock_release(&tracer->lock);
}

/* traceThreadDestroy (5.5). The lock keeps an advance out that closes one of the generations;
 * upstream marks the M as writing, too. */
static void thread_destroyed(struct m *m)
{
	on_system_stack(flush_buffers_of, m);
}

const struct trace_hooks tracer_v2_hooks = {
	.enter = section_enter,
	.leave = section_leave,
	.enter_in_syscall = section_enter,
	.go_create = go_create,
	.go_create_blocked = go_create_blocked,
	.go_start = go_start,
	.go_end = go_end,
	.go_stop = go_stop,
	.go_park = go_park,
	.go_unpark = go_unpark,
	.go_switch = go_switch,
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
	.stw_begin = stw_begin,
	.stw_end = stw_end,
	.heap_goal = gc_event_heap_goal,
	.heap_alloc = gc_event_heap_alloc,
	.gc_begin = gc_event_begin,
	.gc_end = gc_event_end,
	.gc_assist_begin = gc_event_assist_begin,
	.gc_assist_end = gc_event_assist_end,
	.gc_sweep_begin = gc_event_sweep_begin,
	.gc_sweep_span = gc_event_sweep_span,
	.gc_sweep_end = gc_event_sweep_end,
	.stack_allocated = memory_event_stack_allocated,
	.stack_freed = memory_event_stack_freed,
	.proc_destroyed = proc_destroyed,
	.thread_destroyed = thread_destroyed,
	.cpu_sample = cpu_samples_on_signal,
	.is_reader_wanted = reader_is_wanted,
	.has_reader_work = reader_has_work,
	.take_reader = reader_take,
};

/* ---- User annotations: runtime/trace's tasks, regions and logs ----------- */

void user_task_begin(uint64_t task, uint64_t parent, const char *name)
{
	struct trace_section section = section_enter();
	if (!section.is_valid)
		return;
	memory_event_text_prologue(section);
	uint64_t name_id = string_put(name, section.generation);
	event_write(section, TRACE_GO_RUNNING, TRACE_PROC_RUNNING, TRACE_EVENT_user_task_begin,
		    (uint64_t[]){task, parent, name_id, own_stack(section)}, 4);
	section_leave(section);
}

void user_task_end(uint64_t task)
{
	struct trace_section section = section_enter();
	if (!section.is_valid)
		return;
	event_write(section, TRACE_GO_RUNNING, TRACE_PROC_RUNNING, TRACE_EVENT_user_task_end,
		    (uint64_t[]){task, own_stack(section)}, 2);
	section_leave(section);
}

void user_region(bool is_begin, uint64_t task, const char *name)
{
	struct trace_section section = section_enter();
	if (!section.is_valid)
		return;
	memory_event_text_prologue(section);
	uint64_t name_id = string_put(name, section.generation);
	event_write(section, TRACE_GO_RUNNING, TRACE_PROC_RUNNING,
		    is_begin ? TRACE_EVENT_user_region_begin : TRACE_EVENT_user_region_end,
		    (uint64_t[]){task, name_id, own_stack(section)}, 3);
	section_leave(section);
}

void user_log(uint64_t task, const char *category, const char *message)
{
	struct trace_section section = section_enter();
	if (!section.is_valid)
		return;
	memory_event_text_prologue(section);
	uint64_t category_id = string_put(category, section.generation);
	uint64_t message_id = string_emit(message, section.generation);
	event_write(section, TRACE_GO_RUNNING, TRACE_PROC_RUNNING, TRACE_EVENT_user_log,
		    (uint64_t[]){task, category_id, message_id, own_stack(section)}, 4);
	section_leave(section);
}
