/* What a driver has said in one run: what it is, its notes, its traces. Several traces may be on at
 * once (a recorder beside a trace), so each has bytes of its own until the run is over. */
#ifndef REAL_GO_CONVERSATION_H
#define REAL_GO_CONVERSATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "perform/session.h"
#include "real_go/frame.h"
#include "real_go/real_go.h"

enum { CONVERSATION_SIZE_BYTES_MAX = 512 << 20 }; /* of all traces of a run */

struct conversation_stream {
	uint8_t *bytes;
	size_t size_bytes;
	size_t capacity_bytes;
	bool is_ended;
	bool is_snapshot; /* of a flight recorder */
};

struct conversation {
	struct frame_parser parser;
	char hello[REAL_GO_NOTE_SIZE]; /* empty: nothing was said yet */
	char notes[REAL_GO_NOTE_COUNT_MAX][REAL_GO_NOTE_SIZE];
	size_t note_count;
	uint32_t stream_count;  /* begun */
	uint32_t ignored_count; /* of them, beyond what is kept */
	struct conversation_stream streams[SESSION_COUNT_MAX];
	size_t size_bytes; /* of all streams */
	bool is_done;
};

/* Forgets all; a zero-initialised one is as good. */
void conversation_reset(struct conversation *conversation);

/* The next bytes of the driver's standard output. False: it does not keep to the protocol, and
 * RET_ERROR (FRAME_ERROR_SIZE) tells. */
bool conversation_hear(struct conversation *conversation, const uint8_t *bytes, size_t size_bytes,
		       char *ret_error);

/* The traces in the order in which they began. */
void conversation_keep(const struct conversation *conversation, struct sessions *ret_sessions);

/* Of a driver that ended well: the first trace without its end, counted from 1; 0: none. */
uint32_t conversation_open_trace(const struct conversation *conversation);

/* The value of KEY in the hello ("race", "version"); empty: it has none. */
void conversation_hello_value(const char *hello, const char *key, char *ret_value,
			      size_t value_size);

#endif
