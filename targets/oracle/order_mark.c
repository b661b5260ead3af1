/* Rules of the GC cycle and of annotations: R18 to R25, R30. */
#include "oracle/order_rules.h"
#include "oracle/strict.h"

static void set_gc(struct state *state, uint64_t seq, enum gc_state gc)
{
	state->gc_seq = seq;
	state->gc = gc;
	state_wake(state, &state->gc_waiters, seq);
}

static enum order_answer wait_for_gc(struct state *state, struct lane *lane, uint64_t seq)
{
	state_wait_for_seq(state, &state->gc_waiters, lane, seq);
	return ORDER_NOT_YET;
}

enum order_answer order_gc_active(struct state *state, struct lane *lane,
				  struct order_context *context)
{
	uint64_t seq = lane->arguments[0];

	if (state->is_strict && !strict_gc(state, lane))
		return ORDER_BROKEN;
	if (state->generation == state->first_generation) {
		if (state->gc != GC_UNDETERMINED)
			return order_break(state, lane, RULE_r21,
					   "a GC event came before it in the first generation");
		set_gc(state, seq, GC_RUNNING);
		return ORDER_ADVANCED;
	}
	if (seq != state->gc_seq + 1)
		return wait_for_gc(state, lane, seq);
	if (state->gc != GC_RUNNING)
		return order_break(state, lane, RULE_r21, "the GC is not marking");
	if (!order_context_check(state, lane, RULE_r21, context, &order_user))
		return ORDER_BROKEN;
	set_gc(state, seq, GC_RUNNING);
	return ORDER_ADVANCED;
}

/* The smallest number of a GCActive or GCBegin in this generation, UINT64_MAX without one. */
static uint64_t find_first_gc_seq(const struct state *state)
{
	const struct generation *tables = state->tables;
	uint64_t first = UINT64_MAX;

	for (uint32_t i = 0; i < tables->thread_count; i++) {
		struct lane lane;
		struct fault ignored;

		lane_begin(&lane, &tables->threads[i]);
		while (lane_next(&lane, tables, state->bytes, &ignored) == LANE_EVENT) {
			if ((lane.type == EVENT_gc_active || lane.type == EVENT_gc_begin) &&
			    lane.arguments[0] < first)
				first = lane.arguments[0];
		}
	}
	return first;
}

/* Looked for once in a generation: every thread may ask. */
static uint64_t first_gc_seq(struct state *state)
{
	if (state->gc_first_known_in != state->generation_count) {
		state->gc_first_known_in = state->generation_count;
		state->gc_first_seq = find_first_gc_seq(state);
	}
	return state->gc_first_seq;
}

enum order_answer order_gc_begin(struct state *state, struct lane *lane,
				 struct order_context *context)
{
	uint64_t seq = lane->arguments[0];

	/* Go's reader takes the earliest for the first; where clocks disagree, that may be another.
	 */
	if (state->gc == GC_UNDETERMINED && state->clocks_may_disagree &&
	    seq != first_gc_seq(state))
		return wait_for_gc(state, lane, seq);
	if (state->is_strict && !strict_gc(state, lane))
		return ORDER_BROKEN;
	if (state->gc == GC_UNDETERMINED) {
		set_gc(state, seq, GC_RUNNING);
		return ORDER_ADVANCED;
	}
	if (seq != state->gc_seq + 1)
		return wait_for_gc(state, lane, seq);
	if (state->gc == GC_RUNNING)
		return order_break(state, lane, RULE_r22, "the GC is marking already");
	if (!order_context_check(state, lane, RULE_r22, context, &order_user))
		return ORDER_BROKEN;
	set_gc(state, seq, GC_RUNNING);
	return ORDER_ADVANCED;
}

enum order_answer order_gc_end(struct state *state, struct lane *lane,
			       struct order_context *context)
{
	uint64_t seq = lane->arguments[0];

	if (seq != state->gc_seq + 1)
		return wait_for_gc(state, lane, seq);
	if (state->gc != GC_RUNNING)
		return order_break(state, lane, RULE_r23, "the GC is not marking");
	if (!order_context_check(state, lane, RULE_r23, context, &order_user))
		return ORDER_BROKEN;
	set_gc(state, seq, GC_NOT_RUNNING);
	return ORDER_ADVANCED;
}

