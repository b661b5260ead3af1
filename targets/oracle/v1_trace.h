/* A v1 trace while it is judged: what the stages hand to each other.
 *
 *     parse   records -> events in file order, lanes, strings, stacks     (V1-W)
 *     merge   lanes -> one order                                          (V1-O)
 *     time    real times of system calls' ends, the final order           (V1-O)
 *     futile  marks events that readers leave out
 *     state   goroutines and Ps, event by event                           (V1-P)
 *
 * The first stage that fails decides the rule, as in Go's reader (format-v1 4). All of the trace is
 * kept: an event of the end may belong to the beginning. */
#ifndef ORACLE_V1_TRACE_H
#define ORACLE_V1_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "oracle/fault.h"
#include "oracle/id_map.h"
#include "oracle/v1_tables.h"
#include "oracle/v1_varint.h"
#include "oracle/v1_wire.h"

#define V1_NONE UINT32_MAX

/* Ids of goroutines that readers use for something else: the cell that orders GCs, and "takes no
 * part in the ordering". A trace that uses them as goroutines is read accordingly. */
#define V1_G_COLLECTOR (UINT64_MAX - 1)
#define V1_G_UNORDERED UINT64_MAX

enum { V1_G_INDEX_NONE, V1_G_INDEX_COLLECTOR }; /* indices of goroutine 0 and of that cell */

struct v1_event {
	int64_t time;         /* clock units; signed, as readers compare it */
	uint64_t offset : 48; /* of the record */
	uint64_t type : 8;
	uint64_t is_futile : 1;
	uint32_t g;    /* index into gs */
	uint32_t lane; /* index into lanes; V1_NONE: a CPU sample */
};

/* Events of one batch, FIRST to END in file order. */
struct v1_range {
	uint32_t first, end;
	uint32_t next; /* of the same lane, or V1_NONE */
};

/* The events of one P; the last lane holds the samples of all Ps. */
struct v1_lane {
	uint64_t p; /* UINT64_MAX: no P */
	uint32_t first_range, last_range;
	uint32_t current_g; /* index; while parsing */
};

struct v1_trace {
	struct wire_source source;
	uint8_t minor; /* of the header */
	bool is_strict;
	bool clocks_may_disagree;
	struct fault *fault;
	struct fault strict_fault; /* the first one; counts when nothing else is wrong */

	struct v1_tables tables;
	uint64_t units_per_second; /* 0: not told yet */
	uint64_t batch_count;
	uint64_t futile_count; /* FutileWakeup events */
	uint32_t sample_count; /* the last events */

	struct v1_event *events;  /* timed events in file order, then the samples by time */
	struct v1_event *samples; /* while parsing */
	uint32_t *order;          /* of all events, once merged */
	uint32_t event_count, event_capacity;
	uint32_t sample_capacity;
	uint32_t order_count, order_capacity;

	struct v1_range *ranges;
	struct v1_lane *lanes;
	uint64_t *gs; /* ids */
	uint32_t range_count, range_capacity;
	uint32_t lane_count, lane_capacity;
	uint32_t g_count, g_capacity;
	struct id_map p_ids, g_ids;
	struct id_map timer_ids; /* goroutines that a TimerGoroutine named */
};

void v1_trace_create(struct v1_trace *trace);
void v1_trace_destroy(struct v1_trace *trace);

/* Forgets the trace before and begins with SOURCE. */
void v1_trace_begin(struct v1_trace *trace, const struct wire_source *source, struct fault *fault);

/* Index of goroutine ID, new or known. */
uint32_t v1_g_index(struct v1_trace *trace, uint64_t id);

/* Fills the message with the event and what FORMAT says; returns false. */
__attribute__((format(printf, 4, 5))) bool v1_break(struct v1_trace *trace,
						    const struct v1_event *event, enum rule rule,
						    const char *format, ...);

/* Notes a broken strict rule at OFFSET, unless there is one already. */
__attribute__((format(printf, 4, 5))) void
v1_strict_break(struct v1_trace *trace, enum rule rule, uint64_t offset, const char *format, ...);

/* The arguments of EVENT without dt, read again from its record, which was found well-formed. */
static inline void v1_arguments(const struct v1_trace *trace, const struct v1_event *event,
				uint64_t *ret_arguments)
{
	const uint8_t *at = trace->source.bytes + event->offset;
	const uint8_t *end = trace->source.bytes + trace->source.size;
	uint8_t code = *at++ >> 6;
	uint64_t skipped;

	if (code == V1_CODE_LENGTH)
		at = v1_varint_read(at, end, &skipped);
	at = v1_varint_read(at, end, &skipped);
	for (uint8_t i = 0; i < v1_event_info[event->type].argument_count; i++)
		at = v1_varint_read(at, end, &ret_arguments[i]);
}

/* The message of a UserLog. */
const uint8_t *v1_message(const struct v1_trace *trace, const struct v1_event *event,
			  size_t *ret_size);

/* Without the Local forms, which matter to the order only. */
static inline uint8_t v1_plain_type(uint8_t type)
{
	switch (type) {
	case V1_EVENT_go_start_local:
		return V1_EVENT_go_start;
	case V1_EVENT_go_unblock_local:
		return V1_EVENT_go_unblock;
	case V1_EVENT_go_sys_exit_local:
		return V1_EVENT_go_sys_exit;
	default:
		return type;
	}
}

/* GoSleep and the GoBlock events, GoBlockGC among them. */
static inline bool v1_is_block(uint8_t type)
{
	return type == V1_EVENT_go_sleep || type == V1_EVENT_go_block ||
	       (type >= V1_EVENT_go_block_send && type <= V1_EVENT_go_block_net) ||
	       type == V1_EVENT_go_block_gc;
}

#endif
