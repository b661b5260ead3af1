#include "exhaust/v1_parking_reader.h"

#include <string.h>

#include "trace_v1/reader.h"
#include "trace_v1/writer.h"

enum { BUFFER_SIZE_BYTES = 128 };

static struct {
	bool has_end;
	struct host_note reader_is_ready;
	unsigned delivered_count;
} state;

void v1_parking_reader_set_up(bool has_end)
{
	const struct trace_configuration configuration = {.dialect = TRACE_DIALECT_1_19,
							  .buffer_size_bytes = BUFFER_SIZE_BYTES};
	memset(&state, 0, sizeof state);
	state.has_end = has_end;
	tracer_v1_kind.boot(&configuration);
	tracer_v1->is_header_written = true;
	tracer_v1->is_footer_written.value = 1;
	tracer_v1->is_enabled.value = 1;
	if (has_end)
		return;
	struct trace_buffer *buffer = host_allocate(BUFFER_SIZE_BYTES);
	buffer->capacity_bytes = trace_buffer_capacity(BUFFER_SIZE_BYTES);
	buffer->position = VARINT_SIZE_MAX;
	buffer->is_taken = true;
	tracer_v1->buffer = buffer;
}

/* v1_read(), without a scheduler: the note stands for the goroutine's turn. */
void v1_parking_reader_run(void)
{
	for (;;) {
		struct v1_read_attempt attempt = {0};
		v1_reader_try(&attempt);
		if (!attempt.parks) {
			state.delivered_count += attempt.bytes != NULL;
			return;
		}
		if (v1_reader_register(world_g(V1_PARKING_READER), NULL)) {
			host_note_sleep(&state.reader_is_ready, HOST_FOREVER);
			host_note_clear(&state.reader_is_ready);
		}
	}
}

void v1_parking_reader_find(void)
{
	if (v1_reader_is_wanted() && v1_reader_take() != NULL)
		host_note_wake(&state.reader_is_ready);
}

void v1_parking_reader_flush(void)
{
	const struct v1_writer writer = {.p_id = V1_NO_P, .slot = &tracer_v1->buffer};
	lock_acquire(&tracer_v1->lock);
	v1_writer_queue(&writer);
	lock_release(&tracer_v1->lock);
}

const char *v1_parking_reader_check(void)
{
	if (state.delivered_count != (state.has_end ? 0 : 1))
		return "the buffer was not delivered once";
	if (tracer_v1->reader.value != 0 || tracer_v1->full_head.value != 0)
		return "a reader or a buffer is left";
	if (tracer_v1->shutdown_semaphore.value.value != state.has_end)
		return "the end was not released once";
	return NULL;
}