enum order_answer order_annotation(struct state *state, struct lane *lane,
				   struct order_context *context)
{
	if (!order_context_check(state, lane, RULE_r24, context, &order_user))
		return ORDER_BROKEN;
	if (lane->type == EVENT_go_label) {
		const struct generation_string *label = generation_string_find(state->tables,
									       lane->arguments[0]);
		if (label != NULL && label->size == 0)
			return order_break(state, lane, RULE_v_label, "the label is empty");
	}
	if (lane->type == EVENT_procs_change && state->is_strict)
		strict_procs_change(state, lane);
	return ORDER_ADVANCED;
}

enum order_answer order_heap(struct state *state, struct lane *lane, struct order_context *context)
{
	if (!order_context_check(state, lane, RULE_r25, context, &order_on_p))
		return ORDER_BROKEN;
	return ORDER_ADVANCED;
}

enum order_answer order_alloc_free(struct state *state, struct lane *lane,
				   struct order_context *context)
{
	static const struct order_requirements requirements = {MUST_HAVE, MAY_HAVE, MAY_HAVE};

	if (!order_context_check(state, lane, RULE_r30, context, &requirements))
		return ORDER_BROKEN;
	return ORDER_ADVANCED;
}

enum order_answer order_task_begin(struct state *state, struct lane *lane,
				   struct order_context *context)
{
	uint64_t task = lane->arguments[0];

	if (id_map_find(&state->active_tasks, task) != ID_MAP_ABSENT)
		return order_break(state, lane, RULE_r18, "task %" PRIu64 " is active already",
				   task);
	if (generation_string_find(state->tables, lane->arguments[2]) == NULL)
		return order_break(state, lane, RULE_r18, "its name is not defined");
	if (!order_context_check(state, lane, RULE_r18, context, &order_user))
		return ORDER_BROKEN;
	if (task == 0 || task == UINT64_MAX)
		return order_break(state, lane, RULE_v_task, "this id is no user task");
	id_map_insert(&state->active_tasks, task, 1);
	return ORDER_ADVANCED;
}

enum order_answer order_task_end(struct state *state, struct lane *lane,
				 struct order_context *context)
{
	if (!order_context_check(state, lane, RULE_r19, context, &order_user))
		return ORDER_BROKEN;
	/* It may have begun before the trace. */
	if (id_map_find(&state->active_tasks, lane->arguments[0]) != ID_MAP_ABSENT)
		id_map_erase(&state->active_tasks, lane->arguments[0]);
	return ORDER_ADVANCED;
}

/* The context of a region event; its name, or NULL after a fault. */
static struct generation_string *check_region(struct state *state, struct lane *lane,
					      struct order_context *context)
{
	if (!order_context_check(state, lane, RULE_r20, context, &order_user))
		return NULL;
	struct generation_string *name = generation_string_find(state->tables, lane->arguments[1]);
	if (name == NULL) {
		order_break(state, lane, RULE_r20, "its name is not defined");
		return NULL;
	}
	return name;
}

enum order_answer order_region_begin(struct state *state, struct lane *lane,
				     struct order_context *context)
{
	struct generation_string *name = check_region(state, lane, context);

	if (name == NULL)
		return ORDER_BROKEN;
	state_range_push(state, &state->gs[context->g].regions, lane->arguments[0],
			 generation_string_hash(name));
	return ORDER_ADVANCED;
}

enum order_answer order_region_end(struct state *state, struct lane *lane,
				   struct order_context *context)
{
	struct generation_string *name = check_region(state, lane, context);

	if (name == NULL)
		return ORDER_BROKEN;
	uint32_t *regions = &state->gs[context->g].regions;
	/* It may have begun before the trace. */
	if (*regions == STATE_NONE)
		return ORDER_ADVANCED;
	const struct state_range *innermost = &state->ranges[*regions];
	if (innermost->task != lane->arguments[0] ||
	    innermost->text_hash != generation_string_hash(name))
		return order_break(state, lane, RULE_r20,
				   "the innermost open region of goroutine %" PRIu64
				   " is another one, of task %" PRIu64,
				   state->gs[context->g].id, innermost->task);
	state_range_pop(state, regions);
	return ORDER_ADVANCED;
}
