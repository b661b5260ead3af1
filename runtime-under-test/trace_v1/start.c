#include "base/defect.h"
#include "base/fatal.h"
#include "sched/gc.h"
#include "sched/goroutine.h"
#include "sched/procs.h"
#include "trace_v1/cpu_samples.h"
#include "trace_v1/writer.h"

/* StartTrace. Source: algorithms.md 3.1; the numbers are its steps. */

/* What the trace has it in, the world stopped. One on an M without a P is in a system call, or on
 * its way in or out: that the M tells no more, or its next start. */
enum traced_status { TRACED_DEAD, TRACED_RUNNABLE, TRACED_WAITING, TRACED_IN_SYSCALL };

static enum traced_status traced_status_of(const struct g *g)
{
	uint32_t status = atomic_u32_load(POINT_start_look_at_goroutine, &g->status,
					  memory_order_acquire);
	switch (status & ~(uint32_t)G_SCAN) {
	case G_IDLE:
	case G_DEAD:
		return TRACED_DEAD;
	case G_WAITING:
	case G_PREEMPTED:
		return TRACED_WAITING;
	case G_DEAD_EXTRA:
		return DEFECT(issue_29707) == V1_EXTRA_MS_UNTOLD ? TRACED_DEAD : TRACED_IN_SYSCALL;
	case G_SYSCALL:
		return TRACED_IN_SYSCALL;
	case G_RUNNING:
		return g == g_self() ? TRACED_RUNNABLE : TRACED_IN_SYSCALL;
	default:
		return TRACED_RUNNABLE;
	}
}

/* Step 8. */
static void tell_goroutine(const struct v1_writer *writer, struct g *g, uint64_t stack)
{
	enum traced_status status = traced_status_of(g);
	if (status == TRACED_DEAD)
		return;
	/* A way out of a system call that the last trace has not told is told by none. */
	struct trace_goroutine_v1 before = DEFECT(issue_10476) ? g->trace_v1
							       : (struct trace_goroutine_v1){0};
	g->trace_v1 = (struct trace_goroutine_v1){.last_p_plus_one = m_self()->p->id + 1,
						  .is_in_syscall = status == TRACED_IN_SYSCALL ||
								   before.is_in_syscall,
						  .syscall_exit_time = before.syscall_exit_time};
	v1_writer_event(writer, TRACE_V1_EVENT_go_create,
			(uint64_t[]){g->id, v1_stack_put_entry(g), stack}, 3);
	if (status == TRACED_RUNNABLE)
		return;
	g->trace_v1.sequence++;
	v1_writer_event(writer,
			status == TRACED_WAITING ? TRACE_V1_EVENT_go_waiting
						 : TRACE_V1_EVENT_go_in_syscall,
			(uint64_t[]){g->id}, 1);
}

/* Steps 6 to 9. */
static void tell_state(const struct v1_writer *writer)
{
	struct m *m = m_self();
	uint64_t stack = v1_stack_put_of(m->current_g);
	/* Nobody makes one now: who could has no P. */
	for (uint32_t i = 0; i < atomic_u32_peek(&sched->g_count); i++)
		tell_goroutine(writer, sched->all_gs[i], stack);
	v1_writer_event(writer, TRACE_V1_EVENT_proc_start, (uint64_t[]){m->id}, 1);
	m->current_g->trace_v1.sequence++;
	v1_writer_event(writer, TRACE_V1_EVENT_go_start_local, (uint64_t[]){m->current_g->id}, 1);
	/* Behind the goroutines: the handler of a signal may have waited for this since the last
	 * trace, and a goroutine cannot be sampled before it is there. */
	v1_cpu_samples_start();
}

/* Steps 6 to 13: world stopped, sysmon's lock and that of the global buffer held. */
static void begin_trace(void)
{
	struct v1_writer writer = v1_writer_own();
	tell_state(&writer);
	/* After the goroutines in system calls: their way out may be told with a time. */
	tracer_v1->start_time = v1_clock_now();
	if (DEFECT(issue_60806))
		tracer_v1->start_nanotime_ns = host_nanotime();
	tracer_v1->trace_count++;
	tracer_v1->gc_sequence = 0;
	tracer_v1->is_header_written = false;
	tracer_v1->is_end_told = false;
	atomic_u32_clear(&tracer_v1->is_footer_written);
	atomic_u32_store(POINT_start_on, &tracer_v1->is_enabled, 1, memory_order_relaxed);
	for (unsigned i = 0; i < WORKER_LABEL_COUNT; i++)
		tracer_v1->label_ids[i] = v1_string_put(&writer, worker_labels[i]);
}

static bool is_free(void)
{
	return atomic_u32_load(POINT_start_look, &tracer_v1->is_enabled, memory_order_relaxed) ==
		       0 &&
	       atomic_u32_load(POINT_start_look, &tracer_v1->is_shutting_down,
			       memory_order_relaxed) == 0;
}

/* Before issue 19812 was mended, a trace began and ended in the middle of a collection. */
static bool excludes_collector(void)
{
	return DEFECT(issue_19812) == 0;
}

void v1_world_stop(const char *kind)
{
	if (excludes_collector())
		gc_exclude();
	world_stop(kind);
}

void v1_world_start(void)
{
	world_start();
	if (excludes_collector())
		gc_allow();
}

bool v1_start(void)
{
	function_prologue(POINT_start);
	v1_world_stop("start trace");
	/* Neither sysmon nor an M on its way out of a system call can write now. */
	lock_acquire(&sched->sysmon_lock);
	lock_acquire(&tracer_v1->buffer_lock);
	bool is_started = is_free();
	if (is_started)
		begin_trace();
	lock_release(&tracer_v1->buffer_lock);
	lock_release(&sched->sysmon_lock);
	v1_world_start();
	return is_started;
}
