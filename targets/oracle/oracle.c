#include "oracle/oracle.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/fatal.h"
#include "oracle/diagnose.h"
#include "oracle/frontier.h"
#include "oracle/grow.h"
#include "oracle/order.h"
#include "oracle/order_rules.h"
#include "oracle/strict.h"
#include "oracle/v1_judge.h"
#include "oracle/v1_wire.h"
#include "oracle/wire.h"

struct oracle {
	struct generation generation;
	struct state state;
	struct frontier frontier;
	struct lane *lanes;
	bool *is_parked;
	uint32_t lane_count, lane_capacity;
	uint32_t parked_capacity;
	uint32_t parked_count;
	uint32_t next_sample;
	struct sync last_sync; /* of the generation before */

	struct v1_judge *v1; /* NULL until there is a v1 trace */

	struct wire_source source;
	const struct oracle_options *options;
	struct oracle_report *report;
};

struct oracle *oracle_create(void)
{
	struct oracle *oracle = calloc(1, sizeof(*oracle));

	if (oracle == NULL)
		fatal("oracle: out of memory");
	generation_create(&oracle->generation);
	state_create(&oracle->state);
	return oracle;
}

void oracle_destroy(struct oracle *oracle)
{
	if (oracle == NULL)
		return;
	generation_destroy(&oracle->generation);
	state_destroy(&oracle->state);
	free(oracle->frontier.entries);
	free(oracle->lanes);
	free(oracle->is_parked);
	if (oracle->v1 != NULL)
		v1_judge_destroy(oracle->v1);
	free(oracle);
}

static uint64_t p_id(const struct state *state, uint32_t p)
{
	return p == STATE_NONE ? ORACLE_NONE : state->ps[p].id;
}

static uint64_t g_id(const struct state *state, uint32_t g)
{
	return g == STATE_NONE ? ORACLE_NONE : state->gs[g].id;
}

/* Ids that a callback shall see: a goroutine that ends has still its name here. */
static void tell_event(struct oracle *oracle, const struct lane *lane,
		       const struct order_context *before, const struct order_context *after)
{
	const struct state *state = &oracle->state;
	struct oracle_event event = {
		.type = lane->type,
		.argument_count = event_info[lane->type].argument_count,
		.time = lane->time,
		.generation = state->generation,
		.m = lane->m == STATE_NONE ? ORACLE_NONE : state->ms[lane->m].id,
		.p_before = p_id(state, before->p),
		.g_before = g_id(state, before->g),
		.p_after = p_id(state, after->p),
		.g_after = g_id(state, after->g),
		.offset = (uint64_t)(lane->event - oracle->source.bytes),
		.record = lane->event,
		.tables = &oracle->generation,
	};

	for (uint8_t i = 0; i < event.argument_count; i++)
		event.arguments[i] = lane->arguments[i];
	oracle->options->on_event(oracle->options->on_event_context, &event);
}

static void tell_record(struct oracle *oracle, uint8_t type, const uint64_t *arguments, uint64_t m,
			uint64_t time, uint64_t offset, const uint8_t *record)
{
	struct oracle_event event = {
		.type = type,
		.argument_count = event_info[type].argument_count,
		.time = time,
		.generation = oracle->generation.number,
		.m = m,
		.p_before = ORACLE_NONE,
		.g_before = ORACLE_NONE,
		.p_after = ORACLE_NONE,
		.g_after = ORACLE_NONE,
		.offset = offset,
		.record = record,
		.tables = &oracle->generation,
	};

	oracle->report->statistics.of_type[type]++;
	if (oracle->options->on_event == NULL)
		return;
	for (uint8_t i = 0; i < event.argument_count; i++)
		event.arguments[i] = arguments[i];
	oracle->options->on_event(oracle->options->on_event_context, &event);
}

/* What a generation brings along besides events in time. */
static void tell_generation(struct oracle *oracle)
{
	const struct generation *generation = &oracle->generation;
	const struct sync *sync = &generation->sync;
	uint64_t *of_type = oracle->report->statistics.of_type;

	tell_record(oracle, EVENT_frequency, &sync->frequency, ORACLE_NONE, 0,
		    sync->frequency_offset, oracle->source.bytes + sync->frequency_offset);
	if (generation->minor >= SYNC_MINOR) {
		of_type[EVENT_sync] += sync->batch_count;
		tell_record(oracle, EVENT_clock_snapshot, sync->snapshot, ORACLE_NONE,
			    sync->snapshot_time, sync->snapshot_offset,
			    oracle->source.bytes + sync->snapshot_offset);
	}
	of_type[EVENT_end_of_generation] += generation->minor >= GENERATION_END_MINOR;
	for (uint32_t i = 0; i < generation->experiment_count; i++) {
		const struct wire_batch *batch = &generation->experiments[i].batch;
		uint64_t arguments[] = {batch->experiment, batch->generation, batch->m, batch->time,
					batch->body_size};
		tell_record(oracle, EVENT_experimental_batch, arguments, batch->m, batch->time,
			    batch->offset, oracle->source.bytes + batch->body_offset);
	}
}

