#include "trace_v1/reader.h"

#include "sched/goroutine.h"
#include "sched/race_context.h"
#include "trace_v1/cpu_samples.h"
#include "trace_v1/lock_form.h"
#include "trace_v1/writer.h"

/* ReadTrace. Source: algorithms.md 3.3; 3.4 for what issue 53979 mended. */

static const char header_text[TRACE_HEADER_SIZE_BYTES] = "go 1.19 trace\0\0";

enum { FOOTER_P = 0 /* whose batches frequency, strings and stacks are in */ };

/* Told to user space as Go does: no crash because of tracing. */
static void note_second_reader(void)
{
	host_yield(POINT_read_second_reader, tracer_v1);
}

static bool is_shutting_down(void)
{
	return atomic_u32_load(POINT_read_shutting_down, &tracer_v1->is_shutting_down,
			       memory_order_relaxed) != 0;
}

static bool is_footer_written(void)
{
	return atomic_u32_peek(&tracer_v1->is_footer_written) != 0;
}

static bool has_full_buffer(void)
{
	return atomic_address_peek(&tracer_v1->full_head) != 0;
}

/* Waiting, or writing the end. */
static bool has_reader_locked(void)
{
	return atomic_address_load(POINT_read_look_for_reader, &tracer_v1->reader,
				   memory_order_relaxed) != 0 ||
	       tracer_v1->is_footer_in_progress;
}

static void recycle_locked(void)
{
	struct trace_buffer *buffer = tracer_v1->reading;
	if (buffer == NULL)
		return;
	buffer->next = tracer_v1->empty;
	tracer_v1->empty = buffer;
	tracer_v1->reading = NULL;
}

static void dequeue_locked(struct v1_read_attempt *attempt)
{
	struct trace_buffer *buffer = (struct trace_buffer *)atomic_address_peek(
		&tracer_v1->full_head);
	atomic_address_store(POINT_read_dequeue, &tracer_v1->full_head, (uintptr_t)buffer->next,
			     memory_order_relaxed);
	if (buffer->next == NULL)
		tracer_v1->full_tail = NULL;
	buffer->next = NULL;
	tracer_v1->reading = buffer;
	attempt->bytes = buffer->bytes;
	attempt->size_bytes = buffer->position;
}

/* Frequency, strings and stacks: nobody writes any more. Releases the lock meanwhile. A second
 * reader is kept away: with nothing to read it would tell the end, and the stop would clean up
 * beside this.
 */
static void write_footer_locked(void)
{
	struct trace_buffer *footer = NULL;
	const struct v1_writer writer = {.p_id = FOOTER_P, .slot = &footer};
	atomic_u32_store(POINT_read_footer, &tracer_v1->is_footer_written, 1, memory_order_relaxed);
	tracer_v1->is_footer_in_progress = true;
	v1_unlock_as_owner();
	v1_writer_ensure(&writer, 1 + VARINT_SIZE_MAX);
	trace_buffer_byte(footer, TRACE_V1_EVENT_frequency);
	trace_buffer_varint(footer, V1_CLOCK_UNITS_PER_SECOND);
	v1_stacks_dump(&writer);
	v1_lock_as_owner();
	tracer_v1->is_footer_in_progress = false;
	v1_writer_queue(&writer);
}

/* The end of the trace: lets the stop go on. The lock is not held. */
static void release_shutdown(void)
{
	race_release(&tracer_v1->shutdown_semaphore);
	semaphore_release(&tracer_v1->shutdown_semaphore, false);
}

/* From the label newFull of algorithms.md 3.3 on. Takes the lock over, and releases it. */
static void write_locked(struct v1_read_attempt *attempt)
{
	if (!has_full_buffer() && !is_footer_written() && is_shutting_down())
		write_footer_locked();
	if (has_full_buffer()) {
		dequeue_locked(attempt);
		v1_unlock_as_owner();
		return;
	}
	bool is_end = is_shutting_down() && !tracer_v1->is_end_told;
	if (is_end)
		tracer_v1->is_end_told = true;
	v1_unlock_as_owner();
	/* Else it was woken for nothing, which only the old way of parking can show. */
	if (is_end)
		release_shutdown();
}

/* The old way: registered with the lock held, which is released once it waits. */
static void park_with_lock(void)
{
	atomic_address_store(POINT_read_register, &tracer_v1->reader, (uintptr_t)g_self(),
			     memory_order_relaxed);
	goroutine_park_unlock(&tracer_v1->lock, WAIT_TRACE_READER);
	v1_lock_as_owner();
}

/* Whether there is nothing to read, and the attempt has ended: the caller parks. */
static bool is_to_park_locked(void)
{
	if (has_full_buffer() || is_shutting_down())
		return false;
	switch (v1_lock_form()) {
	case V1_LOCK_WHILE_PARKING:
		park_with_lock();
		return false;
	case V1_LOCK_OWNER_STALE:
		lock_release(&tracer_v1->lock);
		return true;
	default:
		v1_unlock_as_owner();
		return true;
	}
}

/* Only while a trace is on, else there is no ring: one who reads wrongly may come while a stop
 * gives it back. */
static void read_samples(void)
{
	bool is_on = atomic_u32_peek(&tracer_v1->is_enabled) != 0;
	if (is_on && !is_footer_written() && !is_shutting_down())
		v1_cpu_samples_read();
}

/* readTrace0. */
static void try_read(struct v1_read_attempt *attempt)
{
	bool is_old = v1_lock_form() != V1_LOCK_ON_SYSTEM_STACK;
	if (!is_old)
		read_samples();
	v1_lock_as_owner();
	function_prologue(POINT_read_locked);
	if (has_reader_locked()) {
		v1_unlock_as_owner();
		note_second_reader();
		return;
	}
	recycle_locked();
	if (!tracer_v1->is_header_written) {
		tracer_v1->is_header_written = true;
		v1_unlock_as_owner();
		attempt->bytes = (const uint8_t *)header_text;
		attempt->size_bytes = sizeof header_text;
		return;
	}
	if (is_old)
		read_samples();
	attempt->parks = is_to_park_locked();
	if (!attempt->parks)
		write_locked(attempt);
}

/* On the system stack, since it takes the lock; with the goroutine's race context, for the map of
 * strings and the ring of samples. */
void v1_reader_try(void *attempt)
{
	if (is_on_user_stack()) {
		try_read(attempt);
		return;
	}
	race_context_borrow();
	try_read(attempt);
	race_context_give_back();
}

bool v1_read(const uint8_t **ret_bytes, size_t *ret_size_bytes)
{
	struct v1_read_attempt attempt;
	function_prologue(POINT_read);
	for (;;) {
		attempt = (struct v1_read_attempt){0};
		v1_call_to_lock(v1_reader_try, &attempt);
		if (!attempt.parks)
			break;
		goroutine_park(v1_reader_register, NULL, WAIT_TRACE_READER);
	}
	*ret_bytes = attempt.bytes;
	*ret_size_bytes = attempt.size_bytes;
	return attempt.bytes != NULL;
}
