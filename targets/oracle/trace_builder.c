#include "oracle/trace_builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"

enum { CAPACITY_FIRST = 4096, SIZE_FIELD_SIZE = 10, NUMBER_SIZE_MAX = 10 };

void trace_builder_create(struct trace_builder *builder)
{
	*builder = (struct trace_builder){.generation = 1};
}

void trace_builder_destroy(struct trace_builder *builder)
{
	free(builder->bytes);
	*builder = (struct trace_builder){0};
}

static uint8_t *reserve(struct trace_builder *builder, size_t size)
{
	if (builder->size + size > builder->capacity) {
		size_t capacity = builder->capacity == 0 ? CAPACITY_FIRST : builder->capacity;
		while (capacity < builder->size + size)
			capacity *= 2;
		builder->bytes = realloc(builder->bytes, capacity);
		if (builder->bytes == NULL)
			fatal("trace builder: out of memory");
		builder->capacity = capacity;
	}
	return builder->bytes + builder->size;
}

void trace_byte(struct trace_builder *builder, uint8_t byte)
{
	*reserve(builder, 1) = byte;
	builder->size++;
}

void trace_bytes(struct trace_builder *builder, const void *bytes, size_t size)
{
	memcpy(reserve(builder, size), bytes, size);
	builder->size += size;
}

void trace_number(struct trace_builder *builder, uint64_t number)
{
	uint8_t *target = reserve(builder, NUMBER_SIZE_MAX);
	size_t size = 0;

	for (; number >= 0x80; number >>= 7)
		target[size++] = (uint8_t)(number | 0x80);
	target[size++] = (uint8_t)number;
	builder->size += size;
}

void trace_header(struct trace_builder *builder, int minor)
{
	char header[16] = {0};

	ensure(minor >= 10 && minor < 100);
	snprintf(header, sizeof(header), "go 1.%d trace", minor);
	builder->size = 0;
	builder->generation = 1;
	trace_bytes(builder, header, sizeof(header));
}

static void begin(struct trace_builder *builder, uint64_t m, uint64_t time)
{
	trace_number(builder, builder->generation);
	trace_number(builder, m);
	trace_number(builder, time);
	builder->size_field_at = builder->size;
	reserve(builder, SIZE_FIELD_SIZE);
	builder->size += SIZE_FIELD_SIZE;
	trace_batch_end(builder);
}

void trace_batch_begin(struct trace_builder *builder, uint64_t m, uint64_t time)
{
	trace_byte(builder, EVENT_event_batch);
	begin(builder, m, time);
}

void trace_experiment_begin(struct trace_builder *builder, uint8_t experiment, uint64_t m,
			    uint64_t time)
{
	trace_byte(builder, EVENT_experimental_batch);
	trace_byte(builder, experiment);
	begin(builder, m, time);
}

void trace_batch_end(struct trace_builder *builder)
{
	uint64_t size = builder->size - builder->size_field_at - SIZE_FIELD_SIZE;

	for (size_t i = 0; i < SIZE_FIELD_SIZE; i++, size >>= 7)
		builder->bytes[builder->size_field_at + i] = (uint8_t)(size & 0x7f) |
							     (i + 1 < SIZE_FIELD_SIZE ? 0x80 : 0);
}

void trace_event(struct trace_builder *builder, uint8_t type, uint64_t dt,
		 const uint64_t *arguments)
{
	trace_byte(builder, type);
	trace_number(builder, dt);
	for (uint8_t i = 0; i < event_info[type].argument_count; i++)
		trace_number(builder, arguments[i]);
}

void trace_string(struct trace_builder *builder, uint64_t id, const char *text)
{
	trace_byte(builder, EVENT_string);
	trace_number(builder, id);
	trace_number(builder, strlen(text));
	trace_bytes(builder, text, strlen(text));
}

void trace_stack(struct trace_builder *builder, uint64_t id, uint64_t pc, uint64_t function,
		 uint64_t file, uint64_t line)
{
	const uint64_t numbers[] = {id, 1, pc, function, file, line};

	trace_byte(builder, EVENT_stack);
	for (size_t i = 0; i < 6; i++)
		trace_number(builder, numbers[i]);
}

void trace_sample(struct trace_builder *builder, uint64_t time, uint64_t m, uint64_t p, uint64_t g,
		  uint64_t stack)
{
	const uint64_t numbers[] = {time, m, p, g, stack};

	trace_byte(builder, EVENT_cpu_sample);
	for (size_t i = 0; i < 5; i++)
		trace_number(builder, numbers[i]);
}

void trace_snapshot(struct trace_builder *builder, uint64_t dt, uint64_t mono_ns,
		    uint64_t wall_seconds, uint64_t wall_ns)
{
	const uint64_t numbers[] = {dt, mono_ns, wall_seconds, wall_ns};

	trace_byte(builder, EVENT_clock_snapshot);
	for (size_t i = 0; i < 4; i++)
		trace_number(builder, numbers[i]);
}

void trace_frequency(struct trace_builder *builder, uint64_t units_per_second)
{
	trace_batch_begin(builder, UINT64_MAX, 1);
	trace_byte(builder, EVENT_frequency);
	trace_number(builder, units_per_second);
	trace_batch_end(builder);
}

void trace_sync(struct trace_builder *builder, uint64_t units_per_second, uint64_t time)
{
	const uint64_t wall_seconds = 1700000000;

	trace_batch_begin(builder, UINT64_MAX, time);
	trace_byte(builder, EVENT_sync);
	trace_byte(builder, EVENT_frequency);
	trace_number(builder, units_per_second);
	trace_snapshot(builder, 1, time, wall_seconds + time, 0);
	trace_batch_end(builder);
}
