/* Frames, in which a driver speaks (runtime-under-test/go/PROTOCOL.md): a kind, the number of a
 * stream, the size of the payload, and the payload. Any bytes may be given, in pieces of any size.
 */
#ifndef REAL_GO_FRAME_H
#define REAL_GO_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FRAME_HEADER_SIZE_BYTES = 9,
	FRAME_PAYLOAD_SIZE_BYTES_MAX = 64 << 20,
	FRAME_ERROR_SIZE = 256,
};

enum frame_kind {
	FRAME_HELLO = 'H',
	FRAME_BEGIN = 'B', /* a trace begins */
	FRAME_TRACE = 'T', /* bytes of it */
	FRAME_END = 'E',   /* its writer was told everything */
	FRAME_NOTE = 'N',  /* what could not be done, and why */
	FRAME_DONE = 'D',
};

struct frame {
	enum frame_kind kind;
	uint32_t stream;
	uint32_t size_bytes;
	const uint8_t *payload; /* valid during the call only */
	uint64_t offset;        /* of the frame in all bytes */
};

struct frame_parser {
	uint8_t header[FRAME_HEADER_SIZE_BYTES];
	size_t header_size_bytes; /* of the frame that has begun */
	uint8_t *payload;
	size_t payload_size_bytes;
	size_t payload_capacity_bytes;
	uint64_t offset; /* where the frame that has begun begins */
};

/* False: the frame makes no sense, and RET_ERROR (FRAME_ERROR_SIZE) tells. */
typedef bool frame_function(void *context, const struct frame *frame, char *ret_error);

/* Hands each whole frame of the next BYTES to TAKE. False: the bytes are no frames, or one made no
 * sense to TAKE; RET_ERROR (FRAME_ERROR_SIZE) tells where and why, and nothing more may be parsed.
 */
bool frame_parse(struct frame_parser *parser, const uint8_t *bytes, size_t size_bytes,
		 frame_function *take, void *context, char *ret_error);

/* Whether a frame has begun that is not whole. */
bool frame_is_open(const struct frame_parser *parser);

/* Forgets all; a zero-initialised parser is as good. */
void frame_parser_free(struct frame_parser *parser);

#endif
