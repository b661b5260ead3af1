#include "oracle/v1_strict_wire.h"

#include <inttypes.h>

enum {
	BATCH_SIZE_MAX = 64488, /* a buffer of 64 KiB without its header and room for 128 pcs */
	STACK_FRAMES_MAX = 128,
	STACK_LENGTH_SIZE = 10, /* reserved before the length is known, from Go 1.20 on */
	STW_KIND_COUNT = 17,
	STW_KIND_START_TRACE = 10,
	STW_KIND_STOP_TRACE = 11,
};

void v1_strict_wire_begin(struct v1_strict_wire *strict)
{
	*strict = (struct v1_strict_wire){0};
}

static void check_length(struct v1_trace *trace, const struct v1_record *record)
{
	bool is_reserved = record->length_size == STACK_LENGTH_SIZE;
	bool is_fine = !record->is_length_padded;

	/* A trace headed 1.19 may come from Go 1.20. */
	if (record->type == V1_EVENT_stack && trace->minor >= 19)
		is_fine = is_reserved || (is_fine && trace->minor < 21);
	if (!is_fine)
		v1_strict_break(trace, RULE_v1_s_number, record->offset,
				"the length of this %s takes %d bytes",
				v1_event_info[record->type].name, record->length_size);
}

static void check_form(struct v1_trace *trace, const struct v1_record *record)
{
	const char *name = v1_event_info[record->type].name;
	uint8_t code = record->value_count > V1_CODE_LENGTH ? V1_CODE_LENGTH
							    : (uint8_t)(record->value_count - 1);

	if (record->is_padded)
		v1_strict_break(trace, RULE_v1_s_number, record->offset,
				"a number of this %s has a byte too many", name);
	if (record->length_size != 0)
		check_length(trace, record);
	if (record->type == V1_EVENT_string)
		code = 0;
	if (record->code != code)
		v1_strict_break(trace, RULE_v1_s_code, record->offset,
				"%s with %d values has argument code %d", name, record->value_count,
				record->code);
	if (v1_event_info[record->type].is_timed &&
	    (record->values[0] == 0 || (trace->minor >= 21 && record->values[0] > INT64_MAX)))
		v1_strict_break(trace, RULE_v1_s_dt, record->offset,
				"%s comes %" PRId64 " units after the event before it", name,
				(int64_t)record->values[0]);
}

/* Types that no version, or not this one, writes. */
static void check_type(struct v1_trace *trace, const struct v1_record *record)
{
	bool is_written = true;

	switch (record->type) {
	case V1_EVENT_timer_goroutine:
		is_written = trace->minor < 19;
		break;
	case V1_EVENT_futile_wakeup:
		is_written = trace->minor < 21;
		break;
	case V1_EVENT_stw_start:
		if (trace->minor >= 21 && (record->values[1] >= STW_KIND_COUNT ||
					   record->values[1] == STW_KIND_START_TRACE ||
					   record->values[1] == STW_KIND_STOP_TRACE))
			v1_strict_break(trace, RULE_v1_s_stw_kind, record->offset,
					"STWStart kind=%" PRIu64, record->values[1]);
		break;
	default:
		break;
	}
	if (!is_written)
		v1_strict_break(trace, RULE_v1_s_type, record->offset, "%s in version go 1.%d",
				v1_event_info[record->type].name, trace->minor);
}

static void end_batch(struct v1_strict_wire *strict, struct v1_trace *trace)
{
	size_t size = strict->batch_end - strict->batch_offset;

	if (!strict->has_batch)
		return;
	if (strict->records == 0)
		v1_strict_break(trace, RULE_v1_s_batch_empty, strict->batch_offset,
				"nothing stands in this batch");
	if (size > BATCH_SIZE_MAX)
		v1_strict_break(trace, RULE_v1_s_batch_size, strict->batch_offset,
				"this batch has %zu bytes", size);
}

static void check_place(struct v1_strict_wire *strict, struct v1_trace *trace,
			const struct v1_record *record)
{
	const char *complaint = NULL;

	switch (record->type) {
	case V1_EVENT_frequency:
		if (strict->has_frequency)
			complaint = "the clock frequency is told twice";
		strict->has_frequency = true;
		break;
	case V1_EVENT_stack:
		if (!strict->has_frequency)
			complaint = "a Stack before the clock frequency";
		break;
	case V1_EVENT_batch:
		if (strict->has_frequency && record->values[0] != 0)
			complaint = "a batch of a P behind the clock frequency";
		break;
	default:
		if (strict->has_frequency && v1_event_info[record->type].is_timed)
			complaint = "an event behind the clock frequency";
		break;
	}
	if (complaint != NULL)
		v1_strict_break(trace, RULE_v1_s_footer, record->offset, "%s", complaint);
}

void v1_strict_wire_record(struct v1_strict_wire *strict, struct v1_trace *trace,
			   const struct v1_record *record)
{
	check_form(trace, record);
	check_type(trace, record);
	check_place(strict, trace, record);
	if (record->type == V1_EVENT_stack && (record->values[0] == 0 || record->values[1] == 0 ||
					       record->values[1] > STACK_FRAMES_MAX))
		v1_strict_break(trace, RULE_v1_s_stack, record->offset,
				"Stack id=%" PRIu64 " has %" PRIu64 " frames", record->values[0],
				record->values[1]);
	if (record->type == V1_EVENT_batch) {
		end_batch(strict, trace);
		*strict = (struct v1_strict_wire){.batch_offset = record->offset,
						  .has_batch = true,
						  .has_frequency = strict->has_frequency};
	} else {
		strict->records++;
	}
	/* Before Go 1.20 the Frequency stands behind a batch that may be full. */
	if (record->type != V1_EVENT_frequency || trace->minor >= 21)
		strict->batch_end = record->end_offset;
}

void v1_strict_wire_end(struct v1_strict_wire *strict, struct v1_trace *trace)
{
	end_batch(strict, trace);
}
