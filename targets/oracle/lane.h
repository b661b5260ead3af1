/* The events of one thread in one generation, decoded one at a time (format-v2 3, 5). */
#ifndef ORACLE_LANE_H
#define ORACLE_LANE_H

#include <stdbool.h>
#include <stdint.h>

#include "oracle/event_info.h"
#include "oracle/generation.h"

#define LANE_NONE UINT32_MAX

struct lane {
	/* The unread part of the current batch. */
	const uint8_t *at;
	const uint8_t *end;
	uint32_t next_batch;
	uint32_t m; /* of the ordering machine, or STATE_NONE without a thread */

	/* The current event. */
	const uint8_t *event;
	uint64_t time; /* trace clock units */
	uint64_t arguments[EVENT_ARGUMENTS_MAX];
	uint8_t type;
	bool is_time_repeated; /* its dt is 0 */

	/* While parked: which change it waits for (state.h). */
	uint32_t next_waiter;
	uint64_t wanted_tag;
	uint64_t wanted_seq;
};

enum lane_answer { LANE_EVENT, LANE_END, LANE_BROKEN };

/* Sets LANE before the first event of THREAD. */
void lane_begin(struct lane *lane, const struct generation_thread *thread);

/* Decodes the next event. BYTES is the begin of the file, for the offset in FAULT. */
enum lane_answer lane_next(struct lane *lane, const struct generation *generation,
			   const uint8_t *bytes, struct fault *fault);

#endif
