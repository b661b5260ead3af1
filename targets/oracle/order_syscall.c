/* Rules of system calls: R13 to R15. */
#include "oracle/order_rules.h"

static void wake_both(struct state *state, const struct order_context *context)
{
	state_wake(state, &state->gs[context->g].waiters, state->gs[context->g].seq);
	state_wake(state, &state->ps[context->p].waiters, state->ps[context->p].seq);
}

enum order_answer order_syscall_begin(struct state *state, struct lane *lane,
				      struct order_context *context)
{
	uint64_t seq = lane->arguments[0];

	if (!order_user_check(state, lane, RULE_r13, context, GO_RUNNING))
		return ORDER_BROKEN;
	struct state_p *p = &state->ps[context->p];
	if (p->seq_generation != state->generation)
		return order_break(state, lane, RULE_r13,
				   "P%" PRIu64 " has no status in generation %" PRIu64
				   ", its sequence there cannot be at %" PRIu64,
				   p->id, state->generation, seq);
	if (seq != p->seq + 1)
		return order_break(state, lane, RULE_r13,
				   "the next of the sequence of P%" PRIu64 " in generation %" PRIu64
				   " is %" PRIu64,
				   p->id, state->generation, p->seq + 1);
	state->gs[context->g].status = GO_SYSCALL;
	p->status = PROC_SYSCALL;
	p->seq = seq;
	if (!order_consumer_run_g(state, lane, context->m, context->g))
		return ORDER_BROKEN;
	wake_both(state, context);
	return ORDER_ADVANCED;
}

enum order_answer order_syscall_end(struct state *state, struct lane *lane,
				    struct order_context *context)
{
	if (!order_user_check(state, lane, RULE_r14, context, GO_SYSCALL))
		return ORDER_BROKEN;
	struct state_p *p = &state->ps[context->p];
	if (p->status != PROC_SYSCALL)
		return order_break(state, lane, RULE_r14,
				   "P%" PRIu64 " is %s, not in a system call", p->id,
				   order_proc_status_name(p->status));
	state->gs[context->g].status = GO_RUNNING;
	p->status = PROC_RUNNING;
	if (!order_consumer_run_g(state, lane, context->m, context->g))
		return ORDER_BROKEN;
	wake_both(state, context);
	return ORDER_ADVANCED;
}

enum order_answer order_syscall_end_blocked(struct state *state, struct lane *lane,
					    struct order_context *context)
{
	static const struct order_requirements requirements = {MUST_HAVE, MAY_HAVE, MUST_HAVE};

	/* The event says that the P will be lost; until then it cannot have happened. */
	if (context->p != STATE_NONE && state->ps[context->p].status == PROC_SYSCALL) {
		state_wait_for_change(state, &state->ps[context->p].waiters, lane);
		return ORDER_NOT_YET;
	}
	if (!order_context_check(state, lane, RULE_r15, context, &requirements))
		return ORDER_BROKEN;
	uint32_t g = context->g;
	if (state->gs[g].status != GO_SYSCALL)
		return order_break(state, lane, RULE_r15,
				   "it needs its goroutine %" PRIu64
				   " in a system call, which is %s",
				   state->gs[g].id, order_go_status_name(state->gs[g].status));
	if (!order_consumer_stop_g(state, lane, g))
		return ORDER_BROKEN;
	state->gs[g].status = GO_RUNNABLE;
	context->g = STATE_NONE;
	state_wake(state, &state->gs[g].waiters, state->gs[g].seq);
	return ORDER_ADVANCED;
}
