#include "oracle/v1_merge.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "oracle/grow.h"

enum status { DEAD, RUNNABLE, RUNNING, WAITING, STATUS_COUNT };

static const char *const status_names[] = {"dead or unknown", "runnable", "running", "waiting"};

/* Sequence numbers that readers use for something else, also where a trace tells them. */
#define ANY_SEQUENCE UINT64_MAX
#define NEXT_SEQUENCE (UINT64_MAX - 1)

/* What is known of a goroutine, or of the collector. */
struct v1_cell {
	uint64_t sequence;
	uint8_t status;
	uint32_t waiting_for_any[STATUS_COUNT]; /* first lane of a list, or V1_NONE */
};

/* What an event needs of a cell and makes of it. */
struct need {
	uint32_t cell; /* V1_NONE: nothing */
	uint8_t before, after;
	uint64_t sequence_before, sequence_after;
};

struct v1_head {
	uint32_t range;
	uint32_t event;
	uint32_t next_waiting; /* lane */
	bool is_parked;
	struct need need;
};

void v1_merge_create(struct v1_merge *merge)
{
	*merge = (struct v1_merge){0};
	id_map_create(&merge->waiting, 0);
}

void v1_merge_destroy(struct v1_merge *merge)
{
	free(merge->cells);
	free(merge->heads);
	free(merge->frontier.entries);
	id_map_destroy(&merge->waiting);
}

static struct need unordered(void)
{
	return (struct need){.cell = V1_NONE};
}

static struct need local(uint32_t cell, enum status before, enum status after, uint64_t sequence)
{
	return (struct need){cell, (uint8_t)before, (uint8_t)after, ANY_SEQUENCE, sequence};
}

static struct need sequenced(uint32_t cell, enum status before, enum status after,
			     uint64_t sequence)
{
	return (struct need){cell, (uint8_t)before, (uint8_t)after, sequence, sequence + 1};
}

static struct need need_of(struct v1_trace *trace, const struct v1_event *event)
{
	uint64_t arguments[V1_EVENT_ARGUMENTS_MAX];
	struct need need;

	if (v1_is_block(event->type)) {
		need = local(event->g, RUNNING, WAITING, ANY_SEQUENCE);
		return trace->gs[need.cell] == V1_G_UNORDERED ? unordered() : need;
	}
	switch (event->type) {
	case V1_EVENT_go_create:
		v1_arguments(trace, event, arguments);
		need = sequenced(v1_g_index(trace, arguments[0]), DEAD, RUNNABLE, 0);
		break;
	case V1_EVENT_go_waiting:
	case V1_EVENT_go_in_syscall:
		need = sequenced(event->g, RUNNABLE, WAITING, 1);
		break;
	case V1_EVENT_go_start:
	case V1_EVENT_go_start_label:
		v1_arguments(trace, event, arguments);
		need = sequenced(event->g, RUNNABLE, RUNNING, arguments[1]);
		break;
	case V1_EVENT_go_start_local:
		need = local(event->g, RUNNABLE, RUNNING, NEXT_SEQUENCE);
		break;
	case V1_EVENT_go_sys_block:
		need = local(event->g, RUNNING, WAITING, ANY_SEQUENCE);
		break;
	case V1_EVENT_go_sched:
	case V1_EVENT_go_preempt:
		need = local(event->g, RUNNING, RUNNABLE, ANY_SEQUENCE);
		break;
	case V1_EVENT_go_unblock:
	case V1_EVENT_go_sys_exit:
		v1_arguments(trace, event, arguments);
		need = sequenced(v1_g_index(trace, arguments[0]), WAITING, RUNNABLE, arguments[1]);
		break;
	case V1_EVENT_go_unblock_local:
	case V1_EVENT_go_sys_exit_local:
		v1_arguments(trace, event, arguments);
		need = local(v1_g_index(trace, arguments[0]), WAITING, RUNNABLE, NEXT_SEQUENCE);
		break;
	case V1_EVENT_gc_start:
		v1_arguments(trace, event, arguments);
		return sequenced(V1_G_INDEX_COLLECTOR, DEAD, DEAD, arguments[0]);
	default:
		return unordered();
	}
	return trace->gs[need.cell] == V1_G_UNORDERED ? unordered() : need;
}

/* The cell of a need; cells appear with their goroutines. */
static struct v1_cell *cell_of(struct v1_merge *merge, const struct need *need)
{
	return &merge->cells[need->cell];
}

