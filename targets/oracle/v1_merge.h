/* One order for the events of all lanes: rules V1-O1 and V1-O4 (format-v1 4.3). */
#ifndef ORACLE_V1_MERGE_H
#define ORACLE_V1_MERGE_H

#include "oracle/frontier.h"
#include "oracle/v1_trace.h"

struct v1_cell;
struct v1_head;

/* Keeps its memory from one trace to the next. */
struct v1_merge {
	struct v1_cell *cells; /* by index of goroutine */
	struct v1_head *heads; /* by index of lane */
	uint32_t cell_capacity, head_capacity;
	uint32_t parked_count;
	struct frontier frontier;
	struct id_map waiting; /* for (cell, status, sequence), hashed: the first lane of a list */
};

void v1_merge_create(struct v1_merge *merge);
void v1_merge_destroy(struct v1_merge *merge);

/* Fills the order of TRACE. Of events that could come next the earliest does; of equal times, the
 * one whose P comes first in the file. False: the trace's fault tells why. */
bool v1_merge(struct v1_merge *merge, struct v1_trace *trace);

#endif
