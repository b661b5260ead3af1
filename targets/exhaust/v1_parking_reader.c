#include "exhaust/v1_parking_reader.h"

#include <string.h>

#include "trace_v1/reader.h"
#include "trace_v1/writer.h"

enum { BUFFER_SIZE_BYTES = 256, BUFFER_COUNT_MAX = 2 };

static struct {
	bool has_end;
	unsigned buffer_count;
	struct host_note reader_is_ready;
	struct trace_buffer *buffers[BUFFER_COUNT_MAX];
	struct trace_buffer *slots[BUFFER_COUNT_MAX];
	unsigned header_count;
	unsigned delivered_count;
	bool is_out_of_order;
	bool is_end_told_again;
} state;

static void make_buffer(unsigned index)
{
	struct trace_buffer *buffer = host_allocate(BUFFER_SIZE_BYTES);
	buffer->capacity_bytes = trace_buffer_capacity(BUFFER_SIZE_BYTES);
	buffer->position = VARINT_SIZE_MAX + index;
	buffer->is_taken = true;
	buffer->next = buffer; /* nobody relies on what it was */
	state.buffers[index] = state.slots[index] = buffer;
}

void v1_parking_reader_set_up(unsigned buffer_count, bool has_end)
{
	const struct trace_configuration configuration = {.dialect = TRACE_DIALECT_1_19,
							  .buffer_size_bytes = BUFFER_SIZE_BYTES};
	memset(&state, 0, sizeof state);
	state.has_end = has_end;
	state.buffer_count = buffer_count;
	tracer_v1_kind.boot(&configuration);
	tracer_v1->is_header_written = !has_end;
	tracer_v1->is_footer_written.value = 1;
	tracer_v1->is_enabled.value = 1;
	for (unsigned i = 0; i < buffer_count; i++)
		make_buffer(i);
}

static void deliver(const struct v1_read_attempt *attempt)
{
	if (state.has_end && state.header_count == 0) {
		state.header_count++;
		state.is_out_of_order |= attempt->size_bytes != TRACE_HEADER_SIZE_BYTES;
		return;
	}
	const struct trace_buffer *reading = tracer_v1->reading;
	state.is_out_of_order |= reading == NULL || attempt->bytes != reading->bytes ||
				 attempt->size_bytes != reading->position || reading->next != NULL;
	state.is_out_of_order |= reading !=
				 state.buffers[state.delivered_count++ % BUFFER_COUNT_MAX];
}

/* As whoever comes later: it is told the end, and nothing else. */
static void read_behind_the_end(void)
{
	struct v1_read_attempt attempt = {0};
	v1_reader_try(&attempt);
	state.is_end_told_again = !attempt.parks && attempt.bytes == NULL;
}

/* v1_read(), without a scheduler: the note stands for the goroutine's turn. */
void v1_parking_reader_run(void)
{
	while (state.has_end || state.delivered_count < state.buffer_count) {
		struct v1_read_attempt attempt = {0};
		v1_reader_try(&attempt);
		if (attempt.parks) {
			if (v1_reader_register(world_g(V1_PARKING_READER), NULL)) {
				host_note_sleep(&state.reader_is_ready, HOST_FOREVER);
				host_note_clear(&state.reader_is_ready);
			}
			continue;
		}
		if (attempt.bytes == NULL) {
			read_behind_the_end();
			return;
		}
		deliver(&attempt);
	}
}

void v1_parking_reader_find(void)
{
	if (v1_reader_is_wanted() && v1_reader_take() != NULL)
		host_note_wake(&state.reader_is_ready);
}

void v1_parking_reader_flush(void)
{
	lock_acquire(&tracer_v1->lock);
	/* One that has no buffer queues none. */
	for (unsigned i = 0; i < BUFFER_COUNT_MAX; i++) {
		const struct v1_writer writer = {.p_id = V1_NO_P, .slot = &state.slots[i]};
		v1_writer_queue(&writer);
	}
	lock_release(&tracer_v1->lock);
}

/* The reader has given back all but the buffer that it has in hand. */
static bool are_buffers_back(void)
{
	unsigned count = 0;
	for (const struct trace_buffer *buffer = tracer_v1->empty;
	     buffer != NULL && count <= BUFFER_COUNT_MAX; buffer = buffer->next)
		count += !buffer->is_taken;
	const struct trace_buffer *reading = tracer_v1->reading;
	if (reading != NULL && (reading->next != NULL || reading->is_taken))
		return false;
	return count + !state.has_end == state.buffer_count && (reading == NULL) == state.has_end;
}

const char *v1_parking_reader_check(void)
{
	if (state.delivered_count != state.buffer_count || state.is_out_of_order ||
	    state.header_count != state.has_end)
		return "not every buffer was delivered, once and in order";
	if (!are_buffers_back() || state.slots[0] != NULL || state.slots[1] != NULL)
		return "a buffer that was read is lost";
	if (tracer_v1->reader.value != 0 || tracer_v1->full_head.value != 0 ||
	    tracer_v1->full_tail != NULL)
		return "a reader or a buffer is left";
	if (tracer_v1->shutdown_semaphore.value.value != state.has_end ||
	    state.is_end_told_again != state.has_end)
		return "the end was not released once";
	return NULL;
}
