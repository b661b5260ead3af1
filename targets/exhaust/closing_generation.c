#include "exhaust/closing_generation.h"

#include <string.h>

#include "exhaust/written_event.h"
#include "trace_v2/generation.h"
#include "trace_v2/reader.h"

enum {
	BUFFER_SIZE_BYTES = 256,
	MANY_COUNT = 100, /* more than a buffer, fewer than two */
	RING_WORD_COUNT = 32,
	GENERATION_COUNT = 2
};

static struct {
	/* By generation, from CLOSING_GENERATION on, and writer: events. */
	unsigned written[GENERATION_COUNT][WORLD_THREAD_COUNT_MAX];
	unsigned found[GENERATION_COUNT][WORLD_THREAD_COUNT_MAX];
	bool is_stop;
	unsigned procs_change_count; /* of the generation that was opened */
	struct m ended_m;            /* has left a buffer behind */
	bool is_section_torn;
	bool is_generation_wrong;
} state;

static struct trace_buffer *new_buffer(void)
{
	struct trace_buffer *buffer = host_allocate(BUFFER_SIZE_BYTES);
	buffer->capacity_bytes = trace_buffer_capacity(BUFFER_SIZE_BYTES);
	return buffer;
}

void closing_generation_set_up(void)
{
	const struct trace_configuration configuration = {
		.dialect = TRACE_DIALECT_1_23,
		.buffer_size_bytes = BUFFER_SIZE_BYTES,
		.sample_ring_word_count = RING_WORD_COUNT};
	memset(&state, 0, sizeof state);
	sched = host_allocate(sizeof *sched);
	lock_init(&sched->lock, LOCK_RANK_sched);
	sched->all_ms = world_m(CLOSING_WRITER);
	trace_hooks = &tracer_v2_hooks;
	tracer_boot(&configuration);
	cpu_samples_init();
	tracer->empty = new_buffer(); /* for whoever comes first */
	tracer->generation.value = CLOSING_GENERATION;
	tracer->is_enabled.value = 1;
}

/* One without an event. */
static void leave_buffer(struct m *m)
{
	struct trace_buffer *buffer = new_buffer();
	buffer->position = VARINT_SIZE_MAX;
	m->trace.buffers[CLOSING_GENERATION % 2] = buffer;
}

void closing_generation_set_up_two(void)
{
	closing_generation_set_up();
	sched->all_ms->all_next = world_m(CLOSING_SECOND_WRITER);
	leave_buffer(&state.ended_m);
	sched->ended_ms.value = (uintptr_t)&state.ended_m;
}

static unsigned index_of(const struct m *m)
{
	return m->id - 1;
}

/* In a section, the event and its account. */
static void write_event(struct trace_section section)
{
	struct trace_writer writer = writer_of_section(section);
	writer_event(&writer, TRACE_EVENT_proc_stop, NULL, 0);
	state.written[section.generation - CLOSING_GENERATION][index_of(m_self())]++;
}

void closing_generation_write_event(void)
{
	struct trace_section section = section_enter();
	if (!section.is_valid)
		return;
	write_event(section);
	section_leave(section);
}

void closing_generation_write_nested(void)
{
	struct trace_section outer = section_enter();
	if (!outer.is_valid)
		return;
	struct trace_section inner = section_enter();
	state.is_section_torn |= inner.generation != outer.generation;
	if (inner.is_valid)
		write_event(inner);
	trace_leave(inner);
	write_event(outer);
	section_leave(outer);
}

void closing_generation_write_many(void)
{
	struct trace_section section = section_enter();
	for (unsigned i = 0; section.is_valid && i < MANY_COUNT; i++)
		write_event(section);
	trace_leave(section);
}

void closing_generation_stop(void)
{
	state.is_stop = true;
	reader_begin_shut_down();
	generation_pass_barrier(CLOSING_GENERATION);
}

void closing_generation_advance(void)
{
	generation_open_next(generation_next(CLOSING_GENERATION));
	generation_pass_barrier(CLOSING_GENERATION);
}

static void find(void *context, const struct written_event *event)
{
	(void)context;
	if (event->type == TRACE_EVENT_procs_change && event->generation != CLOSING_GENERATION)
		state.procs_change_count++;
	if (event->type != TRACE_EVENT_proc_stop)
		return;
	uint64_t index = event->generation - CLOSING_GENERATION;
	if (index >= GENERATION_COUNT)
		state.is_generation_wrong = true;
	else
		state.found[index][event->m_id - world_m(0)->procid]++;
}

static bool is_clean(const struct m *m)
{
	return m->trace.is_writing.value == 0 && m->trace.reentered_count == 0 &&
	       m->trace.next_to_flush == NULL;
}

static bool are_buffers_filled(void)
{
	unsigned count = 0;
	for (unsigned i = 0; i < GENERATION_COUNT; i++)
		for (const struct trace_buffer *buffer = tracer->full[i].head; buffer != NULL;
		     buffer = buffer->next)
			count++;
	return count < MANY_COUNT;
}

static bool has_sync_batch(void)
{
	const uint64_t generation = generation_next(CLOSING_GENERATION);
	const struct trace_buffer *buffer = tracer->full[generation_parity(generation)].head;
	while (buffer != NULL &&
	       buffer->bytes[buffer->size_position + VARINT_SIZE_MAX] != TRACE_EVENT_frequency)
		buffer = buffer->next;
	return buffer != NULL;
}

const char *closing_generation_check(void)
{
	bool are_clean = is_clean(world_m(CLOSING_ADVANCE));
	if (state.is_stop && (tracer->is_shutting_down.value == 0 || tracer->is_enabled.value != 0))
		return "a trace that has ended is on, or not shutting down";
	if (state.is_section_torn)
		return "a section inside another one is not of its generation";
	for (const struct m *m = sched->all_ms; m != NULL; m = m->all_next) {
		if (m->trace.buffers[CLOSING_GENERATION % 2] != NULL)
			return "an event was written into a closed generation";
		written_events_of_m(m, find, NULL);
		are_clean &= is_clean(m);
	}
	written_events_of_m(world_m(CLOSING_ADVANCE), find, NULL);
	for (uint64_t i = 0; i < GENERATION_COUNT; i++)
		written_events_of_generation(CLOSING_GENERATION + i, find, NULL);
	if (state.is_generation_wrong ||
	    memcmp(state.found, state.written, sizeof state.found) != 0)
		return "an event is not where it was written";
	if (!state.is_stop && (state.procs_change_count != 1 || !has_sync_batch()))
		return "a generation does not say when it began, or with how many Ps";
	if (!are_buffers_filled())
		return "an event has a buffer for itself";
	if (state.ended_m.trace.buffers[CLOSING_GENERATION % 2] != NULL)
		return "a buffer of an M that has ended is left";
	return are_clean ? NULL : "a section is not left";
}
