#include "oracle/v1_judge.h"

#include <stdlib.h>

#include "base/fatal.h"
#include "oracle/v1_futile.h"
#include "oracle/v1_merge.h"
#include "oracle/v1_parse.h"
#include "oracle/v1_state.h"
#include "oracle/v1_strict_story.h"
#include "oracle/v1_strict_tables.h"
#include "oracle/v1_strict_wire.h"
#include "oracle/v1_time.h"
#include "oracle/v1_trace.h"

struct v1_judge {
	struct v1_trace trace;
	struct v1_record record;
	struct v1_merge merge;
	struct v1_time time;
	struct v1_futile futile;
	struct v1_state state;
	struct v1_strict_wire strict_wire;
	struct v1_strict_story strict_story;
};

struct v1_judge *v1_judge_create(void)
{
	struct v1_judge *judge = calloc(1, sizeof(*judge));

	if (judge == NULL)
		fatal("oracle: out of memory");
	v1_trace_create(&judge->trace);
	v1_merge_create(&judge->merge);
	v1_state_create(&judge->state);
	return judge;
}

void v1_judge_destroy(struct v1_judge *judge)
{
	v1_trace_destroy(&judge->trace);
	v1_merge_destroy(&judge->merge);
	v1_time_destroy(&judge->time);
	v1_futile_destroy(&judge->futile);
	v1_state_destroy(&judge->state);
	v1_strict_story_destroy(&judge->strict_story);
	free(judge);
}

static void tell_event(const struct v1_trace *trace, const struct v1_event *event,
		       const uint64_t *arguments, const struct oracle_options *options)
{
	const struct v1_event_info *info = &v1_event_info[event->type];
	struct oracle_v1_event told = {
		.type = (uint8_t)event->type,
		.argument_count = info->argument_count,
		.is_futile = event->is_futile,
		.time = (uint64_t)event->time,
		.time_ns = v1_time_ns(trace, event),
		.p = event->lane == V1_NONE ? arguments[1] : trace->lanes[event->lane].p,
		.g = trace->gs[event->g],
		.offset = event->offset,
		.units_per_second = trace->units_per_second,
		.tables = &trace->tables,
	};
	uint8_t last = (uint8_t)(info->argument_count - 1);

	for (uint8_t i = 0; i < info->argument_count; i++)
		told.arguments[i] = arguments[i];
	if (info->argument_count > 0 && (info->stack_arguments >> last & 1) != 0)
		told.stack = arguments[last];
	if (event->type == V1_EVENT_user_log)
		told.message = v1_message(trace, event, &told.message_size);
	options->on_v1_event(options->on_v1_event_context, &told);
}

/* The events in their final order, one by one. */
static bool live_through(struct v1_judge *judge, const struct oracle_options *options,
			 struct oracle_statistics *statistics)
{
	struct v1_trace *trace = &judge->trace;
	uint64_t arguments[V1_EVENT_ARGUMENTS_MAX];

	v1_state_begin(&judge->state, trace);
	if (trace->is_strict)
		v1_strict_story_begin(&judge->strict_story, trace);
	for (uint32_t i = 0; i < trace->order_count; i++) {
		const struct v1_event *event = &trace->events[trace->order[i]];
		v1_arguments(trace, event, arguments);
		if (trace->is_strict) {
			v1_strict_story_take(&judge->strict_story, &judge->state, trace, event,
					     arguments);
			v1_strict_tables_use(trace, event, arguments);
		}
		if (!event->is_futile && !v1_state_take(&judge->state, trace, event, arguments))
			return false;
		statistics->events++;
		statistics->samples += event->lane == V1_NONE;
		statistics->of_type[event->type]++;
		if (options->on_v1_event != NULL)
			tell_event(trace, event, arguments, options);
	}
	if (trace->is_strict) {
		v1_strict_story_end(&judge->strict_story, trace);
		v1_strict_tables_end(trace);
	}
	return true;
}

static bool check(struct v1_judge *judge, const struct oracle_options *options,
		  struct oracle_report *report)
{
	struct v1_trace *trace = &judge->trace;
	struct oracle_statistics *statistics = &report->statistics;

	if (!v1_header_read(&trace->source, &trace->minor, &report->fault))
		return false;
	report->version_minor = trace->minor;
	bool is_parsed = v1_parse(trace, &judge->record, &judge->strict_wire);
	statistics->batches = trace->batch_count;
	statistics->strings = trace->tables.string_count;
	statistics->stacks = trace->tables.stack_count;
	if (!is_parsed || !v1_merge(&judge->merge, trace) || !v1_time_order(&judge->time, trace))
		return false;
	v1_futile_mark(&judge->futile, trace);
	if (!live_through(judge, options, statistics))
		return false;
	if (trace->strict_fault.rule == RULE_NONE)
		return true;
	report->fault = trace->strict_fault;
	return false;
}

void v1_judge_check(struct v1_judge *judge, const struct wire_source *source,
		    const struct oracle_options *options, struct oracle_report *report)
{
	judge->trace.is_strict = options->is_strict;
	judge->trace.clocks_may_disagree = options->clocks_may_disagree;
	v1_trace_begin(&judge->trace, source, &report->fault);
	report->is_accepted = check(judge, options, report);
	ensure(report->is_accepted == (report->fault.rule == RULE_NONE));
}
