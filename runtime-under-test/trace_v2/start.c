#include "base/defect.h"
#include "sched/goroutine.h"
#include "sched/procs.h"
#include "sched/semaphore.h"
#include "trace_v2/events_gc.h"
#include "trace_v2/generation.h"
#include "trace_v2/proc_preparation.h"
#include "trace_v2/writer.h"

/* Source: algorithms.md 5.2, 16.4. The numbers are its steps. */

void generation_open_first(uint64_t generation)
{
	/* True before the generation is there, for whoever looks at it alone. */
	atomic_u32_store(POINT_start_enable, &tracer->is_enabled, 1, memory_order_seq_cst);
	host_yield(POINT_start_enabled, &tracer->generation);
	atomic_u64_store(POINT_start_store_generation, &tracer->generation, generation,
			 memory_order_seq_cst);
	/* Who found tracing off on its way out of a system call makes its change before the trace's
	 * first event. Partner: the count in syscall_change_status(). */
	while (atomic_u32_load(POINT_start_look_exiting, &sched->exiting_syscall_count,
			       memory_order_seq_cst) != 0)
		host_pause(POINT_start_look_exiting);
}

/* Steps 9 to 12, the world stopped. */
static void begin_first_generation(uint64_t generation)
{
	for (uint32_t i = 0; i < sched->allp_length; i++)
		sched->allp[i]->trace_proc.syscall_m_id = TRACE_NO_M;
	generation_open_first(generation);
	struct trace_section section = section_enter();
	event_sync_batch(generation);
	trace_hooks->procs_change(section, sched->allp_length);
	trace_hooks->stw_begin(section, "start trace");
	gc_event_active_if_marking();
	if (DEFECT(issue_52517) == 0)
		trace_hooks->heap_goal(section);
	proc_preparation()->at_start(section);
	section_leave(section);
}

/* Steps 1 to 3. */
static bool begin_start(void)
{
	if (atomic_u32_load(POINT_start_look, &tracer->is_enabled, memory_order_acquire) != 0 ||
	    atomic_u32_load(POINT_start_look, &tracer->is_shutting_down, memory_order_relaxed) != 0)
		return false;
	/* The last trace is cleaned up. */
	semaphore_acquire(&tracer->shutdown_semaphore);
	semaphore_release(&tracer->shutdown_semaphore, false);
	semaphore_acquire(&tracer->advance_semaphore);
	return true;
}

static void reset_header(void *argument)
{
	(void)argument;
	lock_acquire(&tracer->lock);
	tracer->is_header_written = false;
	lock_release(&tracer->lock);
}

bool tracer_start(void)
{
	function_prologue(POINT_start);
	if (!begin_start())
		return false;
	cpu_samples_init();
	uint64_t generation = generation_next(tracer->last_generation);
	on_system_stack(reset_header, NULL);
	atomic_u64_store(POINT_start_reset_reader, &tracer->reader_generation, generation,
			 memory_order_relaxed);
	atomic_u64_store(POINT_start_reset_reader, &tracer->flushed_generation, 0,
			 memory_order_relaxed);
	strings_register_fixed(generation);

	world_stop("start trace");
	tracer->gc_sequence = 1;
	lock_acquire(&sched->sysmon_lock);
	begin_first_generation(generation);
	lock_release(&sched->sysmon_lock);
	world_start();

	cpu_samples_start_logger();
	advancer_start();
	semaphore_release(&tracer->advance_semaphore, false);
	return true;
}
