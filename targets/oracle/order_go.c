/* Rules of goroutines: R5 to R12. */
#include "oracle/order_rules.h"
#include "oracle/strict.h"

static void wake_waiters_of_g(struct state *state, uint32_t g)
{
	state_wake(state, &state->gs[g].waiters, state->gs[g].seq);
}

/* The goroutine is gone; what is left of it is a name that events may still ask for. */
static void end_g(struct state *state, uint32_t g)
{
	struct state_g *ended = &state->gs[g];

	while (ended->regions != STATE_NONE)
		state_range_pop(state, &ended->regions);
	state_g_ended(state, g);
}

static bool check_open_ranges(struct state *state, const struct lane *lane, uint32_t g)
{
	const char *what = state->gs[g].is_assisting ? "mark assist" : "stop-the-world";

	if (!state->gs[g].is_assisting && state->gs[g].stops == STATE_NONE)
		return true;
	order_break(state, lane, RULE_v_range, "goroutine %" PRIu64 " ends with an open %s",
		    state->gs[g].id, what);
	return false;
}

/* A goroutine in a system call since before its thread was seen, or still in the one we know of. */
static bool bind_in_syscall(struct state *state, struct lane *lane, struct order_context *context,
			    uint32_t g)
{
	uint64_t m_id = lane->arguments[1];
	bool is_first = state->generation == state->first_generation;
	uint32_t bound = STATE_NONE;
	uint32_t m;

	if (m_id == WIRE_NO_THREAD) {
		order_break(state, lane, RULE_r5, "a system call happens on a thread");
		return false;
	}
	m = state_m_get(state, m_id);
	bound = state->ms[m].g;
	/* Later the binding must be known; in the first generation a thread not seen yet brings
	 * none. */
	if (bound != g && (m == context->m ? !is_first : state->ms[m].is_known)) {
		if (bound == STATE_NONE)
			order_break(state, lane, RULE_r5, "M%" PRIu64 " has no goroutine", m_id);
		else
			order_break(state, lane, RULE_r5, "M%" PRIu64 " has goroutine %" PRIu64,
				    m_id, state->gs[bound].id);
		return false;
	}
	state->ms[m].is_known = true;
	if (m == context->m)
		context->g = g;
	else
		state_bind_g(state, m, g);
	return order_consumer_run_g(state, lane, m, g);
}

static bool check_go_status(struct state *state, const struct lane *lane, uint32_t g)
{
	uint64_t status = lane->arguments[2];
	const struct state_g *known = &state->gs[g];

	if (known->status != STATUS_UNKNOWN) {
		if (known->status == status)
			return true;
		order_break(state, lane, RULE_r5, "goroutine %" PRIu64 " is %s here, not %s",
			    known->id, order_go_status_name(known->status),
			    order_go_status_name(status));
		return false;
	}
	if (state->generation != state->first_generation) {
		order_break(state, lane, RULE_r5,
			    "goroutine %" PRIu64
			    " was never created nor told in generation %" PRIu64,
			    known->id, state->first_generation);
		return false;
	}
	if (known->has_ended) {
		order_break(state, lane, RULE_v_resurrection, "goroutine %" PRIu64 " has ended",
			    known->id);
		return false;
	}
	return order_check_news(state, lane);
}

enum order_answer order_go_status(struct state *state, struct lane *lane,
				  struct order_context *context)
{
	uint64_t id = lane->arguments[0];
	uint64_t status = lane->arguments[2];

	if (id == UINT64_MAX)
		return order_break(state, lane, RULE_w_id_none, "this id means no goroutine");
	if (status >= STATUS_COUNT)
		return order_break(state, lane,
				   (uint8_t)status < STATUS_COUNT ? RULE_w_status : RULE_r5,
				   "there is no such status");
	if (status == STATUS_BAD)
		return order_break(state, lane, RULE_n2, "status 0 is never told");
	uint32_t g = state_g_get(state, id);
	if (!check_go_status(state, lane, g))
		return ORDER_BROKEN;
	if (state->is_strict && !strict_go_status(state, lane, context, g))
		return ORDER_BROKEN;
	state_g_told(state, g, (uint8_t)status);
	if (status == GO_RUNNING) {
		if (!order_consumer_run_g(state, lane, context->m, g))
			return ORDER_BROKEN;
		context->g = g;
	}
	if (status == GO_SYSCALL && !bind_in_syscall(state, lane, context, g))
		return ORDER_BROKEN;
	wake_waiters_of_g(state, g);
	return ORDER_ADVANCED;
}

