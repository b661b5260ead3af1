#include "oracle/v1_trace.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fatal.h"
#include "oracle/grow.h"

enum { DENSE_P_COUNT = 256, DENSE_G_COUNT = 4096, TEXT_SIZE = 160 };

void v1_trace_create(struct v1_trace *trace)
{
	*trace = (struct v1_trace){0};
	v1_tables_create(&trace->tables);
	id_map_create(&trace->p_ids, DENSE_P_COUNT);
	id_map_create(&trace->g_ids, DENSE_G_COUNT);
	id_map_create(&trace->timer_ids, 0);
}

void v1_trace_destroy(struct v1_trace *trace)
{
	v1_tables_destroy(&trace->tables);
	id_map_destroy(&trace->p_ids);
	id_map_destroy(&trace->g_ids);
	id_map_destroy(&trace->timer_ids);
	free(trace->events);
	free(trace->samples);
	free(trace->order);
	free(trace->ranges);
	free(trace->lanes);
	free(trace->gs);
}

void v1_trace_begin(struct v1_trace *trace, const struct wire_source *source, struct fault *fault)
{
	/* Offsets of events have 48 bits. */
	ensure(source->size < UINT64_C(1) << 48);
	trace->source = *source;
	trace->fault = fault;
	trace->strict_fault = (struct fault){.rule = RULE_NONE};
	v1_tables_clear(&trace->tables);
	trace->units_per_second = 0;
	trace->batch_count = 0;
	trace->futile_count = 0;
	trace->sample_count = 0;
	trace->event_count = 0;
	trace->order_count = 0;
	trace->range_count = 0;
	trace->lane_count = 0;
	trace->g_count = 0;
	id_map_clear(&trace->p_ids);
	id_map_clear(&trace->g_ids);
	id_map_clear(&trace->timer_ids);
	ensure(v1_g_index(trace, 0) == V1_G_INDEX_NONE);
	ensure(v1_g_index(trace, V1_G_COLLECTOR) == V1_G_INDEX_COLLECTOR);
}

uint32_t v1_g_index(struct v1_trace *trace, uint64_t id)
{
	uint32_t index = id_map_find(&trace->g_ids, id);

	if (index != ID_MAP_ABSENT)
		return index;
	index = GROW_ONE(trace->gs, trace->g_count, trace->g_capacity);
	trace->gs[index] = id;
	id_map_insert(&trace->g_ids, id, index);
	return index;
}

const uint8_t *v1_message(const struct v1_trace *trace, const struct v1_event *event,
			  size_t *ret_size)
{
	const uint8_t *at = trace->source.bytes + event->offset + 1;
	const uint8_t *end = trace->source.bytes + trace->source.size;
	uint64_t size = 0;

	/* The length of its values comes first, then those, then the size of the message. The wire
	 * reader has been here before. */
	at = v1_varint_read(at, end, &size);
	ensure(at != NULL);
	at = v1_varint_read(at + size, end, &size);
	ensure(at != NULL);
	*ret_size = (size_t)size;
	return at;
}

bool v1_break(struct v1_trace *trace, const struct v1_event *event, enum rule rule,
	      const char *format, ...)
{
	uint64_t event_arguments[V1_EVENT_ARGUMENTS_MAX];
	char name[TEXT_SIZE], text[TEXT_SIZE], place[32] = "";
	va_list arguments;

	v1_arguments(trace, event, event_arguments);
	v1_event_format(name, sizeof(name), event->type, event_arguments);
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (event->lane != V1_NONE)
		snprintf(place, sizeof(place), " on P%" PRId64,
			 (int64_t)trace->lanes[event->lane].p);
	return fault_set(trace->fault, rule, event->offset, "%s%s: %s", name, place, text);
}

void v1_strict_break(struct v1_trace *trace, enum rule rule, uint64_t offset, const char *format,
		     ...)
{
	struct fault *fault = &trace->strict_fault;
	va_list arguments;

	if (fault->rule != RULE_NONE)
		return;
	fault->rule = rule;
	fault->offset = offset;
	va_start(arguments, format);
	vsnprintf(fault->message, sizeof(fault->message), format, arguments);
	va_end(arguments);
}
