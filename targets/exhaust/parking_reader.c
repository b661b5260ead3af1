#include "exhaust/parking_reader.h"

#include "base/fatal.h"
#include "trace_v2/reader.h"
#include "trace_v2/writer.h"

enum { BUFFER_COUNT_MAX = 2, BUFFER_SIZE_BYTES = 128, END_SIZE_BYTES = 1 };

struct parking_reader {
	struct trace_buffer *buffers[BUFFER_COUNT_MAX];
	unsigned buffer_count;
	bool has_end;
	bool has_header;
	struct host_note reader_is_ready;
	unsigned header_count;
	unsigned delivered_count;
	unsigned end_count;
	bool is_out_of_order;
};

static struct parking_reader state;

void parking_reader_set_up(unsigned buffer_count, bool has_end)
{
	const struct trace_configuration configuration = {.dialect = TRACE_DIALECT_1_26,
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
		buffer->position = VARINT_SIZE_MAX + 1 + i;
		buffer->next = buffer; /* nobody relies on what it was */
		state.buffers[i] = buffer;
	}
}

void parking_reader_begin_with_header(void)
{
	state.has_header = true;
	tracer->is_header_written = false;
	tracer->reader_generation.value = 0;
}

static bool is_next(const struct read_attempt *attempt)
{
	const struct trace_buffer *next = state.buffers[state.delivered_count++ % BUFFER_COUNT_MAX];
	if (next == NULL || attempt->bytes != next->bytes || attempt->size_bytes != next->position)
		return false;
	uint32_t body_size_bytes = 0;
	for (unsigned i = 0; i < VARINT_SIZE_MAX; i++)
		body_size_bytes |= (uint32_t)(next->bytes[i] & 0x7f) << (i < 4 ? 7 * i : 0);
	return next == tracer->reading && next->next == NULL &&
	       body_size_bytes == next->position - VARINT_SIZE_MAX;
}

static void deliver(const struct read_attempt *attempt)
{
	if (state.header_count < state.has_header) {
		state.header_count++;
		state.is_out_of_order |= attempt->size_bytes != TRACE_HEADER_SIZE_BYTES;
	} else if (attempt->size_bytes == END_SIZE_BYTES) {
		state.end_count++;
		state.is_out_of_order |= *attempt->bytes != TRACE_EVENT_end_of_generation;
	} else {
		state.is_out_of_order |= !is_next(attempt);
	}
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
		deliver(&attempt);
	}
}

void parking_reader_find(void)
{
	if (reader_is_wanted() && reader_take() != NULL)
		host_note_wake(&state.reader_is_ready);
}

void parking_reader_flush(unsigned index)
{
	uint64_t generation = atomic_u64_peek(&tracer->generation);
	lock_acquire(&tracer->lock);
	buffer_flush_locked(state.buffers[index],
			    generation == 0 ? PARKING_READER_GENERATION : generation);
	lock_release(&tracer->lock);
}

/* The reader has given back all but the buffer that it has in hand. */
static bool are_buffers_back(void)
{
	unsigned count = 0;
	for (const struct trace_buffer *buffer = tracer->empty;
	     buffer != NULL && count <= state.buffer_count; buffer = buffer->next)
		count++;
	if (tracer->reading != NULL && tracer->reading->next != NULL)
		return false;
	bool has_last = !state.has_end && state.buffer_count > 0;
	return count + has_last == state.buffer_count && (tracer->reading != NULL) == has_last;
}

const char *parking_reader_check(void)
{
	if (state.delivered_count != state.buffer_count || state.is_out_of_order ||
	    state.header_count != state.has_header)
		return "not every buffer was delivered, once and in order";
	if (!are_buffers_back())
		return "a buffer that was read is lost";
	const bool has_ended = tracer->done_semaphores[PARKING_READER_GENERATION % 2].value.value ==
			       1;
	if (tracer->reader.value != 0 || tracer->full[0].head != NULL ||
	    tracer->full[0].tail != NULL || tracer->full[1].head != NULL ||
	    tracer->full[1].tail != NULL)
		return "a reader or a buffer is left";
	if (has_ended != (tracer->flushed_generation.value != 0) || state.end_count != has_ended)
		return "the generation was not released once";
	return NULL;
}
