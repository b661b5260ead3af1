#include "exhaust/written_event.h"

enum { TYPE_COUNT = 256 };

/* Names of the arguments, with a space before each but the first. */
static const char *const argument_names[TYPE_COUNT] = {
#define EVENT(identifier, name, number, since, arguments, strings, stacks) [number] = arguments,
#include "trace_v2/event.def"
#undef EVENT
};

static unsigned argument_count(uint8_t type)
{
	const char *names = argument_names[type];
	unsigned count = *names != '\0';
	for (; *names != '\0'; names++)
		count += *names == ' ';
	return count;
}

static uint64_t read_varint(const uint8_t **bytes)
{
	uint64_t value = 0;
	unsigned shift = 0;
	uint8_t byte;
	do {
		byte = *(*bytes)++;
		value |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte >= 0x80);
	return value;
}

/* Numbers that never stand in a timed body: event.def. */
static bool is_structural(uint8_t type)
{
	return type <= TRACE_EVENT_frequency ||
	       (type >= TRACE_EVENT_sync && type <= TRACE_EVENT_end_of_generation);
}

void written_events_of_buffer(const struct trace_buffer *buffer, written_event_visit *visit,
			      void *context)
{
	if (buffer == NULL)
		return;
	const uint8_t *bytes = buffer->bytes + 1;
	const uint8_t *end = buffer->bytes + buffer->position;
	struct written_event event = {.generation = read_varint(&bytes)};
	event.m_id = read_varint(&bytes);
	bytes = buffer->bytes + buffer->size_position + VARINT_SIZE_MAX;
	while (bytes < end && !is_structural(*bytes)) {
		event.type = *bytes++;
		read_varint(&bytes);
		unsigned count = argument_count((uint8_t)event.type);
		for (unsigned i = 0; i < count; i++)
			event.arguments[i] = read_varint(&bytes);
		visit(context, &event);
	}
}

void written_events_of_queue(const struct trace_buffer_queue *queue, written_event_visit *visit,
			     void *context)
{
	for (const struct trace_buffer *buffer = queue->head; buffer != NULL; buffer = buffer->next)
		written_events_of_buffer(buffer, visit, context);
}

void written_events_of_generation(uint64_t generation, written_event_visit *visit, void *context)
{
	written_events_of_queue(&tracer->full[generation_parity(generation)], visit, context);
}

void written_events_of_m(const struct m *m, written_event_visit *visit, void *context)
{
	for (unsigned i = 0; i < 2; i++)
		written_events_of_buffer(m->trace.buffers[i], visit, context);
}
