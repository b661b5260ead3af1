#include "trace_v2/writer.h"

#include "base/defect.h"
#include "base/fatal.h"
#include "sched/goroutine.h"

uint64_t trace_clock_now(void)
{
	return host_nanotime() / TRACE_CLOCK_UNIT_NS;
}

struct trace_writer writer_of_section(struct trace_section section)
{
	struct m *m = m_self();
	return (struct trace_writer){
		.generation = section.generation,
		.m_id = m->procid,
		.slot = &m->trace.buffers[generation_parity(section.generation)],
	};
}

/* ---- Buffers ------------------------------------------------------------- */

void buffer_flush_locked(struct trace_buffer *buffer, uint64_t generation)
{
	assert_system_stack("a trace buffer is flushed on a user stack");
	lock_assert_held(&tracer->lock);
	uint32_t body_position = buffer->size_position + VARINT_SIZE_MAX;
	varint_write_padded(&buffer->bytes[buffer->size_position],
			    buffer->position - body_position);

	struct trace_buffer_queue *queue = &tracer->full[generation_parity(generation)];
	buffer->next = NULL;
	if (queue->tail != NULL)
		queue->tail->next = buffer;
	else
		queue->head = buffer;
	queue->tail = buffer;
	/* Last, and seq_cst: partner is the reader, which registers and then looks here (litmus:
	 * reader_against_work). */
	atomic_u32_store(POINT_flush_has_work, &tracer->has_work, 1, memory_order_seq_cst);
}

static void begin_batch(const struct trace_writer *writer, struct trace_buffer *buffer)
{
	uint64_t now = trace_clock_now();
	if (now <= buffer->last_time)
		now = buffer->last_time + 1;
	buffer->last_time = now;
	buffer->position = 0;
	trace_buffer_byte(buffer, TRACE_EVENT_event_batch);
	trace_buffer_varint(buffer, writer->generation);
	trace_buffer_varint(buffer, writer->m_id);
	trace_buffer_varint(buffer, now);
	buffer->size_position = buffer->position;
	for (int i = 0; i < VARINT_SIZE_MAX; i++)
		trace_buffer_byte(buffer, 0);
}

/* On the system stack, since tracer.lock is taken: a stack that grew under it would take the heap
 * lock (issue 53979). */
static void refill(void *argument)
{
	const struct trace_writer *writer = argument;
	lock_acquire(&tracer->lock);
	if (*writer->slot != NULL)
		buffer_flush_locked(*writer->slot, writer->generation);
	struct trace_buffer *buffer = tracer->empty;
	if (buffer != NULL)
		tracer->empty = buffer->next;
	lock_release(&tracer->lock);
	if (buffer == NULL) {
		buffer = host_pages_allocate(tracer->configuration.buffer_size_bytes);
		buffer->capacity_bytes = trace_buffer_capacity(
			tracer->configuration.buffer_size_bytes);
		buffer->last_time = 0;
	}
	buffer->next = NULL;
	*writer->slot = buffer;
	begin_batch(writer, buffer);
}

bool writer_ensure(const struct trace_writer *writer, uint32_t size_bytes)
{
	if (*writer->slot != NULL && trace_buffer_has_room(*writer->slot, size_bytes))
		return false;
	on_system_stack(refill, (void *)(uintptr_t)writer);
	ensure(trace_buffer_has_room(*writer->slot, size_bytes));
	return true;
}

static void flush_slot(void *argument)
{
	const struct trace_writer *writer = argument;
	lock_acquire(&tracer->lock);
	buffer_flush_locked(*writer->slot, writer->generation);
	lock_release(&tracer->lock);
	*writer->slot = NULL;
}

void writer_flush(const struct trace_writer *writer)
{
	if (*writer->slot != NULL)
		on_system_stack(flush_slot, (void *)(uintptr_t)writer);
}

/* ---- Events -------------------------------------------------------------- */

void writer_event(const struct trace_writer *writer, enum trace_event_type type,
		  const uint64_t *arguments, unsigned count)
{
	ensure(count <= TRACE_ARGUMENT_COUNT_MAX);
	writer_ensure(writer, 1 + VARINT_SIZE_MAX * (count + 1));
	uint64_t now = trace_clock_now();
	struct trace_buffer *buffer = *writer->slot;
	/* Nobody takes a buffer away in the middle of a section. */
	ensure(buffer != NULL);
	if (now <= buffer->last_time)
		now = buffer->last_time + 1;
	trace_buffer_byte(buffer, (uint8_t)type);
	trace_buffer_varint(buffer, now - buffer->last_time);
	for (unsigned i = 0; i < count; i++)
		trace_buffer_varint(buffer, arguments[i]);
	buffer->last_time = now;
}

