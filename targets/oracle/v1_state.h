/* Goroutines and Ps of a v1 trace, event by event: rules V1-P (format-v1 4.5). */
#ifndef ORACLE_V1_STATE_H
#define ORACLE_V1_STATE_H

#include "oracle/v1_trace.h"

struct v1_goroutine;
struct v1_proc;
struct v1_region;

/* Keeps its memory from one trace to the next. */
struct v1_state {
	struct v1_goroutine *goroutines; /* by index */
	struct v1_proc *procs;           /* by lane */
	struct v1_region *regions;       /* open ones and free ones */
	uint32_t goroutine_capacity, proc_capacity;
	uint32_t region_count, region_capacity;
	uint32_t free_region; /* first of a list, or V1_NONE */
	bool is_collecting, is_stopped;
	struct id_map tasks; /* open ones */
};

void v1_state_create(struct v1_state *state);
void v1_state_destroy(struct v1_state *state);

/* The trace must be merged: no goroutine gets a new index from here on. */
void v1_state_begin(struct v1_state *state, const struct v1_trace *trace);

/* False: EVENT cannot happen here; the trace's fault tells why. */
bool v1_state_take(struct v1_state *state, struct v1_trace *trace, const struct v1_event *event,
		   const uint64_t *arguments);

/* Of a lane: whether a ProcStart came and no ProcStop. */
bool v1_state_has_proc(const struct v1_state *state, uint32_t lane);

#endif