static bool is_ready(struct v1_merge *merge, const struct need *need)
{
	if (need->cell == V1_NONE)
		return true;
	const struct v1_cell *cell = cell_of(merge, need);
	return cell->status == need->before &&
	       (need->sequence_before == ANY_SEQUENCE || need->sequence_before == cell->sequence);
}

/* Lanes that wait for one sequence number are found by this; different ones may meet. */
static uint64_t key_of(uint32_t cell, uint8_t status, uint64_t sequence)
{
	uint64_t key = (sequence ^ sequence >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
	key ^= ((uint64_t)cell << 2 | status) * UINT64_C(0x94d049bb133111eb);
	return key ^ key >> 32;
}

static void park(struct v1_merge *merge, uint32_t lane)
{
	struct v1_head *head = &merge->heads[lane];
	const struct need *need = &head->need;

	head->is_parked = true;
	merge->parked_count++;
	if (need->sequence_before == ANY_SEQUENCE) {
		uint32_t *first = &cell_of(merge, need)->waiting_for_any[need->before];
		head->next_waiting = *first;
		*first = lane;
		return;
	}
	uint64_t key = key_of(need->cell, need->before, need->sequence_before);
	uint32_t first = id_map_find(&merge->waiting, key);
	head->next_waiting = first == ID_MAP_ABSENT ? V1_NONE : first;
	if (first != ID_MAP_ABSENT)
		id_map_erase(&merge->waiting, key);
	id_map_insert(&merge->waiting, key, lane);
}

/* Cells of goroutines that a head was the first to name. */
static void enlarge_cells(struct v1_merge *merge, const struct v1_trace *trace, uint32_t from)
{
	if (trace->g_count > merge->cell_capacity)
		merge->cells = grow(merge->cells, &merge->cell_capacity, trace->g_count,
				    sizeof(*merge->cells));
	for (uint32_t i = from; i < trace->g_count; i++) {
		struct v1_cell *cell = &merge->cells[i];
		*cell = (struct v1_cell){.status = DEAD};
		for (int status = 0; status < STATUS_COUNT; status++)
			cell->waiting_for_any[status] = V1_NONE;
	}
}

/* Time as a key: the frontier compares without sign. */
static uint64_t frontier_time(const struct v1_trace *trace, const struct v1_head *head)
{
	return (uint64_t)trace->events[head->event].time ^ UINT64_C(1) << 63;
}

static void push(struct v1_merge *merge, const struct v1_trace *trace, uint32_t lane)
{
	merge->heads[lane].is_parked = false;
	frontier_push(&merge->frontier, frontier_time(trace, &merge->heads[lane]), lane);
}

/* The event at the head of LANE goes to the frontier, or waits. */
static void offer(struct v1_merge *merge, struct v1_trace *trace, uint32_t lane)
{
	struct v1_head *head = &merge->heads[lane];
	uint32_t known = trace->g_count;

	head->need = need_of(trace, &trace->events[head->event]);
	if (trace->g_count != known)
		enlarge_cells(merge, trace, known);
	if (is_ready(merge, &head->need))
		push(merge, trace, lane);
	else
		park(merge, lane);
}

/* False: the lane has no more events. */
static bool advance(struct v1_merge *merge, const struct v1_trace *trace, uint32_t lane)
{
	struct v1_head *head = &merge->heads[lane];

	if (++head->event < trace->ranges[head->range].end)
		return true;
	head->range = trace->ranges[head->range].next;
	if (head->range == V1_NONE)
		return false;
	head->event = trace->ranges[head->range].first;
	return true;
}

/* All lanes of a list that wait for what the cell has become; the others stay. */
static uint32_t wake_list(struct v1_merge *merge, const struct v1_trace *trace, uint32_t first,
			  uint32_t cell)
{
	uint32_t kept = V1_NONE;

	while (first != V1_NONE) {
		struct v1_head *head = &merge->heads[first];
		uint32_t next = head->next_waiting;
		if (head->need.cell == cell && is_ready(merge, &head->need)) {
			merge->parked_count--;
			push(merge, trace, first);
		} else {
			head->next_waiting = kept;
			kept = first;
		}
		first = next;
	}
	return kept;
}

static void wake(struct v1_merge *merge, const struct v1_trace *trace, uint32_t cell_index)
{
	struct v1_cell *cell = &merge->cells[cell_index];
	uint32_t *waiting = &cell->waiting_for_any[cell->status];

	*waiting = wake_list(merge, trace, *waiting, cell_index);
	if (merge->waiting.slots_used == 0)
		return;
	uint64_t key = key_of(cell_index, cell->status, cell->sequence);
	uint32_t first = id_map_find(&merge->waiting, key);
	if (first == ID_MAP_ABSENT)
		return;
	id_map_erase(&merge->waiting, key);
	first = wake_list(merge, trace, first, cell_index);
	if (first != V1_NONE)
		id_map_insert(&merge->waiting, key, first);
}

static bool apply(struct v1_merge *merge, struct v1_trace *trace, const struct v1_head *head)
{
	const struct need *need = &head->need;

	if (need->cell == V1_NONE)
		return true;
	struct v1_cell *cell = cell_of(merge, need);
	if (!is_ready(merge, need))
		return v1_break(trace, &trace->events[head->event], RULE_v1_o4,
				"another event made goroutine %" PRIu64
				" %s before this one, which was as possible",
				trace->gs[need->cell], status_names[cell->status]);
	cell->status = need->after;
	if (need->sequence_after == NEXT_SEQUENCE)
		cell->sequence++;
	else if (need->sequence_after != ANY_SEQUENCE)
		cell->sequence = need->sequence_after;
	return true;
}

/* Of the events that never became possible, the earliest explains best. */
static bool tell_stuck(struct v1_merge *merge, struct v1_trace *trace)
{
	const struct v1_head *stuck = NULL;
	char wanted[48] = "";

	for (uint32_t i = 0; i < trace->lane_count; i++) {
		const struct v1_head *head = &merge->heads[i];
		if (head->is_parked &&
		    (stuck == NULL || frontier_time(trace, head) < frontier_time(trace, stuck)))
			stuck = head;
	}
	ensure(stuck != NULL);
	const struct need *need = &stuck->need;
	const struct v1_cell *cell = cell_of(merge, need);
	if (need->sequence_before != ANY_SEQUENCE)
		snprintf(wanted, sizeof(wanted), " with sequence %" PRIu64, need->sequence_before);
	if (need->cell == V1_G_INDEX_COLLECTOR)
		return v1_break(trace, &trace->events[stuck->event], RULE_v1_o1,
				"the next GC of the trace has the number %" PRIu64, cell->sequence);
	return v1_break(trace, &trace->events[stuck->event], RULE_v1_o1,
			"needs G%" PRIu64 " %s%s; it is %s with sequence %" PRIu64,
			trace->gs[need->cell], status_names[need->before], wanted,
			status_names[cell->status], cell->sequence);
}

static void begin(struct v1_merge *merge, struct v1_trace *trace)
{
	if (trace->lane_count > merge->head_capacity)
		merge->heads = grow(merge->heads, &merge->head_capacity, trace->lane_count,
				    sizeof(*merge->heads));
	if (trace->event_count > trace->order_capacity)
		trace->order = grow(trace->order, &trace->order_capacity, trace->event_count,
				    sizeof(*trace->order));
	trace->order_count = 0;
	merge->parked_count = 0;
	merge->frontier.count = 0;
	id_map_clear(&merge->waiting);
	enlarge_cells(merge, trace, 0);
	for (uint32_t i = 0; i < trace->lane_count; i++) {
		struct v1_head *head = &merge->heads[i];
		*head = (struct v1_head){.range = trace->lanes[i].first_range};
		if (head->range == V1_NONE)
			continue;
		head->event = trace->ranges[head->range].first;
		offer(merge, trace, i);
	}
}

bool v1_merge(struct v1_merge *merge, struct v1_trace *trace)
{
	begin(merge, trace);
	while (merge->frontier.count > 0) {
		uint32_t lane = merge->frontier.entries[0].lane;
		struct v1_head *head = &merge->heads[lane];
		uint32_t cell = head->need.cell;
		frontier_pop(&merge->frontier);
		if (!apply(merge, trace, head))
			return false;
		trace->order[trace->order_count++] = head->event;
		if (cell != V1_NONE)
			wake(merge, trace, cell);
		if (advance(merge, trace, lane))
			offer(merge, trace, lane);
	}
	return merge->parked_count == 0 || tell_stuck(merge, trace);
}
