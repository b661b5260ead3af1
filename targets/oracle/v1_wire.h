/* The outermost layer of a v1 trace: the header and the sequence of records (format-v1 1). */
#ifndef ORACLE_V1_WIRE_H
#define ORACLE_V1_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "oracle/fault.h"
#include "oracle/wire.h"

enum {
	V1_RECORD_SIZE_MAX = 2048, /* that a length may tell, as in Go's reader from 1.23 on */
	V1_TEXT_SIZE_MAX = 1000000,
	V1_CODE_LENGTH = 3, /* argument code: a length comes first */
};

struct v1_record {
	uint8_t type;        /* enum v1_event_type */
	uint8_t code;        /* argument code of the head byte */
	bool is_padded;      /* a number other than the length has a byte too many */
	uint8_t length_size; /* bytes of the length; 0 without one */
	bool is_length_padded;
	uint16_t value_count;
	uint32_t text_size; /* of String and UserLog */
	size_t offset;      /* of the head byte */
	size_t text_offset;
	size_t end_offset;
	uint64_t values[V1_RECORD_SIZE_MAX]; /* as on the wire: dt first where there is one */
};

/* Whether SOURCE begins as a v1 trace does, of whatever version below 1.22. */
bool v1_header_is(const struct wire_source *source);

/* The version of a header for which v1_header_is() is true. */
bool v1_header_read(const struct wire_source *source, uint8_t *ret_minor, struct fault *fault);

/* Reads the record at OFFSET, which must lie before the end of the source. False: FAULT tells why.
 */
bool v1_record_read(const struct wire_source *source, uint8_t minor, size_t offset,
		    struct v1_record *ret_record, struct fault *fault);

#endif
