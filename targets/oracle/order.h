/* The ordering machine: may the next event of a thread happen now? (format-v2 6: R1 to R31)
 *
 * The caller holds the events of all threads apart, offers them one at a time, smallest time first,
 * and gets one of three answers. Not yet is no fault: the event is parked where the change it waits
 * for will wake it. When nothing is left to offer but parked events, the trace is broken. */
#ifndef ORACLE_ORDER_H
#define ORACLE_ORDER_H

#include "oracle/lane.h"
#include "oracle/state.h"

enum order_answer {
	ORDER_ADVANCED, /* it happened; lanes on state.woken are worth another try */
	ORDER_NOT_YET,  /* LANE is parked on some list of waiters */
	ORDER_BROKEN,   /* state.fault tells why */
};

/* Thread, P and goroutine that an event happens on; STATE_NONE where there is none. */
struct order_context {
	uint32_t m;
	uint32_t p;
	uint32_t g;
};

/* Tries the current event of LANE. CONTEXT is that of the thread before, and afterwards, if it
 * advanced, that behind the event. Bindings of the thread are updated. */
enum order_answer order_advance(struct state *state, struct lane *lane,
				struct order_context *context);

#endif
