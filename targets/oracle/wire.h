/* The outermost layer of a v2 trace: the header and the sequence of batches (format-v2 1, 2). */
#ifndef ORACLE_WIRE_H
#define ORACLE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "oracle/fault.h"

enum {
	WIRE_HEADER_SIZE = 16,
	WIRE_BATCH_BODY_SIZE_MAX = 65536,
	WIRE_BATCH_SIZE_MAX_WRITTEN = 65504, /* header and body, what a correct writer keeps */
	WIRE_SIZE_FIELD_SIZE = 10,
};

#define WIRE_NO_THREAD UINT64_MAX

/* The bytes of a whole file; they stay the caller's and must not change. */
struct wire_source {
	const uint8_t *bytes;
	size_t size;
};

/* A batch, or the byte 52 in its place, which ends a generation from version 26 on: that has no
 * field but the kind, and an empty body. */
struct wire_batch {
	uint64_t generation; /* 0: none, or told so */
	uint64_t m;          /* WIRE_NO_THREAD: none */
	uint64_t time;       /* trace clock units */
	size_t offset;       /* of the kind byte */
	size_t body_offset;
	uint32_t body_size;
	uint8_t kind; /* EVENT_event_batch, EVENT_experimental_batch, EVENT_end_of_generation */
	uint8_t experiment; /* 0 for a batch of kind 1 */
	uint8_t size_field_size;
};

/* Reads the header; the first batch begins at WIRE_HEADER_SIZE. */
bool wire_header_read(const struct wire_source *source, uint8_t *ret_minor, struct fault *fault);

/* Whether nothing more is to be read at OFFSET: it is the end of the source, or all that follows is
 * the kind byte of an experimental batch, which Go's reader takes for the end. */
bool wire_is_end(const struct wire_source *source, size_t offset);

/* Reads the batch at OFFSET, which must lie before the end of the source. The next one begins at
 * body_offset + body_size. False: FAULT tells why. */
bool wire_batch_read(const struct wire_source *source, size_t offset, struct wire_batch *ret_batch,
		     struct fault *fault);

#endif
