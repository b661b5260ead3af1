#include "oracle/lane.h"

#include "oracle/varint_read.h"

/* An event with its type, dt and arguments takes no more. */
enum { EVENT_SIZE_MAX = 1 + VARINT_READ_SIZE_MAX * (1 + EVENT_ARGUMENTS_MAX) };

void lane_begin(struct lane *lane, const struct generation_thread *thread)
{
	lane->at = NULL;
	lane->end = NULL;
	lane->next_batch = thread->first_batch;
	lane->next_waiter = LANE_NONE;
}

static enum lane_answer break_at(const struct lane *lane, const uint8_t *bytes, enum rule rule,
				 const char *what, struct fault *fault)
{
	fault_set(fault, rule, (uint64_t)(lane->event - bytes), "event type %d: %s", *lane->event,
		  what);
	return LANE_BROKEN;
}

static enum lane_answer refuse_type(const struct lane *lane, const uint8_t *bytes,
				    struct fault *fault)
{
	/* It has a time, but stands in sync batches of later versions. */
	if (lane->type == EVENT_clock_snapshot)
		return break_at(lane, bytes, RULE_r31, "it takes no part in the ordering", fault);
	/* Every number below the last one of the table is a structural or reserved one. */
	if (lane->type > EVENT_goroutine_stack_free)
		return break_at(lane, bytes, RULE_w_event_type, "there is no such event", fault);
	return break_at(lane, bytes, RULE_w_event_structural,
			"structural or reserved, not a timed event", fault);
}

/* The numbers of an event so near the end of its batch that each byte must be asked for. */
static enum lane_answer decode_near_end(struct lane *lane, uint8_t count, const uint8_t *bytes,
					struct fault *fault)
{
	uint64_t dt;
	const uint8_t *at = varint_read(lane->at, lane->end, &dt);

	if (at == NULL)
		return break_at(lane, bytes, RULE_w_event_time, "its time is cut off or too long",
				fault);
	for (uint8_t i = 0; i < count; i++) {
		at = varint_read(at, lane->end, &lane->arguments[i]);
		if (at == NULL)
			return break_at(lane, bytes, RULE_w_event_argument,
					"an argument is cut off or too long", fault);
	}
	lane->at = at;
	lane->time += dt;
	lane->is_time_repeated = dt == 0;
	return LANE_EVENT;
}

enum lane_answer lane_next(struct lane *lane, const struct generation *generation,
			   const uint8_t *bytes, struct fault *fault)
{
	while (lane->at == lane->end) {
		if (lane->next_batch == GENERATION_NO_BATCH)
			return LANE_END;
		const struct generation_batch *batch = &generation->batches[lane->next_batch];
		lane->at = batch->body;
		lane->end = batch->body + batch->body_size;
		lane->time = batch->time;
		lane->next_batch = batch->next;
	}
	lane->event = lane->at;
	lane->type = *lane->at++;
	const struct event_info *info = &event_info[lane->type];
	if (info->kind != EVENT_KIND_TIMED)
		return refuse_type(lane, bytes, fault);
	uint8_t count = info->argument_count;
	if (lane->end - lane->event < EVENT_SIZE_MAX)
		return decode_near_end(lane, count, bytes, fault);

	uint64_t dt;
	const uint8_t *at = varint_read_fast(lane->at, &dt);
	for (uint8_t i = 0; i < count && at != NULL; i++)
		at = varint_read_fast(at, &lane->arguments[i]);
	/* The slow path tells which number is at fault. */
	if (at == NULL)
		return decode_near_end(lane, count, bytes, fault);
	lane->at = at;
	lane->time += dt;
	lane->is_time_repeated = dt == 0;
	return LANE_EVENT;
}
