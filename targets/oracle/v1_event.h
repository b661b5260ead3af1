/* What the judge of v1 traces tells a consumer. */
#ifndef ORACLE_V1_EVENT_H
#define ORACLE_V1_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "oracle/v1_event_info.h"

struct v1_tables;

/* A frame of a stack; function and file are string ids. */
struct v1_frame {
	uint64_t pc;
	uint64_t function;
	uint64_t file;
	uint64_t line;
};

/* One event of the trace, in the order that the judge established. Valid during the callback only,
 * with all it points to. */
struct oracle_v1_event {
	uint8_t type; /* enum v1_event_type, as on the wire: Local forms are not renamed */
	uint8_t argument_count;
	bool is_futile; /* part of a futile wakeup, which readers leave out */
	uint64_t arguments[V1_EVENT_ARGUMENTS_MAX]; /* in the order of event.def */
	uint64_t time;          /* trace clock units; of a GoSysExit the real one */
	int64_t time_ns;        /* since the first event */
	uint64_t p;             /* of the batch; UINT64_MAX: none. Of a sample: its own */
	uint64_t g;             /* that the event is attributed to; 0: none */
	uint64_t stack;         /* id; 0: none */
	uint64_t offset;        /* of the record in the file, bytes */
	const uint8_t *message; /* of a UserLog; not NUL-terminated */
	size_t message_size;
	uint64_t units_per_second;
	const struct v1_tables *tables; /* for the functions below */
};

/* Called for each timed event and CPU sample. A trace that breaks a rule of the wire or of the
 * order (V1-W, V1-O) has none delivered; one that breaks a rule of the story (V1-P) those before
 * the offending one; one that only breaks strict rules all. */
typedef void oracle_v1_event_function(void *context, const struct oracle_v1_event *event);

/* The text of string ID; false: not defined, which readers take as empty. Not NUL-terminated. */
bool oracle_v1_string(const struct oracle_v1_event *event, uint64_t id, const uint8_t **ret_bytes,
		      size_t *ret_size);

/* Frames of stack ID, leaf first, and how many; 0 for the empty stack and an unknown one. */
uint32_t oracle_v1_stack(const struct oracle_v1_event *event, uint64_t id,
			 const struct v1_frame **ret_frames);

#endif