enum order_answer order_go_create(struct state *state, struct lane *lane,
				  struct order_context *context)
{
	uint64_t id = lane->arguments[0];

	if (!order_context_check(state, lane, RULE_r6, context, &order_on_p))
		return ORDER_BROKEN;
	if (context->g != STATE_NONE && state->gs[context->g].status != STATUS_UNKNOWN &&
	    state->gs[context->g].status != GO_RUNNING)
		return order_break(state, lane, RULE_r6,
				   "it needs its goroutine %" PRIu64 " running, which is %s",
				   state->gs[context->g].id,
				   order_go_status_name(state->gs[context->g].status));
	if (id == UINT64_MAX)
		return order_break(state, lane, RULE_w_id_none, "this id means no goroutine");
	uint32_t g = state_g_get(state, id);
	if (state->gs[g].status != STATUS_UNKNOWN)
		return order_break(state, lane, RULE_r6, "goroutine %" PRIu64 " exists already",
				   id);
	state_g_told(state, g, lane->type == EVENT_go_create_blocked ? GO_WAITING : GO_RUNNABLE);
	wake_waiters_of_g(state, g);
	return ORDER_ADVANCED;
}

static bool is_next_of_g(const struct state *state, uint32_t g, uint8_t status, uint64_t seq)
{
	const struct state_g *known = &state->gs[g];
	return known->status == status &&
	       order_is_next(state, known->seq_generation, known->seq, seq);
}

/* Parks LANE; a goroutine that nobody has created yet gets a name to wait at. */
static enum order_answer wait_for_g(struct state *state, struct lane *lane, uint32_t g,
				    uint64_t seq)
{
	if (state->gs[g].status == STATUS_UNKNOWN)
		state_g_list_ended(state, g);
	state_wait_for_seq(state, &state->gs[g].waiters, lane, seq);
	return ORDER_NOT_YET;
}

enum order_answer order_go_start(struct state *state, struct lane *lane,
				 struct order_context *context)
{
	static const struct order_requirements requirements = {MUST_HAVE, MUST_HAVE, MUST_NOT_HAVE};
	uint64_t seq = lane->arguments[1];
	uint32_t g = state_g_get(state, lane->arguments[0]);

	if (!is_next_of_g(state, g, GO_RUNNABLE, seq))
		return wait_for_g(state, lane, g, seq);
	if (!order_context_check(state, lane, RULE_r7, context, &requirements))
		return ORDER_BROKEN;
	state->gs[g].status = GO_RUNNING;
	state->gs[g].seq = seq;
	if (!order_consumer_run_g(state, lane, context->m, g))
		return ORDER_BROKEN;
	context->g = g;
	wake_waiters_of_g(state, g);
	return ORDER_ADVANCED;
}

enum order_answer order_go_stop_running(struct state *state, struct lane *lane,
					struct order_context *context)
{
	bool is_end = lane->type == EVENT_go_destroy;
	bool is_block = lane->type == EVENT_go_block;
	enum rule rule = is_end ? RULE_r8 : is_block ? RULE_r10 : RULE_r9;
	uint32_t g = context->g;

	if (!order_user_check(state, lane, rule, context, GO_RUNNING))
		return ORDER_BROKEN;
	if (is_end && !check_open_ranges(state, lane, g))
		return ORDER_BROKEN;
	if (!order_consumer_stop_g(state, lane, g))
		return ORDER_BROKEN;
	if (is_end)
		end_g(state, g);
	else
		state->gs[g].status = is_block ? GO_WAITING : GO_RUNNABLE;
	context->g = STATE_NONE;
	wake_waiters_of_g(state, g);
	return ORDER_ADVANCED;
}

enum order_answer order_go_unblock(struct state *state, struct lane *lane,
				   struct order_context *context)
{
	uint64_t seq = lane->arguments[1];
	uint32_t g = state_g_get(state, lane->arguments[0]);

	/* Anything can unblock a goroutine, a thread without P too. */
	(void)context;
	if (!is_next_of_g(state, g, GO_WAITING, seq))
		return wait_for_g(state, lane, g, seq);
	state->gs[g].status = GO_RUNNABLE;
	state->gs[g].seq = seq;
	wake_waiters_of_g(state, g);
	return ORDER_ADVANCED;
}

