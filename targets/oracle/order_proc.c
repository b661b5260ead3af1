/* Rules of Ps: R1 to R4. */
#include "oracle/order_rules.h"
#include "oracle/strict.h"

static void wake_waiters_of_p(struct state *state, uint32_t p)
{
	state_wake(state, &state->ps[p].waiters, state->ps[p].seq);
}

/* The thread that P is bound to, or STATE_NONE. */
static uint32_t thread_of_p(const struct state *state, uint32_t p)
{
	uint32_t m = state->ps[p].bound_to;

	if (m != STATE_NONE && state->ms[m].p == p)
		return m;
	/* Rare: two threads were told to have it, and the last one has lost it. */
	for (m = 0; m < state->m_count; m++) {
		if (state->ms[m].p == p)
			return m;
	}
	return STATE_NONE;
}

static void bind_p(struct state *state, struct order_context *context, uint32_t p)
{
	if (context->m == STATE_NONE)
		return;
	context->p = p;
	state->ps[p].bound_to = context->m;
}

static enum order_answer new_p(struct state *state, struct lane *lane,
			       struct order_context *context, uint64_t id, uint8_t status)
{
	if (id == UINT64_MAX)
		return order_break(state, lane, RULE_w_id_none, "this id means no P");
	if (state->generation == state->first_generation && !order_check_news(state, lane))
		return ORDER_BROKEN;
	uint32_t p = state_p_get(state, id);
	state->ps[p].status = status;
	state->ps[p].seq = 0;
	state->ps[p].seq_generation = state->generation;
	if (status == PROC_RUNNING || status == PROC_SYSCALL) {
		if (!order_consumer_run_p(state, lane, context->m, p))
			return ORDER_BROKEN;
		bind_p(state, context, p);
	}
	wake_waiters_of_p(state, p);
	return ORDER_ADVANCED;
}

enum order_answer order_proc_status(struct state *state, struct lane *lane,
				    struct order_context *context)
{
	uint64_t id = lane->arguments[0];
	uint64_t status = lane->arguments[1];

	if (status >= STATUS_COUNT)
		return order_break(state, lane, RULE_r1, "there is no such status");
	if (status == STATUS_BAD)
		return order_break(state, lane, RULE_n2, "status 0 is never told");
	uint32_t p = id_map_find(&state->p_of_id, id);
	if (p == ID_MAP_ABSENT || state->ps[p].status == STATUS_UNKNOWN)
		return new_p(state, lane, context, id, (uint8_t)status);

	/* Abandoned told of a P in a system call loses nothing: we know whose call it is. */
	uint32_t holder = context->m;
	bool is_promoted = status == PROC_ABANDONED && state->ps[p].status == PROC_SYSCALL;
	if (!is_promoted && state->ps[p].status != status)
		return order_break(state, lane, RULE_r1, "P%" PRIu64 " is %s here, not %s", id,
				   order_proc_status_name(state->ps[p].status),
				   order_proc_status_name(status));
	if (state->is_strict && !strict_proc_status(state, lane, context, p))
		return ORDER_BROKEN;
	if (is_promoted) {
		holder = thread_of_p(state, p);
		if (holder == STATE_NONE)
			return order_break(state, lane, RULE_r1,
					   "P%" PRIu64 " is in a system call of no known thread",
					   id);
	}
	state->ps[p].seq = 0;
	state->ps[p].seq_generation = state->generation;
	if (is_promoted || status == PROC_RUNNING || status == PROC_SYSCALL) {
		if (!order_consumer_run_p(state, lane, holder, p))
			return ORDER_BROKEN;
	}
	if (status == PROC_RUNNING || status == PROC_SYSCALL)
		bind_p(state, context, p);
	wake_waiters_of_p(state, p);
	return ORDER_ADVANCED;
}

static bool is_next_of_p(const struct state *state, uint32_t p, uint64_t seq)
{
	return order_is_next(state, state->ps[p].seq_generation, state->ps[p].seq, seq);
}

enum order_answer order_proc_start(struct state *state, struct lane *lane,
				   struct order_context *context)
{
	static const struct order_requirements requirements = {MUST_HAVE, MUST_NOT_HAVE, MAY_HAVE};
	uint64_t seq = lane->arguments[1];
	uint32_t p = state_p_get(state, lane->arguments[0]);

