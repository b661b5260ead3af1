/* Trace buffers, by the words that hold them: a writer's slot, a queue of full ones, the reader's
 * hand. A buffer that is in none of them any more, and that the reader never had, was lost. */
#include <string.h>

#include "show/record.h"
#include "trace_v1/tracer.h"
#include "trace_v2/tracer.h"

enum { SLOT_COUNT = 2, QUEUE_COUNT = 2 };

struct slot {
	const struct trace_buffer *buffer;
	uint32_t fill; /* index of recording.buffers */
};

static struct {
	/* v2: of an M by generation % 2; v1: of a P, at index 0. */
	struct slot slots[SIM_THREAD_COUNT_MAX][SLOT_COUNT];
	const struct trace_buffer *tails[QUEUE_COUNT];
	const struct trace_buffer *reading;
} seen;

void record_buffers_begin(void)
{
	memset(&seen, 0, sizeof seen);
}

/* The newest fill of BUFFER, when it is not read yet; else NULL. */
static struct recorded_buffer *current_fill(const struct trace_buffer *buffer)
{
	for (uint32_t i = recording.buffer_count; i-- > 0;)
		if (recording.buffers[i].buffer == buffer)
			return recording.buffers[i].read == 0 ? &recording.buffers[i] : NULL;
	return NULL;
}

static struct recorded_buffer *begin_fill(const struct trace_buffer *buffer, unsigned thread,
					  uint32_t step)
{
	struct recorded_buffer *fill = RECORD_ONE(recording.buffers, recording.buffer_count,
						  recording.buffer_capacity);
	fill->buffer = buffer;
	fill->taken = step;
	fill->taken_m = (uint8_t)thread;
	fill->generation = recording.generation_count > 0
				   ? recording.generations[recording.generation_count - 1].value
				   : 0;
	return fill;
}

static void record_position(struct recorded_buffer *fill, const struct trace_buffer *buffer,
			    const struct m *m, unsigned thread, uint32_t step)
{
	if (fill->size_bytes == buffer->position)
		return;
	fill->size_bytes = buffer->position;
	*RECORD_ONE(recording.positions, recording.position_count,
		    recording.position_capacity) = (struct recorded_position){
		.step = step,
		.buffer = (uint32_t)(fill - recording.buffers),
		.position = buffer->position,
		.m = (uint8_t)thread,
		.p_plus_one = m->p != NULL ? (uint8_t)(m->p->id + 1) : 0,
	};
}

static void look_at_slot(struct slot *slot, const struct trace_buffer *buffer, const struct m *m,
			 unsigned thread, uint32_t step)
{
	if (buffer == NULL) {
		slot->buffer = NULL;
		return;
	}
	if (buffer != slot->buffer || recording.buffers[slot->fill].read != 0) {
		begin_fill(buffer, thread, step);
		slot->buffer = buffer;
		slot->fill = recording.buffer_count - 1;
	}
	struct recorded_buffer *fill = &recording.buffers[slot->fill];
	if (recording.is_v1)
		fill->p_plus_one = m->p != NULL ? (uint8_t)(m->p->id + 1) : 0;
	record_position(fill, buffer, m, thread, step);
}

static void look_at_slots(const struct m *m, unsigned thread, uint32_t step)
{
	if (!recording.is_v1) {
		for (unsigned i = 0; i < SLOT_COUNT; i++)
			look_at_slot(&seen.slots[thread][i], m->trace.buffers[i], m, thread, step);
	} else if (m->p != NULL) {
		look_at_slot(&seen.slots[m->p->id][0], m->p->trace_v1.buffer, m, thread, step);
	}
}

static void look_at_queue(unsigned index, const struct trace_buffer *head,
			  const struct trace_buffer *tail, unsigned thread, uint32_t step)
{
	if (head == NULL)
		tail = NULL;
	if (tail == seen.tails[index])
		return;
	seen.tails[index] = tail;
	for (const struct trace_buffer *buffer = head; buffer != NULL; buffer = buffer->next) {
		struct recorded_buffer *fill = current_fill(buffer);
		if (fill == NULL)
			fill = begin_fill(buffer, thread, step);
		if (fill->queued != 0)
			continue;
		fill->queued = step;
		fill->queued_m = (uint8_t)thread;
		fill->size_bytes = buffer->position;
	}
}

static void look_at_reader(const struct trace_buffer *reading, unsigned thread, uint32_t step)
{
	if (reading == seen.reading)
		return;
	seen.reading = reading;
	if (reading == NULL)
		return;
	struct recorded_buffer *fill = current_fill(reading);
	if (fill == NULL)
		fill = begin_fill(reading, thread, step);
	fill->read = step;
	fill->read_m = (uint8_t)thread;
	fill->size_bytes = reading->position;
	*RECORD_ONE(recording.reads, recording.read_count,
		    recording.read_capacity) = (uint32_t)(fill - recording.buffers);
}

void record_buffers_look(const struct m *m, unsigned thread, uint32_t step)
{
	if (m != NULL)
		look_at_slots(m, thread, step);
	if (recording.is_v1) {
		look_at_queue(
			0, (const struct trace_buffer *)atomic_address_peek(&tracer_v1->full_head),
			tracer_v1->full_tail, thread, step);
		look_at_reader(tracer_v1->reading, thread, step);
		return;
	}
	for (unsigned i = 0; i < QUEUE_COUNT; i++)
		look_at_queue(i, tracer->full[i].head, tracer->full[i].tail, thread, step);
	look_at_reader(tracer->reading, thread, step);
}