static bool check_stack(struct oracle *oracle, const struct lane *lane, uint64_t id)
{
	const struct generation_stack *stack = generation_stack_find(&oracle->generation, id);

	if (stack != NULL && !stack->is_incomplete)
		return true;
	if (stack == NULL)
		order_break(&oracle->state, lane, RULE_w_event_stack,
			    "stack %" PRIu64 " is not defined in generation %" PRIu64, id,
			    oracle->generation.number);
	else
		order_break(&oracle->state, lane, RULE_v_frame,
			    "a frame of stack %" PRIu64 " misses its pc, function, file or line",
			    id);
	return false;
}

/* Strings and stacks that the event names must be there. */
static bool check_references(struct oracle *oracle, const struct lane *lane)
{
	const struct event_info *info = &event_info[lane->type];

	if ((info->string_arguments | info->stack_arguments) == 0)
		return true;
	for (uint8_t i = 0; i < info->argument_count; i++) {
		uint64_t id = lane->arguments[i];
		if ((info->stack_arguments >> i & 1) != 0 && id != 0 &&
		    !check_stack(oracle, lane, id))
			return false;
		if ((info->string_arguments >> i & 1) != 0 && id != 0 &&
		    generation_string_find(&oracle->generation, id) == NULL) {
			order_break(&oracle->state, lane, RULE_w_event_string,
				    "string %" PRIu64 " is not defined in generation %" PRIu64, id,
				    oracle->generation.number);
			return false;
		}
	}
	return true;
}

static bool deliver_sample(struct oracle *oracle)
{
	const struct generation_sample *sample = &oracle->generation.samples[oracle->next_sample++];
	const struct generation_stack *stack = generation_stack_find(&oracle->generation,
								     sample->arguments[4]);

	if (stack == NULL)
		return fault_set(&oracle->report->fault, RULE_v_sample_stack, sample->offset,
				 "stack %" PRIu64 " is not defined in generation %" PRIu64,
				 sample->arguments[4], oracle->generation.number);
	if (stack->is_incomplete)
		return fault_set(&oracle->report->fault, RULE_v_frame, sample->offset,
				 "a frame of stack %" PRIu64
				 " misses its pc, function, file or line",
				 sample->arguments[4]);
	oracle->report->statistics.events++;
	oracle->report->statistics.samples++;
	tell_record(oracle, EVENT_cpu_sample, sample->arguments, sample->arguments[1],
		    sample->arguments[0], sample->offset, oracle->source.bytes + sample->offset);
	return true;
}

static void wake_lanes(struct oracle *oracle)
{
	struct state *state = &oracle->state;

	while (state->woken != LANE_NONE) {
		uint32_t index = state->woken;
		state->woken = oracle->lanes[index].next_waiter;
		oracle->lanes[index].next_waiter = LANE_NONE;
		oracle->is_parked[index] = false;
		oracle->parked_count--;
		frontier_push(&oracle->frontier, oracle->lanes[index].time, index);
	}
}

/* Everything that belongs to an event which has happened. */
static bool finish_event(struct oracle *oracle, const struct lane *lane,
			 const struct order_context *before, const struct order_context *after)
{
	oracle->report->statistics.events++;
	oracle->report->statistics.of_type[lane->type]++;
	if (!check_references(oracle, lane))
		return false;
	if (oracle->state.is_strict)
		strict_after(&oracle->state, lane, after);
	if (oracle->options->on_event != NULL)
		tell_event(oracle, lane, before, after);
	return true;
}