	if (state->ps[p].status != PROC_IDLE || !is_next_of_p(state, p, seq)) {
		state_wait_for_seq(state, &state->ps[p].waiters, lane, seq);
		return ORDER_NOT_YET;
	}
	if (context->p != STATE_NONE) {
		/* Its P will be stolen before it can come back from its system call with this one.
		 */
		state_wait_for_change(state, &state->ps[context->p].waiters, lane);
		return ORDER_NOT_YET;
	}
	if (!order_context_check(state, lane, RULE_r2, context, &requirements))
		return ORDER_BROKEN;
	state->ps[p].status = PROC_RUNNING;
	state->ps[p].seq = seq;
	if (!order_consumer_run_p(state, lane, context->m, p))
		return ORDER_BROKEN;
	bind_p(state, context, p);
	wake_waiters_of_p(state, p);
	return ORDER_ADVANCED;
}

enum order_answer order_proc_stop(struct state *state, struct lane *lane,
				  struct order_context *context)
{
	if (!order_context_check(state, lane, RULE_r3, context, &order_on_p))
		return ORDER_BROKEN;
	uint32_t p = context->p;
	if (state->ps[p].status != PROC_RUNNING && state->ps[p].status != PROC_SYSCALL)
		return order_break(state, lane, RULE_r3,
				   "P%" PRIu64 " is %s, neither running nor in a system call",
				   state->ps[p].id, order_proc_status_name(state->ps[p].status));
	if (!order_consumer_stop_p(state, lane, p))
		return ORDER_BROKEN;
	state->ps[p].status = PROC_IDLE;
	context->p = STATE_NONE;
	wake_waiters_of_p(state, p);
	return ORDER_ADVANCED;
}

/* Takes P, which is in a system call, from the thread that the event names. */
static bool take_p(struct state *state, struct lane *lane, struct order_context *context,
		   uint32_t p)
{
	uint64_t victim_id = lane->arguments[2];
	uint64_t own_id = context->m == STATE_NONE ? WIRE_NO_THREAD : state->ms[context->m].id;
	uint32_t *victim_p = &context->p;

	if (victim_id != own_id) {
		uint32_t victim = id_map_find(&state->m_of_id, victim_id);
		if (victim == ID_MAP_ABSENT || !state->ms[victim].is_known) {
			order_break(state, lane, RULE_r4, "M%" PRIu64 " is not known", victim_id);
			return false;
		}
		victim_p = &state->ms[victim].p;
	}
	if (*victim_p != p) {
		if (*victim_p == STATE_NONE)
			order_break(state, lane, RULE_r4, "M%" PRIu64 " has no P", victim_id);
		else
			order_break(state, lane, RULE_r4,
				    "M%" PRIu64 " has P%" PRIu64 ", not P%" PRIu64, victim_id,
				    state->ps[*victim_p].id, state->ps[p].id);
		return false;
	}
	*victim_p = STATE_NONE;
	return order_consumer_stop_p(state, lane, p);
}

enum order_answer order_proc_steal(struct state *state, struct lane *lane,
				   struct order_context *context)
{
	static const struct order_requirements requirements = {MUST_HAVE, MAY_HAVE, MAY_HAVE};
	uint64_t seq = lane->arguments[1];
	uint32_t p = state_p_get(state, lane->arguments[0]);
	uint8_t status = state->ps[p].status;

	bool is_of_this_call = DEFECT(issue_64061) || is_next_of_p(state, p, seq);
	if ((status != PROC_SYSCALL && status != PROC_ABANDONED) || !is_of_this_call) {
		state_wait_for_seq(state, &state->ps[p].waiters, lane, seq);
		return ORDER_NOT_YET;
	}
	if (!order_context_check(state, lane, RULE_r4, context, &requirements))
		return ORDER_BROKEN;
	state->ps[p].status = PROC_IDLE;
	state->ps[p].seq = seq;
	/* An abandoned P belongs to no thread any more. */
	if (status == PROC_SYSCALL && !take_p(state, lane, context, p))
		return ORDER_BROKEN;
	wake_waiters_of_p(state, p);
	return ORDER_ADVANCED;
}
