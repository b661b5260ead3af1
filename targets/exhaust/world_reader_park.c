/* The trace reader's park and wake-up (algorithms.md 5.7): the reader registers and looks again,
 * who has work for it stores that and looks for a reader. */
#include "exhaust/world.h"
#include "trace_v2/reader.h"
#include "trace_v2/writer.h"

enum { BUFFER_COUNT = 2, BUFFER_SIZE_BYTES = 128, GENERATION = 1, READER = 0 };

struct reader_park {
	struct trace_buffer *buffers[BUFFER_COUNT];
	struct host_note reader_is_ready;
	unsigned delivered_count;
	bool is_out_of_order;
};

static struct reader_park state;

static void set_up(void)
{
	const struct trace_configuration configuration = {.dialect = TRACE_DIALECT_1_23,
							  .buffer_size_bytes = BUFFER_SIZE_BYTES};
	state = (struct reader_park){0};
	tracer_boot(&configuration);
	tracer->is_header_written = true;
	tracer->generation.value = GENERATION;
	tracer->reader_generation.value = GENERATION;
	tracer->is_enabled.value = 1;
	for (unsigned i = 0; i < BUFFER_COUNT; i++) {
		struct trace_buffer *buffer = host_allocate(BUFFER_SIZE_BYTES);
		buffer->capacity_bytes = trace_buffer_capacity(BUFFER_SIZE_BYTES);
		buffer->position = VARINT_SIZE_MAX;
		state.buffers[i] = buffer;
	}
}

static void deliver(const uint8_t *bytes)
{
	const struct trace_buffer *next = state.buffers[state.delivered_count % BUFFER_COUNT];
	state.is_out_of_order |= bytes != next->bytes;
	state.delivered_count++;
}

/* tracer_read() until the end, without a scheduler: the note stands for the goroutine's turn. */
static void read_all(void)
{
	for (;;) {
		struct read_attempt attempt = {0};
		reader_try(&attempt);
		if (attempt.parks) {
			if (reader_register(world_g(READER), NULL)) {
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

/* What an M does about the reader in findRunnable. */
static void find_reader(void)
{
	if (reader_is_wanted() && reader_take() != NULL)
		host_note_wake(&state.reader_is_ready);
}

static void flush(unsigned index)
{
	lock_acquire(&tracer->lock);
	buffer_flush_locked(state.buffers[index], GENERATION);
	lock_release(&tracer->lock);
}

static void write_and_stop(void)
{
	flush(0);
	find_reader();
	reader_begin_shut_down();
	flush(1);
	reader_publish_flushed(GENERATION);
	find_reader();
}

static const char *check(void)
{
	if (state.delivered_count != BUFFER_COUNT || state.is_out_of_order)
		return "not every buffer was delivered, once and in order";
	if (tracer->reader.value != 0 || tracer->full[GENERATION % 2].head != NULL)
		return "a reader or a buffer is left";
	if (tracer->done_semaphores[GENERATION % 2].value.value != 1)
		return "the generation was not released once";
	return NULL;
}

const struct world world_reader_park = {
	.name = "reader-park",
	.sentence = "the trace reader parks while a writer flushes and stops, and an idle M looks",
	.set_up = set_up,
	.threads = {{.name = "reader", .run = read_all},
		    {.name = "writer", .run = write_and_stop},
		    {.name = "idle M", .run = find_reader}},
	.check = check,
	.controls = {"issue_53979_recheck"},
};
