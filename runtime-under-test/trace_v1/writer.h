/* Writing events: the buffer of the M's P, the global one, or one that belongs to nobody. Source:
 * algorithms.md 3.6, format-v1.md 1.3, 3.1.
 *
 * Event functions run inside a valid section, or as a start or stop with the world stopped. */
#ifndef TRACE_V1_WRITER_H
#define TRACE_V1_WRITER_H

#include "trace_v1/tracer.h"

enum trace_v1_event_type {
#define EVENT(identifier, name, number, since, arguments, strings, stacks)                         \
	TRACE_V1_EVENT_##identifier = number,
#include "trace_v1/event.def"
#undef EVENT
};

enum {
	/* The stack among them. */
	V1_ARGUMENT_COUNT_MAX = 4,
	/* The longest event: head byte, length, dt, arguments. */
	V1_EVENT_SIZE_BYTES_MAX = 2 + (1 + V1_ARGUMENT_COUNT_MAX) * VARINT_SIZE_MAX,
};

/* Of a head byte: how many arguments follow the dt; or that the length of all of them does. */
enum { V1_CODE_SHIFT = 6, V1_CODE_WITH_LENGTH = 3 };

/* The settings of commit_d58f4e9b7b. */
enum { V1_STRINGS_FIXED, V1_HEADERLESS, V1_STALE_BUFFER };

/* P of a batch whose M had none. */
#define V1_NO_P UINT64_MAX

/* Where bytes go: a slot that holds the current buffer, or NULL, and whose batches they are. The
 * buffer may become another one in any call. */
struct v1_writer {
	uint64_t p_id;
	struct trace_buffer **slot;
};

/* The M's own: of its P, or the global one. */
struct v1_writer v1_writer_own(void);

/* Makes sure of room for SIZE_BYTES, which a new buffer has: the slot's may go to the reader, and
 * another one, its batch begun, come in its place. Takes tracer_v1->lock then. Any stack. */
void v1_writer_ensure(const struct v1_writer *writer, uint32_t size_bytes);

/* Gives the slot's buffer to the reader, if there is one. Under tracer_v1->lock or with the world
 * stopped. */
void v1_writer_queue(const struct v1_writer *writer);

/* Arguments as event.def lists them, the stack among them; dt comes from the clock. */
void v1_writer_event(const struct v1_writer *writer, enum trace_v1_event_type type,
		     const uint64_t *arguments, unsigned count);
/* A UserLog: the message follows the arguments. */
void v1_writer_log(const struct v1_writer *writer, const uint64_t *arguments, unsigned count,
		   const char *message);

/* ---- tables.c ------------------------------------------------------------ */

/* Id of TEXT, its record written by WRITER when it is new; 0 for an empty one. */
uint64_t v1_string_put(const struct v1_writer *writer, const char *text);

/* Writes all stacks and forgets them; may intern strings. The reader, when nobody else writes; on a
 * stack that has a race context. */
void v1_stacks_dump(const struct v1_writer *writer);

#endif