enum order_answer order_go_switch(struct state *state, struct lane *lane,
				  struct order_context *context)
{
	bool is_end = lane->type == EVENT_go_switch_destroy;
	uint64_t seq = lane->arguments[1];
	uint32_t from = context->g;

	if (!order_user_check(state, lane, RULE_r12, context, GO_RUNNING))
		return ORDER_BROKEN;
	uint32_t to = state_g_get(state, lane->arguments[0]);
	if (!is_next_of_g(state, to, GO_WAITING, seq))
		return wait_for_g(state, lane, to, seq);
	if (is_end && !check_open_ranges(state, lane, from))
		return ORDER_BROKEN;
	if (!order_consumer_stop_g(state, lane, from) ||
	    !order_consumer_run_g(state, lane, context->m, to))
		return ORDER_BROKEN;
	if (is_end)
		end_g(state, from);
	else
		state->gs[from].status = GO_WAITING;
	state->gs[to].status = GO_RUNNING;
	state->gs[to].seq = seq;
	context->g = to;
	wake_waiters_of_g(state, from);
	wake_waiters_of_g(state, to);
	return ORDER_ADVANCED;
}

/* As a reader of the threads of C went wrong. */
enum { FIX_64060, KEEPS_P_AND_REFUSES_IT, KEEPS_P };

enum order_answer order_syscall_create(struct state *state, struct lane *lane,
				       struct order_context *context)
{
	const struct order_requirements requirements = {
		MUST_HAVE, DEFECT(issue_64060) == KEEPS_P_AND_REFUSES_IT ? MUST_NOT_HAVE : MAY_HAVE,
		MUST_NOT_HAVE};
	uint64_t id = lane->arguments[0];

	if (!order_context_check(state, lane, RULE_r16, context, &requirements))
		return ORDER_BROKEN;
	if (id == UINT64_MAX)
		return order_break(state, lane, RULE_w_id_none, "this id means no goroutine");
	uint32_t g = state_g_get(state, id);
	if (state->gs[g].status != STATUS_UNKNOWN)
		return order_break(state, lane, RULE_r16, "goroutine %" PRIu64 " exists already",
				   id);
	state_g_told(state, g, GO_SYSCALL);
	if (!order_consumer_run_g(state, lane, context->m, g))
		return ORDER_BROKEN;
	context->g = g;
	wake_waiters_of_g(state, g);
	return ORDER_ADVANCED;
}

/* The thread may be used again by the system: a P that is still bound to it belongs to nobody from
 * here on. */
static bool abandon_p(struct state *state, struct lane *lane, struct order_context *context)
{
	uint32_t p = context->p;

	if (state->ps[p].status != PROC_SYSCALL) {
		order_break(state, lane, RULE_r17, "P%" PRIu64 " is %s, not in a system call",
			    state->ps[p].id, order_proc_status_name(state->ps[p].status));
		return false;
	}
	if (!order_consumer_stop_p(state, lane, p))
		return false;
	state->ps[p].status = PROC_ABANDONED;
	context->p = STATE_NONE;
	state_wake(state, &state->ps[p].waiters, state->ps[p].seq);
	return true;
}

enum order_answer order_syscall_destroy(struct state *state, struct lane *lane,
					struct order_context *context)
{
	static const struct order_requirements requirements = {MUST_HAVE, MAY_HAVE, MUST_HAVE};
	uint32_t g = context->g;

	if (!order_context_check(state, lane, RULE_r17, context, &requirements))
		return ORDER_BROKEN;
	if (state->gs[g].status != GO_SYSCALL)
		return order_break(state, lane, RULE_r17,
				   "it needs its goroutine %" PRIu64
				   " in a system call, which is %s",
				   state->gs[g].id, order_go_status_name(state->gs[g].status));
	if (context->p != STATE_NONE && !DEFECT(issue_64060) && !abandon_p(state, lane, context))
		return ORDER_BROKEN;
	if (!check_open_ranges(state, lane, g) || !order_consumer_stop_g(state, lane, g))
		return ORDER_BROKEN;
	end_g(state, g);
	context->g = STATE_NONE;
	return ORDER_ADVANCED;
}