/* Offers the first event of the frontier. False: the trace is broken. */
static bool offer_first(struct oracle *oracle)
{
	struct state *state = &oracle->state;
	uint32_t index = oracle->frontier.entries[0].lane;
	struct lane *lane = &oracle->lanes[index];
	struct order_context before = {lane->m, STATE_NONE, STATE_NONE};
	struct order_context after;

	if (lane->m != STATE_NONE) {
		before.p = state->ms[lane->m].p;
		before.g = state->ms[lane->m].g;
	}
	switch (order_advance(state, lane, &after)) {
	case ORDER_BROKEN:
		return false;
	case ORDER_NOT_YET:
		frontier_pop(&oracle->frontier);
		oracle->is_parked[index] = true;
		oracle->parked_count++;
		return true;
	case ORDER_ADVANCED:
		break;
	}
	if (!finish_event(oracle, lane, &before, &after))
		return false;
	switch (lane_next(lane, &oracle->generation, oracle->source.bytes,
			  &oracle->report->fault)) {
	case LANE_BROKEN:
		return false;
	case LANE_END:
		frontier_pop(&oracle->frontier);
		break;
	case LANE_EVENT:
		frontier_update_first(&oracle->frontier, lane->time);
		break;
	}
	/* Only now: the entry that was just offered stood first until here. */
	wake_lanes(oracle);
	return true;
}

static bool begin_lanes(struct oracle *oracle)
{
	const struct generation *generation = &oracle->generation;

	oracle->lane_count = generation->thread_count;
	if (oracle->lane_count > oracle->lane_capacity)
		oracle->lanes = grow(oracle->lanes, &oracle->lane_capacity, oracle->lane_count,
				     sizeof(*oracle->lanes));
	if (oracle->lane_count > oracle->parked_capacity)
		oracle->is_parked = grow(oracle->is_parked, &oracle->parked_capacity,
					 oracle->lane_count, sizeof(*oracle->is_parked));
	oracle->state.lanes = oracle->lanes;
	oracle->frontier.count = 0;
	oracle->parked_count = 0;
	for (uint32_t i = 0; i < oracle->lane_count; i++) {
		struct lane *lane = &oracle->lanes[i];
		uint64_t m = generation->threads[i].m;
		oracle->is_parked[i] = false;
		lane_begin(lane, &generation->threads[i]);
		lane->m = m == WIRE_NO_THREAD ? STATE_NONE : state_m_get(&oracle->state, m);
		switch (lane_next(lane, generation, oracle->source.bytes, &oracle->report->fault)) {
		case LANE_BROKEN:
			return false;
		case LANE_END:
			break;
		case LANE_EVENT:
			frontier_push(&oracle->frontier, lane->time, i);
			break;
		}
	}
	return true;
}

static bool order_generation(struct oracle *oracle)
{
	const struct generation *generation = &oracle->generation;
	struct frontier *frontier = &oracle->frontier;

	oracle->next_sample = 0;
	if (!begin_lanes(oracle))
		return false;
	/* A generation without events is none that a resource can have been new in. */
	if (oracle->state.first_generation == 0 && frontier->count > 0)
		oracle->state.first_generation = generation->number;
	while (frontier->count > 0) {
		while (oracle->next_sample < generation->sample_count &&
		       generation->samples[oracle->next_sample].arguments[0] <
			       frontier->entries[0].time) {
			if (!deliver_sample(oracle))
				return false;
		}
		if (!offer_first(oracle))
			return false;
	}
	if (oracle->parked_count > 0) {
		diagnose_frontier(&oracle->state, oracle->lane_count, oracle->is_parked);
		return false;
	}
	while (oracle->next_sample < generation->sample_count) {
		if (!deliver_sample(oracle))
			return false;
	}
	return true;
}

static bool check_generation(struct oracle *oracle)
{
	struct generation *generation = &oracle->generation;
	struct state *state = &oracle->state;
	struct oracle_statistics *statistics = &oracle->report->statistics;

	oracle->report->fault.generation = generation->number;
	statistics->generations++;
	statistics->batches += generation->batch_count_all;
	statistics->strings += generation->string_count - 1;
	statistics->stacks += generation->stack_count;
	state->generation = generation->number;
	state->generation_count++;
	if (generation->minor >= SYNC_MINOR) {
		if (!state->clocks_may_disagree &&
		    !sync_check_progress(&generation->sync,
					 state->generation_count == 1 ? NULL : &oracle->last_sync,
					 &oracle->report->fault))
			return false;
		oracle->last_sync = generation->sync;
	}
	if (state->is_strict)
		strict_begin_generation(state);
	tell_generation(oracle);
	if (!order_generation(oracle))
		return false;
	if (generation->tail.rule != RULE_NONE) {
		oracle->report->fault = generation->tail;
		return false;
	}
	if (state->is_strict && !strict_end_generation(state))
		return false;
	state_end_generation(state);
	return true;
}

