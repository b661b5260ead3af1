/* Strict rules about what happens in a v1 trace: what its readers believe and every correct tracer
 * keeps. */
#ifndef ORACLE_V1_STRICT_STORY_H
#define ORACLE_V1_STRICT_STORY_H

#include "oracle/v1_state.h"
#include "oracle/v1_trace.h"

struct v1_story_goroutine;
struct v1_story_proc;

/* Keeps its memory from one trace to the next. */
struct v1_strict_story {
	struct v1_story_goroutine *goroutines; /* by index */
	struct v1_story_proc *procs;           /* by lane */
	uint32_t goroutine_capacity, proc_capacity;
	uint64_t procs_now; /* GOMAXPROCS; 0: not told yet */
	uint64_t procs_max;
	const struct v1_event *last; /* that is no sample */
};

void v1_strict_story_destroy(struct v1_strict_story *story);
void v1_strict_story_begin(struct v1_strict_story *story, const struct v1_trace *trace);

/* Before EVENT takes effect in STATE. */
void v1_strict_story_take(struct v1_strict_story *story, const struct v1_state *state,
			  struct v1_trace *trace, const struct v1_event *event,
			  const uint64_t *arguments);

/* After the last event. */
void v1_strict_story_end(struct v1_strict_story *story, struct v1_trace *trace);

#endif
