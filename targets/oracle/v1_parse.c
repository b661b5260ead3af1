#include "oracle/v1_parse.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "oracle/grow.h"
#include "oracle/v1_strict_wire.h"

/* Readers number their own Ps, for timers, the network and the like, from here on. */
#define P_END UINT64_C(1000000)

enum { STW_KIND_COUNT_BEFORE_1_21 = 2, BATCH_CODE = 1 };

struct parser {
	struct v1_trace *trace;
	struct v1_record *record;
	uint32_t lane; /* of the open batch, or V1_NONE */
	bool is_range_open;
	int64_t time;
};

static uint32_t lane_of(struct v1_trace *trace, uint64_t p)
{
	uint32_t lane = id_map_find(&trace->p_ids, p);

	if (lane != ID_MAP_ABSENT)
		return lane;
	lane = GROW_ONE(trace->lanes, trace->lane_count, trace->lane_capacity);
	trace->lanes[lane] = (struct v1_lane){.p = p,
					      .first_range = V1_NONE,
					      .last_range = V1_NONE,
					      .current_g = V1_G_INDEX_NONE};
	id_map_insert(&trace->p_ids, p, lane);
	return lane;
}

static void add_range(struct v1_trace *trace, uint32_t lane_index, uint32_t first, uint32_t end)
{
	uint32_t index = GROW_ONE(trace->ranges, trace->range_count, trace->range_capacity);
	struct v1_lane *lane = &trace->lanes[lane_index];

	trace->ranges[index] = (struct v1_range){first, end, V1_NONE};
	if (lane->first_range == V1_NONE)
		lane->first_range = index;
	else
		trace->ranges[lane->last_range].next = index;
	lane->last_range = index;
}

/* Which goroutine an event of type TYPE belongs to, and which one its P has afterwards. */
static uint32_t attribute(struct v1_trace *trace, struct v1_lane *lane, uint8_t type,
			  const uint64_t *arguments)
{
	uint32_t g = lane->current_g;

	if (v1_is_block(type))
		lane->current_g = V1_G_INDEX_NONE;
	switch (type) {
	case V1_EVENT_go_start:
	case V1_EVENT_go_start_local:
	case V1_EVENT_go_start_label:
		lane->current_g = v1_g_index(trace, arguments[0]);
		return lane->current_g;
	case V1_EVENT_go_end:
	case V1_EVENT_go_stop:
	case V1_EVENT_go_sched:
	case V1_EVENT_go_preempt:
	case V1_EVENT_go_sys_block:
		lane->current_g = V1_G_INDEX_NONE;
		return g;
	case V1_EVENT_go_sys_exit:
	case V1_EVENT_go_waiting:
	case V1_EVENT_go_in_syscall:
		return v1_g_index(trace, arguments[0]);
	case V1_EVENT_gc_start:
	case V1_EVENT_gc_done:
	case V1_EVENT_stw_start:
	case V1_EVENT_stw_done:
		return V1_G_INDEX_NONE;
	default:
		return g;
	}
}

static void add_sample(struct parser *parser)
{
	struct v1_trace *trace = parser->trace;
	const struct v1_record *record = parser->record;
	uint32_t index = GROW_ONE(trace->samples, trace->sample_count, trace->sample_capacity);

	trace->samples[index] = (struct v1_event){
		.time = (int64_t)record->values[1],
		.offset = record->offset & ((UINT64_C(1) << 48) - 1),
		.type = record->type,
		.g = v1_g_index(trace, record->values[3]),
		.lane = V1_NONE,
	};
}

static bool add_event(struct parser *parser)
{
	struct v1_trace *trace = parser->trace;
	const struct v1_record *record = parser->record;

	if (record->type == V1_EVENT_stw_start && trace->minor < 21 &&
	    record->values[1] >= STW_KIND_COUNT_BEFORE_1_21)
		return fault_set(trace->fault, RULE_v1_w9, record->offset,
				 "STWStart kind=%" PRIu64 ": 0 and 1 were expected",
				 record->values[1]);
	parser->time = (int64_t)((uint64_t)parser->time + record->values[0]);
	if (record->type == V1_EVENT_cpu_sample) {
		add_sample(parser);
		return true;
	}
	uint32_t g = attribute(trace, &trace->lanes[parser->lane], record->type,
			       &record->values[1]);
	uint32_t index = GROW_ONE(trace->events, trace->event_count, trace->event_capacity);
	trace->events[index] = (struct v1_event){
		.time = parser->time,
		.offset = record->offset & ((UINT64_C(1) << 48) - 1),
		.type = record->type,
		.g = g,
		.lane = parser->lane,
	};
	trace->futile_count += record->type == V1_EVENT_futile_wakeup;
	if (!parser->is_range_open)
		add_range(trace, parser->lane, index, index);
	parser->is_range_open = true;
	trace->ranges[trace->range_count - 1].end = index + 1;
	return true;
}

static bool has_right_count(const struct v1_record *record)
{
	const struct v1_event_info *info = &v1_event_info[record->type];

	if (record->type == V1_EVENT_stack || record->type == V1_EVENT_string)
		return true;
	/* Newer readers look at the code of a Batch alone. */
	if (record->type == V1_EVENT_batch && record->code != BATCH_CODE)
		return false;
	return record->value_count == info->argument_count + info->is_timed;
}