/* The number of a generation, against what the one before and the caller let expect. */
static bool check_number(struct oracle *oracle, uint64_t wanted)
{
	const struct oracle_options *options = oracle->options;
	const struct generation *generation = &oracle->generation;
	bool is_first = generation->offset == WIRE_HEADER_SIZE;

	if (is_first && options->first_generation != 0 &&
	    generation->number != options->first_generation)
		return fault_set(&oracle->report->fault, RULE_i36, generation->offset,
				 "the trace begins with generation %" PRIu64 ", not %" PRIu64,
				 generation->number, options->first_generation);
	if (!is_first && options->is_strict && generation->number != wanted)
		return fault_set(&oracle->report->fault, RULE_n15, generation->offset,
				 "generation %" PRIu64 " follows, not %" PRIu64, generation->number,
				 wanted);
	return true;
}

static bool check_v2(struct oracle *oracle)
{
	const struct oracle_options *options = oracle->options;
	struct generation *generation = &oracle->generation;
	struct fault *fault = &oracle->report->fault;
	uint64_t wanted = 0;

	generation->end_offset = WIRE_HEADER_SIZE;
	generation->minor = oracle->report->version_minor;
	do {
		switch (generation_read(generation, &oracle->source, generation->end_offset,
					options->is_strict, fault)) {
		case GENERATION_BROKEN:
			return false;
		case GENERATION_NONE:
			if (oracle->state.generation_count > 0)
				return true;
			return fault_set(fault, RULE_v_empty, WIRE_HEADER_SIZE,
					 "no generation follows the header");
		case GENERATION_READ:
			break;
		}
		if (!check_number(oracle, wanted) || !check_generation(oracle))
			return false;
		wanted = generation_next_number(generation);
		if (options->on_generation_end != NULL)
			options->on_generation_end(options->on_generation_end_context,
						   generation->end_offset);
	} while (generation->minor >= GENERATION_END_MINOR ||
		 generation->end_offset < oracle->source.size);
	return true;
}

static bool check_file(struct oracle *oracle)
{
	struct oracle_report *report = oracle->report;

	return wire_header_read(&oracle->source, &report->version_minor, &report->fault) &&
	       check_v2(oracle);
}

void oracle_check(struct oracle *oracle, const uint8_t *bytes, size_t size,
		  const struct oracle_options *options, struct oracle_report *ret_report)
{
	static const struct oracle_options none;

	*ret_report = (struct oracle_report){0};
	oracle->source = (struct wire_source){bytes, size};
	oracle->options = options == NULL ? &none : options;
	oracle->report = ret_report;
	if (v1_header_is(&oracle->source)) {
		if (oracle->v1 == NULL)
			oracle->v1 = v1_judge_create();
		v1_judge_check(oracle->v1, &oracle->source, oracle->options, ret_report);
		return;
	}
	state_reset(&oracle->state);
	oracle->generation.may_wrap = oracle->options->generations_may_wrap;
	oracle->state.tables = &oracle->generation;
	oracle->state.bytes = bytes;
	oracle->state.fault = &ret_report->fault;
	oracle->state.is_strict = oracle->options->is_strict;
	oracle->state.clocks_may_disagree = oracle->options->clocks_may_disagree;
	oracle->state.watch.procs = oracle->options->procs_at_start;
	oracle->state.watch.has_beginning = oracle->options->first_generation != 0;
	ret_report->is_accepted = check_file(oracle);
	ensure(ret_report->is_accepted == (ret_report->fault.rule == RULE_NONE));
	if (ret_report->is_accepted)
		ret_report->fault = (struct fault){.rule = RULE_NONE};
}

bool oracle_string(const struct oracle_event *event, uint64_t id, const uint8_t **ret_bytes,
		   size_t *ret_size)
{
	const struct generation_string *string = generation_string_find(event->tables, id);

	if (string == NULL)
		return false;
	*ret_bytes = string->bytes;
	*ret_size = string->size;
	return true;
}

uint32_t oracle_stack_depth(const struct oracle_event *event, uint64_t id)
{
	const struct generation_stack *stack = generation_stack_find(event->tables, id);
	return stack == NULL ? 0 : stack->frame_count;
}

const struct generation_frame *oracle_stack_frame(const struct oracle_event *event, uint64_t id,
						  uint32_t index)
{
	const struct generation_stack *stack = generation_stack_find(event->tables, id);

	ensure(stack != NULL);
	ensure(index < stack->frame_count);
	return &event->tables
			->frames[event->tables->frame_references[stack->first_reference + index]];
}
