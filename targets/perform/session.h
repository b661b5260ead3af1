/* The traces of a run: one session from each successful start, or from when its reader began to
 * wait for that start, to the end its reader was told.
 *
 * Not synchronized: the interpreter's books (perform.c) during a run, its judge's afterwards. */
#ifndef PERFORM_SESSION_H
#define PERFORM_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SESSION_COUNT_MAX = 512,
	SESSION_HEADER_SIZE_BYTES = 16, /* what a reader gets first, by itself */
};

/* A place in the life of a run's traces, as its witness takes it down. */
struct session_moment {
	uint32_t period;     /* from a start of the runtime's tracer to its stop; 0: it is off */
	uint32_t generation; /* of all, from 1 */
};

struct session {
	size_t first_byte;
	size_t size_bytes;
	bool is_read_first;  /* its reader is there before its trace */
	bool is_ended;       /* the reader was told the end */
	bool is_snapshot;    /* of a flight recorder */
	uint32_t proc_count; /* GOMAXPROCS when it started, 0: not known */
	/* The newest generation of which whoever ended it said that the reader has it all; 0: none.
	 */
	uint64_t complete_generation;
	/* What was traced from the one to the other must be there. Period 0: nothing is promised.
	 */
	struct session_moment promised_from;
	struct session_moment promised_to;
	bool is_promised_on; /* a trace had to be on when its end was asked for */
};

/* All of a run. One trace and one snapshot are on at a time, so that the bytes of each are
 * contiguous where its kind is kept. */
struct sessions {
	uint8_t *bytes; /* of traces; in the end of all */
	size_t size_bytes;
	size_t capacity_bytes;
	uint8_t *snapshot_bytes;
	size_t snapshot_size_bytes;
	struct session *newest_trace; /* NULL: none */
	uint32_t count;
	struct session all[SESSION_COUNT_MAX];
};

/* Forgets all; keeps the memory. */
void sessions_reset(struct sessions *sessions);

/* A new session, or NULL when SESSION_COUNT_MAX are there. */
struct session *sessions_begin(struct sessions *sessions);
struct session *sessions_begin_snapshot(struct sessions *sessions);

/* Appends to the newest trace; a header where there is nothing but a header begins it anew, since
 * a start makes it due again to a reader that waits for that start. Never yields; ends the process
 * when memory runs out. */
void sessions_append(struct sessions *sessions, const uint8_t *bytes, size_t size_bytes);
/* Appends to SNAPSHOT, the newest one. */
void sessions_append_snapshot(struct sessions *sessions, struct session *snapshot,
			      const uint8_t *bytes, size_t size_bytes);

/* When the run is over: the bytes of all sessions in one place. */
void sessions_settle(struct sessions *sessions);

static inline const uint8_t *session_bytes(const struct sessions *sessions,
					   const struct session *session)
{
	return sessions->bytes + session->first_byte;
}

#endif