/* What a well-formed record means. */
static bool take_record(struct parser *parser)
{
	struct v1_trace *trace = parser->trace;
	const struct v1_record *record = parser->record;

	if (!has_right_count(record))
		return fault_set(trace->fault, RULE_v1_w7, record->offset,
				 "%s has %d values, here are %d", v1_event_info[record->type].name,
				 v1_event_info[record->type].argument_count +
					 v1_event_info[record->type].is_timed,
				 record->value_count);
	switch (record->type) {
	case V1_EVENT_batch:
		parser->lane = lane_of(trace, record->values[0]);
		parser->is_range_open = false;
		parser->time = (int64_t)record->values[1];
		trace->batch_count++;
		return true;
	case V1_EVENT_frequency:
		trace->units_per_second = record->values[0];
		if (record->values[0] == 0 || record->values[0] > INT64_MAX)
			return fault_set(trace->fault, RULE_v1_w10, record->offset,
					 "the frequency is %" PRId64, (int64_t)record->values[0]);
		return true;
	case V1_EVENT_stack:
		return v1_tables_add_stack(&trace->tables, record, trace->fault);
	case V1_EVENT_string:
		return true;
	case V1_EVENT_timer_goroutine:
		if (id_map_find(&trace->timer_ids, record->values[0]) == ID_MAP_ABSENT)
			id_map_insert(&trace->timer_ids, record->values[0], 0);
		return true;
	default:
		return add_event(parser);
	}
}

/* What holds for every record whatever it means. */
static bool check_place(const struct parser *parser, bool *has_batch)
{
	struct v1_trace *trace = parser->trace;
	const struct v1_record *record = parser->record;

	if (record->type == V1_EVENT_string)
		return v1_tables_add_string(&trace->tables, &trace->source, record, trace->fault);
	if (record->type == V1_EVENT_batch) {
		*has_batch = true;
		if (record->value_count > 0 && record->values[0] >= P_END &&
		    record->values[0] != UINT64_MAX)
			return fault_set(trace->fault, RULE_v1_w15, record->offset,
					 "the batch of P%" PRIu64, record->values[0]);
	}
	if (!*has_batch)
		return fault_set(trace->fault, RULE_v1_w14, record->offset,
				 "%s before the first Batch", v1_event_info[record->type].name);
	return true;
}

static int compare_samples(const void *left, const void *right)
{
	const struct v1_event *a = left, *b = right;

	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

/* The samples become the last lane, by the time when each was taken. */
static void append_samples(struct v1_trace *trace)
{
	uint32_t first = trace->event_count;
	uint32_t count = trace->sample_count;

	if (count == 0)
		return;
	qsort(trace->samples, count, sizeof(*trace->samples), compare_samples);
	if (first + count > trace->event_capacity)
		trace->events = grow(trace->events, &trace->event_capacity, first + count,
				     sizeof(*trace->events));
	memcpy(trace->events + first, trace->samples, count * sizeof(*trace->samples));
	trace->event_count += count;
	uint32_t lane = GROW_ONE(trace->lanes, trace->lane_count, trace->lane_capacity);
	trace->lanes[lane] = (struct v1_lane){.first_range = V1_NONE, .last_range = V1_NONE};
	add_range(trace, lane, first, first + count);
}

static bool parse_records(struct parser *parser, struct v1_strict_wire *strict)
{
	struct v1_trace *trace = parser->trace;
	struct fault first_fault = {.rule = RULE_NONE};
	bool has_batch = false;
	size_t offset = WIRE_HEADER_SIZE;

	while (offset < trace->source.size) {
		if (!v1_record_read(&trace->source, trace->minor, offset, parser->record,
				    trace->fault) ||
		    !check_place(parser, &has_batch))
			return false;
		offset = parser->record->end_offset;
		/* Readers look at meanings only when all records were well-formed. */
		if (first_fault.rule != RULE_NONE)
			continue;
		if (!take_record(parser))
			first_fault = *trace->fault;
		else if (trace->is_strict)
			v1_strict_wire_record(strict, trace, parser->record);
	}
	if (first_fault.rule == RULE_NONE)
		return true;
	*trace->fault = first_fault;
	return false;
}

bool v1_parse(struct v1_trace *trace, struct v1_record *record, struct v1_strict_wire *strict)
{
	struct parser parser = {.trace = trace, .record = record, .lane = V1_NONE};
	size_t size = trace->source.size;

	if (trace->is_strict)
		v1_strict_wire_begin(strict);
	if (!parse_records(&parser, strict))
		return false;
	if (trace->event_count + trace->sample_count == 0)
		return fault_set(trace->fault, RULE_v1_w11, size, "the trace has no timed event");
	if (trace->units_per_second == 0)
		return fault_set(trace->fault, RULE_v1_w12, size,
				 "the trace does not tell its clock frequency");
	if (trace->is_strict)
		v1_strict_wire_end(strict, trace);
	append_samples(trace);
	return true;
}
