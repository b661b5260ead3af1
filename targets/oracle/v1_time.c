#include "oracle/v1_time.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "oracle/grow.h"

/* An event whose time changed, and its place in the order before. */
struct v1_moved {
	uint32_t place;
	uint32_t event;
	int64_t time;
};

void v1_time_destroy(struct v1_time *time)
{
	free(time->block_times);
	free(time->moved);
	free(time->rest);
}

static bool check_ascending(struct v1_trace *trace)
{
	for (uint32_t i = 1; i < trace->order_count; i++) {
		const struct v1_event *before = &trace->events[trace->order[i - 1]];
		const struct v1_event *event = &trace->events[trace->order[i]];
		if (event->time < before->time)
			return v1_break(trace, event, RULE_v1_o2,
					"its time is %" PRId64 ", but the event at offset %" PRIu64
					" at %" PRId64 " must come before it",
					event->time, (uint64_t)before->offset, before->time);
	}
	return true;
}

/* The real time of an end of a system call; 0: that of the event. */
static int64_t real_time_of(const struct v1_trace *trace, const struct v1_event *event)
{
	uint64_t arguments[V1_EVENT_ARGUMENTS_MAX];

	/* Readers never look at that of the Local form. */
	if (event->type != V1_EVENT_go_sys_exit)
		return 0;
	v1_arguments(trace, event, arguments);
	return (int64_t)arguments[2];
}

static bool take_real_time(struct v1_time *time, struct v1_trace *trace, uint32_t place)
{
	struct v1_event *event = &trace->events[trace->order[place]];
	int64_t real = real_time_of(trace, event);
	int64_t block = time->block_times[event->g];

	if (real == 0)
		return true;
	if (block == 0)
		return v1_break(trace, event, RULE_v1_o3,
				"G%" PRIu64 " has not been in a system call in this trace",
				trace->gs[event->g]);
	if (real < block)
		return v1_break(trace, event, RULE_v1_o3,
				"it ended at %" PRId64 ", but lost its P at %" PRId64, real, block);
	if (trace->is_strict && !trace->clocks_may_disagree && real > event->time)
		v1_strict_break(trace, RULE_v1_s_sys_exit_time, event->offset,
				"GoSysExit: the system call ended %" PRId64 " units after this",
				(int64_t)((uint64_t)real - (uint64_t)event->time));
	if (real == event->time)
		return true;
	event->time = real;
	uint32_t index = GROW_ONE(time->moved, time->moved_count, time->moved_capacity);
	time->moved[index] = (struct v1_moved){place, trace->order[place], real};
	return true;
}

static bool take_real_times(struct v1_time *time, struct v1_trace *trace)
{
	if (trace->g_count > time->block_capacity)
		time->block_times = grow(time->block_times, &time->block_capacity, trace->g_count,
					 sizeof(*time->block_times));
	memset(time->block_times, 0, trace->g_count * sizeof(*time->block_times));
	time->moved_count = 0;
	for (uint32_t i = 0; i < trace->order_count; i++) {
		const struct v1_event *event = &trace->events[trace->order[i]];
		if (event->type == V1_EVENT_go_sys_block || event->type == V1_EVENT_go_in_syscall)
			time->block_times[event->g] = event->time;
		else if (event->type == V1_EVENT_go_sys_exit && !take_real_time(time, trace, i))
			return false;
	}
	return true;
}

static int compare_moved(const void *left, const void *right)
{
	const struct v1_moved *a = left, *b = right;

	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return a->place < b->place ? -1 : a->place > b->place;
}

/* Whether the moved event comes before the one at PLACE: equal times keep their old order. */
static bool moves_before(const struct v1_trace *trace, const struct v1_moved *moved, uint32_t event,
			 uint32_t place)
{
	int64_t time = trace->events[event].time;
	return moved->time != time ? moved->time < time : moved->place < place;
}

/* A stable sort by time of an order in which few events moved: those are taken out, sorted, and put
 * back. */
static void sort_again(struct v1_time *time, struct v1_trace *trace)
{
	uint32_t next_moved = 0, count = 0;

	if (time->moved_count == 0)
		return;
	if (trace->order_count > time->rest_capacity)
		time->rest = grow(time->rest, &time->rest_capacity, trace->order_count,
				  sizeof(*time->rest));
	memcpy(time->rest, trace->order, trace->order_count * sizeof(*trace->order));
	/* Moved ones are in ascending places yet; a mark in the copy leaves them out below. */
	for (uint32_t i = 0; i < time->moved_count; i++)
		time->rest[time->moved[i].place] = V1_NONE;
	qsort(time->moved, time->moved_count, sizeof(*time->moved), compare_moved);
	for (uint32_t place = 0; place < trace->order_count; place++) {
		uint32_t event = time->rest[place];
		if (event == V1_NONE)
			continue;
		while (next_moved < time->moved_count &&
		       moves_before(trace, &time->moved[next_moved], event, place))
			trace->order[count++] = time->moved[next_moved++].event;
		trace->order[count++] = event;
	}
	while (next_moved < time->moved_count)
		trace->order[count++] = time->moved[next_moved++].event;
}

bool v1_time_order(struct v1_time *time, struct v1_trace *trace)
{
	if (!check_ascending(trace) || !take_real_times(time, trace))
		return false;
	sort_again(time, trace);
	return true;
}

int64_t v1_time_ns(const struct v1_trace *trace, const struct v1_event *event)
{
	const struct v1_event *first = &trace->events[trace->order[0]];
	int64_t units = (int64_t)((uint64_t)event->time - (uint64_t)first->time);
	double ns = (double)units * (1e9 / (double)trace->units_per_second);

	/* What conversions of Go on amd64 give for a number that is too large. */
	if (ns >= 0x1p63 || ns < -0x1p63)
		return INT64_MIN;
	return (int64_t)ns;
}
