#include "oracle/v1_futile.h"

#include <stdlib.h>

#include "oracle/grow.h"

/* The wakeup that a goroutine is in: its events so far. */
struct v1_wakeup {
	uint32_t first, last; /* events, or V1_NONE */
	bool is_futile;
};

static const struct v1_wakeup none = {V1_NONE, V1_NONE, false};

void v1_futile_destroy(struct v1_futile *futile)
{
	free(futile->wakeups);
	free(futile->next);
}

static void append(struct v1_futile *futile, struct v1_wakeup *wakeup, uint32_t event)
{
	futile->next[event] = V1_NONE;
	if (wakeup->first == V1_NONE)
		wakeup->first = event;
	else
		futile->next[wakeup->last] = event;
	wakeup->last = event;
}

/* GoSleep and waiting for the network or the collector never end a futile wakeup. */
static bool ends_wakeup(uint8_t type)
{
	return v1_is_block(type) && type != V1_EVENT_go_sleep && type != V1_EVENT_go_block_net &&
	       type != V1_EVENT_go_block_gc;
}

static void end_wakeup(struct v1_futile *futile, struct v1_trace *trace, uint32_t block)
{
	struct v1_wakeup *wakeup = &futile->wakeups[trace->events[block].g];

	if (wakeup->is_futile) {
		trace->events[block].is_futile = true;
		for (uint32_t i = wakeup->first; i != V1_NONE; i = futile->next[i])
			trace->events[i].is_futile = true;
	}
	*wakeup = none;
}

static void take(struct v1_futile *futile, struct v1_trace *trace, uint32_t index)
{
	const struct v1_event *event = &trace->events[index];
	uint64_t arguments[V1_EVENT_ARGUMENTS_MAX];

	switch (v1_plain_type(event->type)) {
	case V1_EVENT_go_unblock: {
		v1_arguments(trace, event, arguments);
		struct v1_wakeup *wakeup = &futile->wakeups[v1_g_index(trace, arguments[0])];
		wakeup->first = wakeup->last = V1_NONE;
		append(futile, wakeup, index);
		return;
	}
	case V1_EVENT_futile_wakeup:
		futile->wakeups[event->g].is_futile = true;
		append(futile, &futile->wakeups[event->g], index);
		return;
	case V1_EVENT_go_start:
	case V1_EVENT_go_preempt:
		append(futile, &futile->wakeups[event->g], index);
		return;
	default:
		if (ends_wakeup(event->type))
			end_wakeup(futile, trace, index);
	}
}

void v1_futile_mark(struct v1_futile *futile, struct v1_trace *trace)
{
	if (trace->futile_count == 0)
		return;
	/* All goroutines have their index by now: the merge named them. */
	if (trace->g_count > futile->wakeup_capacity)
		futile->wakeups = grow(futile->wakeups, &futile->wakeup_capacity, trace->g_count,
				       sizeof(*futile->wakeups));
	if (trace->event_count > futile->next_capacity)
		futile->next = grow(futile->next, &futile->next_capacity, trace->event_count,
				    sizeof(*futile->next));
	for (uint32_t i = 0; i < trace->g_count; i++)
		futile->wakeups[i] = none;
	for (uint32_t i = 0; i < trace->order_count; i++)
		take(futile, trace, trace->order[i]);
}
