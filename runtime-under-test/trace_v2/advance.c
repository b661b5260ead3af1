#include "base/defect.h"
#include "base/fatal.h"
#include "sched/goroutine.h"
#include "sched/procs.h"
#include "sched/race_context.h"
#include "sched/semaphore.h"
#include "sched/suspend.h"
#include "trace_v2/events_gc.h"
#include "trace_v2/generation.h"
#include "trace_v2/proc_preparation.h"
#include "trace_v2/reader.h"
#include "trace_v2/writer.h"

/* Source: algorithms.md 16.5, which replaces 5.6. The numbers are its steps. */

/* A goroutine that wrote nothing in the closing generation when we looked. */
struct untraced {
	struct g *g;
	uint64_t g_id; /* 0: it was dead */
	uint64_t m_id;
	uint64_t stack_id;
	enum trace_go_status status;
	bool is_in_mark_assist;
};

struct advance {
	uint64_t generation;
	bool is_stop;
	struct untraced *untraced;
	uint32_t untraced_count;
	struct untraced current;
};

/* ---- Step 2: every goroutine --------------------------------------------- */

/* As all other events name it. */
static uint64_t thread_id_of(const struct m *m)
{
	return DEFECT(issue_65196) ? m->id : m->procid;
}

/* Suspends the goroutine to read what belongs to its owner. Its record can only be written after
 * the barrier: it may be in the middle of a section now. */
static void describe(void *argument)
{
	struct advance *advance = argument;
	struct untraced *untraced = &advance->current;
	struct g *own = g_self();
	own->wait_reason = WAIT_TRACE_GOROUTINE_STATUS;
	g_change_status(own, G_RUNNING, G_WAITING);
	struct suspended suspended = g_suspend(untraced->g);
	untraced->g_id = 0;
	if (suspended.g != NULL) {
		struct g *g = suspended.g;
		untraced->g_id = g->id;
		untraced->status = go_status_of(atomic_u32_peek(&g->status), g->wait_reason);
		/* One that is off its thread may not have forgotten it yet. */
		bool has_thread = untraced->status == TRACE_GO_RUNNING ||
				  untraced->status == TRACE_GO_SYSCALL;
		untraced->m_id = has_thread ? thread_id_of(g->m) : TRACE_NO_M;
		untraced->stack_id = DEFECT(issue_65634) ? 0 : stack_put_of(g, advance->generation);
		untraced->is_in_mark_assist = g->is_in_mark_assist;
	}
	g_resume(suspended);
	g_change_status(own, G_WAITING, G_RUNNING);
}

/* The caller may have run through the whole generation without an event. It is running, so its own
 * M has to tell. */
static void trace_own_status(void)
{
	struct trace_section section = section_enter();
	struct trace_writer writer = writer_of_section(section);
	struct g *own = g_self();
	if (status_claim(&own->trace, section.generation))
		event_go_status(&writer, own->id, m_self()->procid, TRACE_GO_RUNNING, 0,
				own->is_in_mark_assist);
	section_leave(section);
}

static void collect_untraced(struct advance *advance)
{
	trace_own_status();
	uint32_t count = atomic_u32_load(POINT_advance_count_goroutines, &sched->g_count,
					 memory_order_acquire);
	for (uint32_t i = 0; i < count; i++) {
		struct g *g = sched->all_gs[i];
		/* Dead ones too: they may come alive as somebody else. */
		status_ready_next(&g->trace, advance->generation);
		if (status_was_traced(&g->trace, advance->generation))
			continue;
		advance->current = (struct untraced){.g = g};
		on_system_stack(describe, advance);
		if (advance->current.g_id != 0)
			advance->untraced[advance->untraced_count++] = advance->current;
	}
}

/* ---- Steps 5 to 11: the switch ------------------------------------------- */

/* Shutting down before off, both under the lock: never is the trace neither on nor shutting down
 * (I15). */
void reader_begin_shut_down(void)
{
	lock_acquire(&tracer->lock);
	atomic_u32_store(POINT_stop_shutting_down, &tracer->is_shutting_down, 1,
			 memory_order_relaxed);
	atomic_u64_store(POINT_stop_store_generation, &tracer->generation, 0, memory_order_seq_cst);
	lock_release(&tracer->lock);
	atomic_u32_store(POINT_stop_disable, &tracer->is_enabled, 0, memory_order_release);
}

static void switch_off(void *argument)
{
	(void)argument;
	reader_begin_shut_down();
}

void generation_open_next(uint64_t generation)
{
	/* Stored, then the barrier looks at every is_writing: partner is section_enter(). */
	atomic_u64_store(POINT_advance_store_generation, &tracer->generation, generation,
			 memory_order_seq_cst);
	host_yield(POINT_advance_generation_stored, &tracer->generation);
	struct trace_section section = section_enter();
	event_sync_batch(section.generation);
	trace_hooks->procs_change(section, sched->allp_length);
	section_leave(section);
	gc_event_active_if_marking();
}

static void switch_generation(const struct advance *advance)
{
	semaphore_acquire(&sched->world_semaphore);
	proc_preparation()->before_switch(advance->generation);
	struct m *m = acquirem();
	tracer->last_generation = advance->generation;
	if (advance->is_stop)
		on_system_stack(switch_off, NULL);
	else
		generation_open_next(generation_next(advance->generation));
	releasem(m);
	semaphore_release(&sched->world_semaphore, false);
}

/* ---- Step 12: the ragged barrier ----------------------------------------- */

