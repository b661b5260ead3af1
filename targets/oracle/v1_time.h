/* The times of a merged v1 trace: rules V1-O2 and V1-O3 (format-v1 4.3), and clock units to
 * nanoseconds (3.5). */
#ifndef ORACLE_V1_TIME_H
#define ORACLE_V1_TIME_H

#include "oracle/v1_trace.h"

/* Keeps its memory from one trace to the next. */
struct v1_time {
	int64_t *block_times; /* by index of goroutine: of its last GoSysBlock or GoInSyscall */
	struct v1_moved *moved;
	uint32_t *rest; /* events that did not move */
	uint32_t block_capacity, moved_capacity, rest_capacity;
	uint32_t moved_count;
};

void v1_time_destroy(struct v1_time *time);

/* Gives each GoSysExit the time when its system call really ended and brings the order in line with
 * that. False: the trace's fault tells why. */
bool v1_time_order(struct v1_time *time, struct v1_trace *trace);

/* Of EVENT since the first event, as readers compute it: in floating point, cut. */
int64_t v1_time_ns(const struct v1_trace *trace, const struct v1_event *event);

#endif
