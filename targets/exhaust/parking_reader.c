#include "exhaust/parking_reader.h"

#include "base/fatal.h"
#include "trace_v2/reader.h"
#include "trace_v2/writer.h"

enum { BUFFER_COUNT_MAX = 2, BUFFER_SIZE_BYTES = 128 };

struct parking_reader {
	struct trace_buffer *buffers[BUFFER_COUNT_MAX];
	unsigned buffer_count;
	bool has_end;
	struct host_note reader_is_ready;
	unsigned delivered_count;
	bool is_out_of_order;
};

static struct parking_reader state;

void parking_reader_set_up(unsigned buffer_count, bool has_end)
{
	const struct trace_configuration configuration = {.dialect = TRACE_DIALECT_1_23,
							  .buffer_size_bytes = BUFFER_SIZE_BYTES};
	ensure(buffer_count <= BUFFER_COUNT_MAX);
	state = (struct parking_reader){.buffer_count = buffer_count, .has_end = has_end};
	tracer_boot(&configuration);
	tracer->is_header_written = true;
	tracer->generation.value = PARKING_READER_GENERATION;
	tracer->reader_generation.value = PARKING_READER_GENERATION;
	tracer->is_enabled.value = 1;
	for (unsigned i = 0; i < buffer_count; i++) {
		struct trace_buffer *buffer = host_allocate(BUFFER_SIZE_BYTES);
		buffer->capacity_bytes = trace_buffer_capacity(BUFFER_SIZE_BYTES);
		buffer->position = VARINT_SIZE_MAX;
		state.buffers[i] = buffer;
	}
}

static void deliver(const uint8_t *bytes)
{
	const struct trace_buffer *next = state.buffers[state.delivered_count % BUFFER_COUNT_MAX];
	state.is_out_of_order |= next == NULL || bytes != next->bytes;
	state.delivered_count++;
}

/* tracer_read(), without a scheduler: the note stands for the goroutine's turn. */
void parking_reader_run(void)
{
	while (state.has_end || state.delivered_count < state.buffer_count) {
		struct read_attempt attempt = {0};
		reader_try(&attempt);
		if (attempt.parks) {
			if (reader_register(world_g(PARKING_READER), NULL)) {
				host_note_sleep(&state.reader_is_ready, HOST_FOREVER);
				host_note_clear(&state.reader_is_ready);
			}
			continue;
		}
		if (attempt.bytes == NULL)
			return;
		deliver(attempt.bytes);
	}
}

void parking_reader_find(void)
{
	if (reader_is_wanted() && reader_take() != NULL)
		host_note_wake(&state.reader_is_ready);
}

void parking_reader_flush(unsigned index)
{
	lock_acquire(&tracer->lock);
	buffer_flush_locked(state.buffers[index], PARKING_READER_GENERATION);
	lock_release(&tracer->lock);
}

const char *parking_reader_check(void)
{
	if (state.delivered_count != state.buffer_count || state.is_out_of_order)
		return "not every buffer was delivered, once and in order";
	if (tracer->reader.value != 0 || tracer->full[PARKING_READER_GENERATION % 2].head != NULL)
		return "a reader or a buffer is left";
	if (tracer->done_semaphores[PARKING_READER_GENERATION % 2].value.value != state.has_end)
		return "the generation was not released once";
	return NULL;
}