/* Those that have ended, too: their buffers may still be there. */
static struct m *list_ms(void)
{
	lock_acquire(&sched->lock);
	struct m *first = sched->all_ms;
	for (struct m *m = first; m != NULL; m = m->all_next)
		m->trace.next_to_flush = m->all_next;
	struct m *ended = (struct m *)atomic_address_peek(&sched->ended_ms);
	for (; ended != NULL; ended = ended->ended_next) {
		ended->trace.next_to_flush = first;
		first = ended;
	}
	lock_release(&sched->lock);
	return first;
}

static void flush_m(struct m *m, uint64_t generation)
{
	struct trace_buffer **slot = &m->trace.buffers[generation_parity(generation)];
	lock_acquire(&tracer->lock);
	if (*slot != NULL) {
		buffer_flush_locked(*slot, generation);
		*slot = NULL;
	}
	lock_release(&tracer->lock);
}

void generation_pass_barrier(uint64_t closed)
{
	struct m *to_flush = list_ms();
	while (to_flush != NULL) {
		struct m **link = &to_flush;
		while (*link != NULL) {
			struct m *m = *link;
			if (atomic_u32_load(POINT_barrier_look, &m->trace.is_writing,
					    memory_order_seq_cst) != 0) {
				link = &m->trace.next_to_flush;
				continue;
			}
			flush_m(m, closed);
			*link = m->trace.next_to_flush;
			m->trace.next_to_flush = NULL;
		}
		if (to_flush != NULL)
			host_pause(POINT_barrier_wait);
	}
}

static void pass_barrier(void *argument)
{
	const struct advance *advance = argument;
	generation_pass_barrier(advance->generation);
}

/* ---- Steps 13 to 16 ------------------------------------------------------ */

static void write_untraced(const struct advance *advance)
{
	struct trace_buffer *slot = NULL;
	struct trace_writer writer = {
		.generation = advance->generation, .m_id = TRACE_NO_M, .slot = &slot};
	for (uint32_t i = 0; i < advance->untraced_count; i++) {
		const struct untraced *untraced = &advance->untraced[i];
		/* Still untraced after the barrier, so it did nothing since we looked, and the
		 * record is right. */
		if (status_was_traced(&untraced->g->trace, advance->generation))
			continue;
		ensure(untraced->status != TRACE_GO_RUNNING);
		event_go_status(&writer, untraced->g_id, untraced->m_id, untraced->status,
				untraced->stack_id, untraced->is_in_mark_assist);
	}
	writer_flush(&writer);
}

void reader_publish_flushed(uint64_t generation)
{
	lock_acquire(&tracer->lock);
	atomic_u64_store(POINT_advance_publish_flushed, &tracer->flushed_generation, generation,
			 memory_order_seq_cst);
	lock_release(&tracer->lock);
}

static void publish_flushed(void *argument)
{
	const struct advance *advance = argument;
	reader_publish_flushed(advance->generation);
}

/* ---- Steps 17 to 22 ------------------------------------------------------ */

static void free_empty_buffers(void)
{
	while (tracer->empty != NULL) {
		struct trace_buffer *buffer = tracer->empty;
		tracer->empty = buffer->next;
		host_pages_free(buffer, tracer->configuration.buffer_size_bytes);
	}
}

static void check_and_clean(void *argument)
{
	const struct advance *advance = argument;
	unsigned parity = generation_parity(advance->generation);
	lock_acquire(&tracer->lock);
	if (tracer->full[parity].head != NULL)
		fatal("trace: non-empty full trace buffer for done generation");
	if (advance->is_stop) {
		if (tracer->full[1 - parity].head != NULL)
			fatal("trace: non-empty full trace buffer for next generation");
		if (tracer->reading != NULL || atomic_address_peek(&tracer->reader) != 0)
			fatal("trace: reading after shutdown");
		free_empty_buffers();
		tracer->is_header_written = false;
		atomic_u32_store(POINT_stop_done, &tracer->is_shutting_down, 0,
				 memory_order_relaxed);
	}
	lock_release(&tracer->lock);
}

static void wait_for_reader(const struct advance *advance)
{
	struct semaphore *done = &tracer->done_semaphores[generation_parity(advance->generation)];
	semaphore_acquire(done);
	race_acquire(done);
}

uint64_t tracer_advance(bool is_stop)
{
	function_prologue(POINT_advance);
	semaphore_acquire(&tracer->advance_semaphore);
	struct untraced untraced[G_COUNT_MAX];
	struct advance advance = {.is_stop = is_stop, .untraced = untraced};
	advance.generation = atomic_u64_load(POINT_advance_load_generation, &tracer->generation,
					     memory_order_relaxed);
	if (advance.generation == 0) {
		semaphore_release(&tracer->advance_semaphore, false);
		return 0;
	}
	collect_untraced(&advance);
	if (!is_stop)
		strings_register_fixed(generation_next(advance.generation));
	switch_generation(&advance);
	/* Upstream has many safe points from here on; without the defect they change nothing. */
	if (DEFECT(issue_74045))
		function_prologue(POINT_advance);
	on_system_stack(pass_barrier, &advance);
	write_untraced(&advance);
	cpu_samples_read_all(advance.generation);
	cpu_samples_flush(advance.generation);
	stacks_dump(advance.generation);
	strings_reset(advance.generation);
	on_system_stack(publish_flushed, &advance);
	proc_preparation()->after_flush(advance.generation, is_stop);

	if (is_stop) {
		semaphore_acquire(&tracer->shutdown_semaphore);
		cpu_samples_stop();
	}
	wait_for_reader(&advance);
	on_system_stack(check_and_clean, &advance);
	if (is_stop)
		gc_event_sweeps_forget();
	/* Handed over: else a program that stops and starts in a loop could starve others that
	 * advance. */
	semaphore_release(&tracer->advance_semaphore, true);
	if (is_stop) {
		advancer_stop();
		semaphore_release(&tracer->shutdown_semaphore, false);
	}
	return advance.generation;
}
