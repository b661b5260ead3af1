/* Futile wakeups: a goroutine was made ready for something that another one took first, and blocked
 * again. Readers leave the whole wakeup out (format-v1 4.4). */
#ifndef ORACLE_V1_FUTILE_H
#define ORACLE_V1_FUTILE_H

#include "oracle/v1_trace.h"

/* Keeps its memory from one trace to the next. */
struct v1_futile {
	struct v1_wakeup *wakeups; /* by index of goroutine */
	uint32_t *next;            /* by event: the next one of the same wakeup, or V1_NONE */
	uint32_t wakeup_capacity, next_capacity;
};

void v1_futile_destroy(struct v1_futile *futile);

/* Marks the events of futile wakeups, the block that ends them included. */
void v1_futile_mark(struct v1_futile *futile, struct v1_trace *trace);

#endif
