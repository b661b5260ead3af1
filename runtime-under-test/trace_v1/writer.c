#include "trace_v1/writer.h"

#include <string.h>

#include "base/defect.h"
#include "base/fatal.h"
#include "sched/goroutine.h"
#include "trace_v1/lock_form.h"

struct v1_writer v1_writer_own(void)
{
	struct m *m = m_self();
	if (m->trace_v1.has_global_buffer)
		return (struct v1_writer){.p_id = V1_NO_P, .slot = &tracer_v1->buffer};
	return (struct v1_writer){.p_id = m->p->id, .slot = &m->p->trace_v1.buffer};
}

/* ---- Buffers ------------------------------------------------------------- */

void v1_writer_queue(const struct v1_writer *writer)
{
	struct trace_buffer *buffer = *writer->slot;
	if (buffer == NULL)
		return;
	if (!buffer->is_taken)
		fatal("trace: a buffer is queued twice"); /* I05 */
	buffer->is_taken = false;
	*writer->slot = NULL;
	buffer->next = NULL;
	struct trace_buffer *tail = tracer_v1->full_tail;
	tracer_v1->full_tail = buffer;
	if (atomic_address_peek(&tracer_v1->full_head) != 0)
		tail->next = buffer;
	else
		/* Last, and seq_cst: partner is the reader, which registers and then looks here
		 * (litmus: v1_reader_against_work). */
		atomic_address_store(POINT_flush_queue, &tracer_v1->full_head, (uintptr_t)buffer,
				     memory_order_seq_cst);
}

/* No more than upstream's of 64 KiB holds, beside its header with room for 128 pcs. */
static uint32_t capacity_of(uint32_t memory_size_bytes)
{
	enum { CAPACITY_BYTES_MAX = 64488 };
	const uint32_t capacity_bytes = trace_buffer_capacity(memory_size_bytes);
	return capacity_bytes < CAPACITY_BYTES_MAX ? capacity_bytes : CAPACITY_BYTES_MAX;
}

static struct trace_buffer *take_empty(void)
{
	struct trace_buffer *buffer = tracer_v1->empty;
	if (buffer != NULL) {
		tracer_v1->empty = buffer->next;
	} else {
		const uint32_t size_bytes = tracer_v1->configuration.buffer_size_bytes;
		buffer = host_pages_allocate(size_bytes);
		buffer->capacity_bytes = capacity_of(size_bytes);
		buffer->last_time = 0;
	}
	buffer->next = NULL;
	buffer->position = 0;
	buffer->is_taken = true;
	return buffer;
}

/* Counters of processors that nobody has synchronized. */
enum { PROCESSOR_COUNT = 4, PROCESSOR_SKEW_NS = 20000 };

static uint64_t processor_skew(void)
{
	if (DEFECT(issue_10512) == 0)
		return 0;
	return m_self()->id % PROCESSOR_COUNT * PROCESSOR_SKEW_NS / V1_CLOCK_UNIT_NS;
}

/* A buffer may be used again by another P, whose clock then goes on from its last time. */
static uint64_t next_time(const struct trace_buffer *buffer)
{
	uint64_t now = v1_clock_now() + processor_skew();
	return now == buffer->last_time ? now + 1 : now;
}

static void begin_batch(const struct v1_writer *writer, struct trace_buffer *buffer)
{
	buffer->last_time = next_time(buffer);
	trace_buffer_byte(buffer, TRACE_V1_EVENT_batch | 1 << V1_CODE_SHIFT);
	trace_buffer_varint(buffer, writer->p_id);
	trace_buffer_varint(buffer, buffer->last_time);
}

/* Before commit d58f4e9b7b only an event began a batch. */
static bool is_begun_by_flush(void)
{
	return DEFECT(commit_d58f4e9b7b) != V1_HEADERLESS;
}

/* traceFlush. */
static void flush(void *argument)
{
	const struct v1_writer *writer = argument;
	bool has_lock = v1_is_lock_owner();
	if (!has_lock)
		lock_acquire(&tracer_v1->lock);
	function_prologue(POINT_flush_locked);
	v1_writer_queue(writer);
	struct trace_buffer *buffer = take_empty();
	if (is_begun_by_flush())
		begin_batch(writer, buffer);
	if (!has_lock)
		lock_release(&tracer_v1->lock);
	*writer->slot = buffer;
}

void v1_writer_ensure(const struct v1_writer *writer, uint32_t size_bytes)
{
	if (*writer->slot != NULL && trace_buffer_has_room(*writer->slot, size_bytes))
		return;
	v1_call_to_lock(flush, (void *)(uintptr_t)writer);
	ensure(trace_buffer_has_room(*writer->slot, size_bytes));
}

/* ---- Events -------------------------------------------------------------- */

/* Room for an event, in a batch that has begun. */
static struct trace_buffer *ensure_event(const struct v1_writer *writer, uint32_t size_bytes)
{
	v1_writer_ensure(writer, size_bytes);
	if ((*writer->slot)->position == 0)
		begin_batch(writer, *writer->slot);
	return *writer->slot;
}

/* Head byte, place of the length, dt and arguments. */
static void write_record(struct trace_buffer *buffer, enum trace_v1_event_type type,
			 const uint64_t *arguments, unsigned count)
{
	ensure(count <= V1_ARGUMENT_COUNT_MAX);
	uint64_t now = next_time(buffer);
	unsigned code = count < V1_CODE_WITH_LENGTH ? count : V1_CODE_WITH_LENGTH;
	trace_buffer_byte(buffer, (uint8_t)((unsigned)type | code << V1_CODE_SHIFT));
	uint32_t length_position = buffer->position;
	if (code == V1_CODE_WITH_LENGTH)
		trace_buffer_byte(buffer, 0);
	trace_buffer_varint(buffer, now - buffer->last_time);
	for (unsigned i = 0; i < count; i++)
		trace_buffer_varint(buffer, arguments[i]);
	buffer->last_time = now;
	if (code == V1_CODE_WITH_LENGTH)
		buffer->bytes[length_position] = (uint8_t)(buffer->position - length_position - 1);
}

void v1_writer_event(const struct v1_writer *writer, enum trace_v1_event_type type,
		     const uint64_t *arguments, unsigned count)
{
	write_record(ensure_event(writer, V1_EVENT_SIZE_BYTES_MAX), type, arguments, count);
}

void v1_writer_log(const struct v1_writer *writer, const uint64_t *arguments, unsigned count,
		   const char *message)
{
	uint32_t message_size_bytes = (uint32_t)strlen(message);
	struct trace_buffer *buffer = ensure_event(
		writer, V1_EVENT_SIZE_BYTES_MAX + VARINT_SIZE_MAX + message_size_bytes);
	write_record(buffer, TRACE_V1_EVENT_user_log, arguments, count);
	trace_buffer_varint(buffer, message_size_bytes);
	trace_buffer_bytes(buffer, message, message_size_bytes);
}
