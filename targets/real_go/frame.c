#include "real_go/frame.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"

static uint32_t little_endian(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

static uint32_t payload_size_bytes(const struct frame_parser *parser)
{
	return little_endian(parser->header + 5);
}

static bool is_kind(uint8_t byte)
{
	return byte != 0 && strchr("HBTEND", byte) != NULL;
}

/* The header is whole. */
static bool check_header(struct frame_parser *parser, char *ret_error)
{
	const uint8_t kind = parser->header[0];
	unsigned long long offset = parser->offset;
	if (!is_kind(kind)) {
		snprintf(ret_error, FRAME_ERROR_SIZE,
			 "at byte %llu: a frame of kind H, B, T, E, N or D was expected, got %s%c "
			 "(0x%02x)",
			 offset, isprint(kind) ? "" : "no letter ", isprint(kind) ? kind : '?',
			 kind);
		return false;
	}
	if (payload_size_bytes(parser) > FRAME_PAYLOAD_SIZE_BYTES_MAX) {
		snprintf(ret_error, FRAME_ERROR_SIZE,
			 "at byte %llu: a frame of kind %c with at most %d bytes was expected, got "
			 "%u",
			 offset, kind, FRAME_PAYLOAD_SIZE_BYTES_MAX, payload_size_bytes(parser));
		return false;
	}
	return true;
}

static void reserve(struct frame_parser *parser, size_t size_bytes)
{
	if (size_bytes <= parser->payload_capacity_bytes)
		return;
	size_t capacity_bytes = 2 * parser->payload_capacity_bytes;
	if (capacity_bytes < size_bytes)
		capacity_bytes = size_bytes;
	parser->payload = realloc(parser->payload, capacity_bytes);
	ensure(parser->payload != NULL);
	parser->payload_capacity_bytes = capacity_bytes;
}

static size_t smaller(size_t left, size_t right)
{
	return left < right ? left : right;
}

static bool hand_over(struct frame_parser *parser, frame_function *take, void *context,
		      char *ret_error)
{
	const struct frame frame = {
		.kind = (enum frame_kind)parser->header[0],
		.stream = little_endian(parser->header + 1),
		.size_bytes = payload_size_bytes(parser),
		.payload = parser->payload,
		.offset = parser->offset,
	};
	char error[FRAME_ERROR_SIZE];
	parser->offset += FRAME_HEADER_SIZE_BYTES + frame.size_bytes;
	parser->header_size_bytes = 0;
	parser->payload_size_bytes = 0;
	if (take(context, &frame, error))
		return true;
	snprintf(ret_error, FRAME_ERROR_SIZE, "at byte %llu: %s", (unsigned long long)frame.offset,
		 error);
	return false;
}

bool frame_parse(struct frame_parser *parser, const uint8_t *bytes, size_t size_bytes,
		 frame_function *take, void *context, char *ret_error)
{
	while (size_bytes > 0) {
		if (parser->header_size_bytes < FRAME_HEADER_SIZE_BYTES) {
			size_t taken = smaller(size_bytes,
					       FRAME_HEADER_SIZE_BYTES - parser->header_size_bytes);
			memcpy(parser->header + parser->header_size_bytes, bytes, taken);
			parser->header_size_bytes += taken;
			bytes += taken;
			size_bytes -= taken;
			if (parser->header_size_bytes < FRAME_HEADER_SIZE_BYTES)
				return true;
			if (!check_header(parser, ret_error))
				return false;
		}
		/* As much as has come, not as much as is promised: a size may be a lie. */
		size_t taken = smaller(size_bytes,
				       payload_size_bytes(parser) - parser->payload_size_bytes);
		reserve(parser, parser->payload_size_bytes + taken);
		if (taken > 0)
			memcpy(parser->payload + parser->payload_size_bytes, bytes, taken);
		parser->payload_size_bytes += taken;
		bytes += taken;
		size_bytes -= taken;
		if (parser->payload_size_bytes == payload_size_bytes(parser) &&
		    !hand_over(parser, take, context, ret_error))
			return false;
	}
	return true;
}

bool frame_is_open(const struct frame_parser *parser)
{
	return parser->header_size_bytes > 0;
}

void frame_parser_free(struct frame_parser *parser)
{
	free(parser->payload);
	*parser = (struct frame_parser){0};
}
