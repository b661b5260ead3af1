#include "base/defect.h"
#include "base/fatal.h"
#include "sched/gc.h"
#include "sched/goroutine.h"
#include "sched/procs.h"
#include "sched/race_context.h"
#include "trace_v1/cpu_samples.h"
#include "trace_v1/lock_form.h"
#include "trace_v1/writer.h"

/* StopTrace. Source: algorithms.md 3.2; the numbers are its steps. */

static void queue(uint64_t p_id, struct trace_buffer **slot)
{
	const struct v1_writer writer = {.p_id = p_id, .slot = slot};
	v1_writer_queue(&writer);
}

/* Steps 7 and 8; without tracer_v1->lock, since nobody else has a P, and who has none waits for
 * buffer_lock. */
static void queue_all_buffers(void)
{
	for (uint32_t i = 0; i < sched->allp_capacity; i++)
		queue(sched->allp[i]->id, &sched->allp[i]->trace_v1.buffer);
	queue(V1_NO_P, &tracer_v1->buffer);
	queue(0, &tracer_v1->samples.buffer);
}

/* What a trace says of its clock was measured: none that has not moved would do. */
static void wait_for_clock(void)
{
	if (DEFECT(issue_60806) == 0)
		return;
	while (host_nanotime() == tracer_v1->start_nanotime_ns)
		host_pause(POINT_stop_wait_for_clock);
}

/* Steps 5 to 10: world stopped, sysmon's lock and that of the global buffer held. */
static void end_trace(void)
{
	const struct v1_writer writer = v1_writer_own();
	const uint64_t stack = v1_stack_put_of(g_self());
	v1_writer_event(&writer, TRACE_V1_EVENT_go_sched, &stack, 1);
	v1_cpu_samples_stop();
	queue_all_buffers();
	wait_for_clock();
	atomic_u32_store(POINT_stop_off, &tracer_v1->is_enabled, 0, memory_order_relaxed);
	/* Partner: the reader, which registers and then looks here (litmus:
	 * v1_reader_against_shutdown). */
	atomic_u32_store(POINT_stop_shutting_down, &tracer_v1->is_shutting_down, 1,
			 memory_order_seq_cst);
}

static void check_empty_locked(void)
{
	for (uint32_t i = 0; i < sched->allp_capacity; i++)
		if (sched->allp[i]->trace_v1.buffer != NULL)
			fatal("trace: non-empty trace buffer in proc");
	if (tracer_v1->buffer != NULL)
		fatal("trace: non-empty global trace buffer");
	if (atomic_address_peek(&tracer_v1->full_head) != 0)
		fatal("trace: non-empty full trace buffer");
	if (tracer_v1->reading != NULL || atomic_address_peek(&tracer_v1->reader) != 0)
		fatal("trace: reading after shutdown");
}

/* Step 12. */
static void clean_up(void *argument)
{
	(void)argument;
	lock_acquire(&tracer_v1->lock);
	check_empty_locked();
	while (tracer_v1->empty != NULL) {
		struct trace_buffer *buffer = tracer_v1->empty;
		tracer_v1->empty = buffer->next;
		host_pages_free(buffer, tracer_v1->configuration.buffer_size_bytes);
	}
	intern_table_reset(&tracer_v1->strings);
	if (DEFECT(issue_56554))
		gc_store_pointer();
	v1_cpu_samples_free();
	atomic_u32_store(POINT_stop_done, &tracer_v1->is_shutting_down, 0, memory_order_relaxed);
	lock_release(&tracer_v1->lock);
}

uint64_t v1_stop(void)
{
	function_prologue(POINT_stop);
	v1_world_stop("stop trace");
	lock_acquire(&sched->sysmon_lock);
	lock_acquire(&tracer_v1->buffer_lock);
	bool is_on = atomic_u32_load(POINT_stop_look_on, &tracer_v1->is_enabled,
				     memory_order_relaxed) != 0;
	uint64_t trace = tracer_v1->trace_count;
	if (is_on)
		end_trace();
	lock_release(&tracer_v1->buffer_lock);
	lock_release(&sched->sysmon_lock);
	v1_world_start();
	if (!is_on)
		return 0;
	semaphore_acquire(&tracer_v1->shutdown_semaphore);
	race_acquire(&tracer_v1->shutdown_semaphore);
	v1_call_to_lock(clean_up, NULL);
	return trace;
}
