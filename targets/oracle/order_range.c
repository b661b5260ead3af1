/* Rules of sweeps, stop-the-world periods and mark assists: R26 to R29. */
#include "oracle/order_rules.h"
#include "oracle/strict.h"

enum order_answer order_sweep_begin(struct state *state, struct lane *lane,
				    struct order_context *context)
{
	if (!order_context_check(state, lane, RULE_r26, context, &order_on_p))
		return ORDER_BROKEN;
	if (state->ps[context->p].is_sweeping)
		return order_break(state, lane, RULE_r26, "P%" PRIu64 " is sweeping already",
				   state->ps[context->p].id);
	state->ps[context->p].is_sweeping = true;
	return ORDER_ADVANCED;
}

enum order_answer order_sweep_end(struct state *state, struct lane *lane,
				  struct order_context *context)
{
	if (!order_context_check(state, lane, RULE_r26, context, &order_on_p))
		return ORDER_BROKEN;
	if (!state->ps[context->p].is_sweeping)
		return order_break(state, lane, RULE_r26, "P%" PRIu64 " is not sweeping",
				   state->ps[context->p].id);
	state->ps[context->p].is_sweeping = false;
	return ORDER_ADVANCED;
}

/* Sets *IS_OPEN in the first generation, where it must be news; later it must be known. */
static enum order_answer confirm(struct state *state, struct lane *lane, enum rule rule,
				 bool *is_open)
{
	bool is_first = state->generation == state->first_generation;

	if (*is_open == is_first)
		return order_break(state, lane, rule,
				   is_first ? "it is known to be active already"
					    : "it is not active, and it did not begin before");
	*is_open = true;
	return ORDER_ADVANCED;
}

enum order_answer order_sweep_active(struct state *state, struct lane *lane,
				     struct order_context *context)
{
	uint64_t id = lane->arguments[0];
	uint32_t p = id_map_find(&state->p_of_id, id);

	(void)context;
	if (p == ID_MAP_ABSENT || state->ps[p].status == STATUS_UNKNOWN)
		return order_break(state, lane, RULE_r27, "P%" PRIu64 " is not known", id);
	return confirm(state, lane, RULE_r27, &state->ps[p].is_sweeping);
}

enum order_answer order_assist_active(struct state *state, struct lane *lane,
				      struct order_context *context)
{
	uint64_t id = lane->arguments[0];
	uint32_t g = id_map_find(&state->g_of_id, id);

	(void)context;
	if (g == ID_MAP_ABSENT || state->gs[g].status == STATUS_UNKNOWN)
		return order_break(state, lane, RULE_r29, "goroutine %" PRIu64 " is not known", id);
	return confirm(state, lane, RULE_r29, &state->gs[g].is_assisting);
}

enum order_answer order_assist_begin(struct state *state, struct lane *lane,
				     struct order_context *context)
{
	if (!order_context_check(state, lane, RULE_r28, context, &order_user))
		return ORDER_BROKEN;
	if (state->gs[context->g].is_assisting)
		return order_break(state, lane, RULE_r28, "goroutine %" PRIu64 " assists already",
				   state->gs[context->g].id);
	state->gs[context->g].is_assisting = true;
	return ORDER_ADVANCED;
}

enum order_answer order_assist_end(struct state *state, struct lane *lane,
				   struct order_context *context)
{
	if (!order_context_check(state, lane, RULE_r28, context, &order_user))
		return ORDER_BROKEN;
	if (!state->gs[context->g].is_assisting)
		return order_break(state, lane, RULE_r28, "goroutine %" PRIu64 " does not assist",
				   state->gs[context->g].id);
	state->gs[context->g].is_assisting = false;
	return ORDER_ADVANCED;
}

enum order_answer order_stop_begin(struct state *state, struct lane *lane,
				   struct order_context *context)
{
	if (!order_context_check(state, lane, RULE_r28, context, &order_user))
		return ORDER_BROKEN;
	struct generation_string *kind = generation_string_find(state->tables, lane->arguments[0]);
	if (kind == NULL)
		return order_break(state, lane, RULE_w_event_string,
				   "string %" PRIu64 " is not defined", lane->arguments[0]);
	if (state->is_strict && !strict_stop_begin(state, lane))
		return ORDER_BROKEN;
	uint64_t hash = generation_string_hash(kind);
	uint32_t *stops = &state->gs[context->g].stops;
	for (uint32_t i = *stops; i != STATE_NONE; i = state->ranges[i].next) {
		/* Go's reader compares ids, its consumer texts; the two may part between
		 * generations. */
		if (state->ranges[i].text_hash == hash ||
		    state->ranges[i].task == lane->arguments[0])
			return order_break(state, lane, RULE_r28,
					   "goroutine %" PRIu64
					   " has stopped the world for this already",
					   state->gs[context->g].id);
	}
	state_range_push(state, stops, lane->arguments[0], hash);
	state->watch.stops_open++;
	return ORDER_ADVANCED;
}

/* The end does not tell which of several periods it ends. Go's reader takes the first of its array
 * and moves the last one into its place. */
static struct state_range *first_stop(struct state *state, uint32_t stops)
{
	while (state->ranges[stops].next != STATE_NONE)
		stops = state->ranges[stops].next;
	return &state->ranges[stops];
}

/* Go's reader keeps the id of the kind, and looks it up where the period ends. */
static bool check_kind(struct state *state, const struct lane *lane, const struct state_range *stop)
{
	struct generation_string *kind = generation_string_find(state->tables, stop->task);

	if (kind != NULL && generation_string_hash(kind) == stop->text_hash)
		return true;
	order_break(state, lane, RULE_v_stop,
		    "its kind was string %" PRIu64 " when it began, which is %s here", stop->task,
		    kind == NULL ? "not defined" : "another one");
	return false;
}

enum order_answer order_stop_end(struct state *state, struct lane *lane,
				 struct order_context *context)
{
	if (!order_context_check(state, lane, RULE_r28, context, &order_user))
		return ORDER_BROKEN;
	uint32_t *stops = &state->gs[context->g].stops;
	if (*stops == STATE_NONE)
		return order_break(state, lane, RULE_r28,
				   "goroutine %" PRIu64 " has not stopped the world",
				   state->gs[context->g].id);
	struct state_range *first = first_stop(state, *stops);
	if (!check_kind(state, lane, first))
		return ORDER_BROKEN;
	first->task = state->ranges[*stops].task;
	first->text_hash = state->ranges[*stops].text_hash;
	state_range_pop(state, stops);
	state->watch.stops_open--;
	return ORDER_ADVANCED;
}
