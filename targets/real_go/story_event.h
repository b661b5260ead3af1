/* One event's lines in a story. */
#ifndef REAL_GO_STORY_EVENT_H
#define REAL_GO_STORY_EVENT_H

#include "oracle/id_map.h"
#include "real_go/story_cast.h"
#include "real_go/story_text.h"

struct story_teller {
	struct story_cast *cast;
	struct story_text *text;
	struct id_map *task_of_id; /* the number in its name */
	uint32_t task_count;
};

/* Appends the line of EVENT, or none. Not for statuses without a thread and those of Ps, which are
 * told at the end of a generation. */
void story_event_tell(struct story_teller *teller, const struct oracle_event *event);

/* As in "running in f3 f7". STACK 0: none. */
void story_event_tell_status(struct story_text *text, const struct oracle_event *event,
			     uint64_t status, uint64_t stack);

/* Whether string ID of the generation of EVENT is WANTED. */
bool story_string_is(const struct oracle_event *event, uint64_t id, const char *wanted);

#endif
