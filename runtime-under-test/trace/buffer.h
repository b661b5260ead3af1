/* A trace buffer: memory of the host's that one batch is written into. Source: algorithms.md 4,
 * format-v2.md 2.
 *
 * A buffer is in exactly one place: an M's or a table's slot, a full queue, the reader's hand, or
 * the pool of empty ones (I05). Who has it there owns it; nothing here locks. */
#ifndef TRACE_BUFFER_H
#define TRACE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/fatal.h"
#include "base/varint.h"

struct trace_buffer {
	struct trace_buffer *next;
	uint64_t last_time;     /* of the last event, in trace clock units */
	uint32_t position;      /* bytes used */
	uint32_t size_position; /* where the batch's size will be patched in */
	uint32_t capacity_bytes;
	bool is_taken; /* v1: from the empty ones, and not queued yet */
	uint8_t bytes[];
};

/* The memory a scenario gives a buffer, of which the header takes a part, as upstream's does. */
static inline uint32_t trace_buffer_capacity(uint32_t memory_size_bytes)
{
	return memory_size_bytes - (uint32_t)offsetof(struct trace_buffer, bytes);
}

/* Of a text a trace keeps as many bytes; fewer where a record of more would not fit into a buffer,
 * which is only so where scenarios make them small. upstream: v1 keeps what fits into a buffer of
 * 64 KiB. */
static inline uint32_t trace_text_size_bytes_max(uint32_t memory_size_bytes)
{
	enum { TEXT_SIZE_BYTES_MAX = 1024, BATCH_AND_RECORD_SIZE_BYTES = 3 + 6 * VARINT_SIZE_MAX };
	uint32_t room_bytes = trace_buffer_capacity(memory_size_bytes) -
			      BATCH_AND_RECORD_SIZE_BYTES;
	return room_bytes < TEXT_SIZE_BYTES_MAX ? room_bytes : TEXT_SIZE_BYTES_MAX;
}

static inline bool trace_buffer_has_room(const struct trace_buffer *buffer, size_t size_bytes)
{
	return buffer->capacity_bytes - buffer->position >= size_bytes;
}

static inline void trace_buffer_byte(struct trace_buffer *buffer, uint8_t byte)
{
	ensure(buffer->position < buffer->capacity_bytes);
	buffer->bytes[buffer->position++] = byte;
}

/* The caller has made sure of room for VARINT_SIZE_MAX bytes, or of what VALUE takes. */
static inline void trace_buffer_varint(struct trace_buffer *buffer, uint64_t value)
{
	ensure(trace_buffer_has_room(buffer, varint_size(value)));
	buffer->position += (uint32_t)varint_write(&buffer->bytes[buffer->position], value);
}

static inline void trace_buffer_bytes(struct trace_buffer *buffer, const void *bytes,
				      size_t size_bytes)
{
	ensure(trace_buffer_has_room(buffer, size_bytes));
	memcpy(&buffer->bytes[buffer->position], bytes, size_bytes);
	buffer->position += (uint32_t)size_bytes;
}

#endif