void event_proc_status(const struct trace_writer *writer, uint32_t p_id,
		       enum trace_proc_status status)
{
	if (status == TRACE_PROC_BAD)
		fatal("attempted to trace a bad status for a proc");
	writer_event(writer, TRACE_EVENT_proc_status, (uint64_t[]){p_id, status}, 2);
}

void event_go_status(const struct trace_writer *writer, uint64_t g_id, uint64_t m_id,
		     enum trace_go_status status, uint64_t stack_id, bool is_in_mark_assist)
{
	if (status == TRACE_GO_BAD)
		fatal("attempted to trace a bad status for a goroutine");
	if (stack_id == 0 || tracer->configuration.dialect == TRACE_DIALECT_1_22)
		writer_event(writer, TRACE_EVENT_go_status, (uint64_t[]){g_id, m_id, status}, 3);
	else
		writer_event(writer, TRACE_EVENT_go_status_stack,
			     (uint64_t[]){g_id, m_id, status, stack_id}, 4);
	if (is_in_mark_assist)
		writer_event(writer, TRACE_EVENT_gc_mark_assist_active, (uint64_t[]){g_id}, 1);
}

/* WR4: what goes on there comes right behind. */
static void write_own_proc_status(const struct trace_writer *writer, const struct p *p,
				  enum trace_proc_status status)
{
	event_proc_status(writer, p->id, status);
	if (p->trace_sweep.is_told)
		writer_event(writer, TRACE_EVENT_gc_sweep_active, (uint64_t[]){p->id}, 1);
}

void event_write(struct trace_section section, enum trace_go_status go_status,
		 enum trace_proc_status proc_status, enum trace_event_type type,
		 const uint64_t *arguments, unsigned count)
{
	struct m *m = m_self();
	struct trace_writer writer = writer_of_section(section);
	if (m->p != NULL && status_claim(&m->p->trace, section.generation))
		write_own_proc_status(&writer, m->p, proc_status);
	struct g *g = m->current_g;
	if (g != NULL && status_claim(&g->trace, section.generation))
		event_go_status(&writer, g->id, m->procid, go_status, 0, g->is_in_mark_assist);
	writer_event(&writer, type, arguments, count);
}

enum trace_go_status go_status_of(uint32_t status, enum wait_reason reason)
{
	switch (status & ~(uint32_t)G_SCAN) {
	case G_RUNNABLE:
		return TRACE_GO_RUNNABLE;
	case G_RUNNING:
		return TRACE_GO_RUNNING;
	case G_SYSCALL:
		return TRACE_GO_SYSCALL;
	case G_WAITING:
	case G_PREEMPTED:
		/* Its M goes on running for it (16.8). */
		return reason >= WAIT_STOPPING_THE_WORLD ? TRACE_GO_RUNNING : TRACE_GO_WAITING;
	default:
		fatal("a goroutine's status that no trace can show");
	}
}

/* The calendar's and the machine's clock are read first, at once, and the trace's after them
 * (format-v2.md 10.3). */
static void write_clock_snapshot(struct trace_buffer *buffer)
{
	struct host_wall_time wall = host_wall_time();
	uint64_t now = trace_clock_now();
	if (now <= buffer->last_time)
		now = buffer->last_time + 1;
	trace_buffer_byte(buffer, TRACE_EVENT_clock_snapshot);
	trace_buffer_varint(buffer, now - buffer->last_time);
	trace_buffer_varint(buffer, wall.monotonic_ns);
	trace_buffer_varint(buffer, wall.seconds);
	trace_buffer_varint(buffer, wall.ns);
	buffer->last_time = now;
}

void event_sync_batch(uint64_t generation)
{
	struct trace_buffer *slot = NULL;
	struct trace_writer writer = {.generation = generation, .m_id = TRACE_NO_M, .slot = &slot};
	bool has_snapshot = tracer->configuration.dialect >= TRACE_DIALECT_1_26;
	writer_ensure(&writer, 3 + 5 * VARINT_SIZE_MAX);
	if (has_snapshot)
		trace_buffer_byte(slot, TRACE_EVENT_sync);
	trace_buffer_byte(slot, TRACE_EVENT_frequency);
	const uint64_t factor = DEFECT(issue_65997) ? TRACE_CLOCK_UNIT_NS : 1;
	trace_buffer_varint(slot, TRACE_CLOCK_UNITS_PER_SECOND * factor);
	if (has_snapshot)
		write_clock_snapshot(slot);
	writer_flush(&writer);
}
