#include "oracle/diagnose.h"

#include "base/fatal.h"
#include "oracle/order_rules.h"

/* Why an event cannot happen, the most telling first. */
enum reason {
	REASON_P_SEQUENCE,  /* the P is ready, the number is not its next */
	REASON_P_NO_STATUS, /* the P is known, but nobody told its status in this generation */
	REASON_P_UNKNOWN,
	REASON_GC_SEQUENCE,
	REASON_G_SEQUENCE,
	REASON_G_NO_STATUS,
	REASON_G_UNKNOWN,
	REASON_P_STATUS, /* the number is right, the P is not ready */
	REASON_G_STATUS,
	REASON_OWN_P, /* the thread still has a P that should have been stolen */
};

enum { CANDIDATES_MAX = 64 };

struct candidate {
	uint32_t lane;
	uint32_t resource; /* index of the P or goroutine, or STATE_NONE */
	enum reason reason;
	bool may_be_freed; /* the event it waits for stands further behind in some lane */
};

static bool names_p(uint8_t type)
{
	return type == EVENT_proc_start || type == EVENT_proc_steal;
}

static bool names_g(uint8_t type)
{
	return type == EVENT_go_start || type == EVENT_go_unblock || type == EVENT_go_switch ||
	       type == EVENT_go_switch_destroy;
}

static bool is_gc(uint8_t type)
{
	return type == EVENT_gc_active || type == EVENT_gc_begin || type == EVENT_gc_end;
}

static enum reason reason_of_p(const struct state *state, const struct state_p *p,
			       const struct lane *lane)
{
	bool is_steal = lane->type == EVENT_proc_steal;
	bool is_ready = is_steal ? p->status == PROC_SYSCALL || p->status == PROC_ABANDONED
				 : p->status == PROC_IDLE;

	if (p->status == STATUS_UNKNOWN)
		return REASON_P_UNKNOWN;
	if (p->seq_generation != state->generation)
		return REASON_P_NO_STATUS;
	if (lane->arguments[1] != p->seq + 1)
		return REASON_P_SEQUENCE;
	return is_ready ? REASON_OWN_P : REASON_P_STATUS;
}

static enum reason reason_of_g(const struct state *state, const struct state_g *g,
			       const struct lane *lane)
{
	if (g->status == STATUS_UNKNOWN)
		return REASON_G_UNKNOWN;
	if (g->seq_generation != state->generation)
		return REASON_G_NO_STATUS;
	return lane->arguments[1] != g->seq + 1 ? REASON_G_SEQUENCE : REASON_G_STATUS;
}

static struct candidate examine(struct state *state, uint32_t index)
{
	const struct lane *lane = &state->lanes[index];
	struct candidate candidate = {.lane = index, .resource = STATE_NONE};

	if (names_p(lane->type)) {
		candidate.resource = state_p_get(state, lane->arguments[0]);
		candidate.reason = reason_of_p(state, &state->ps[candidate.resource], lane);
	} else if (names_g(lane->type)) {
		candidate.resource = state_g_get(state, lane->arguments[0]);
		candidate.reason = reason_of_g(state, &state->gs[candidate.resource], lane);
	} else if (is_gc(lane->type)) {
		candidate.reason = REASON_GC_SEQUENCE;
	} else {
		ensure(lane->type == EVENT_go_syscall_end_blocked);
		candidate.reason = REASON_OWN_P;
	}
	return candidate;
}

/* Whether the event LATER, which cannot be reached, is what CANDIDATE waits for. */
static bool would_free(const struct state *state, const struct candidate *candidate,
		       const struct lane *later)
{
	const struct lane *lane = &state->lanes[candidate->lane];
	uint64_t id = lane->arguments[0];
	uint64_t before = lane->arguments[1] - 1;

	switch (candidate->reason) {
	case REASON_P_SEQUENCE:
		/* The P of a GoSyscallBegin is not written; its number may be the one. */
		return (names_p(later->type) && later->arguments[0] == id &&
			later->arguments[1] == before) ||
		       (later->type == EVENT_go_syscall_begin && later->arguments[0] == before);
	case REASON_P_NO_STATUS:
	case REASON_P_UNKNOWN:
		return later->type == EVENT_proc_status && later->arguments[0] == id;
	case REASON_G_SEQUENCE:
		return names_g(later->type) && later->arguments[0] == id &&
		       later->arguments[1] == before;
	case REASON_G_NO_STATUS:
	case REASON_G_UNKNOWN:
		return (later->type == EVENT_go_status || later->type == EVENT_go_status_stack ||
			later->type == EVENT_go_create || later->type == EVENT_go_create_blocked ||
			later->type == EVENT_go_create_syscall) &&
		       later->arguments[0] == id;
	case REASON_GC_SEQUENCE:
		return is_gc(later->type) && later->arguments[0] == id - 1;
	case REASON_P_STATUS:
	case REASON_G_STATUS:
	case REASON_OWN_P:
		break;
	}
	/* It waits for a change that names nobody: any later event may be it. */
	return true;
}

static void look_behind(struct state *state, struct candidate *candidates, uint32_t count,
			const struct lane *parked)
{
	struct lane later = *parked;
	struct fault ignored;

	while (lane_next(&later, state->tables, state->bytes, &ignored) == LANE_EVENT) {
		for (uint32_t i = 0; i < count; i++) {
			if (!candidates[i].may_be_freed &&
			    would_free(state, &candidates[i], &later))
				candidates[i].may_be_freed = true;
		}
	}
}

static bool is_more_telling(const struct state *state, const struct candidate *a,
			    const struct candidate *b)
{
	const struct lane *left = &state->lanes[a->lane];
	const struct lane *right = &state->lanes[b->lane];

	if (a->may_be_freed != b->may_be_freed)
		return !a->may_be_freed;
	if (a->reason != b->reason)
		return a->reason < b->reason;
	if (left->time != right->time)
		return left->time < right->time;
	return a->lane < b->lane;
}

static void tell_p(struct state *state, const struct lane *lane, enum rule rule,
		   const struct candidate *candidate)
{
	const struct state_p *p = &state->ps[candidate->resource];

	if (candidate->reason == REASON_P_UNKNOWN)
		order_break(state, lane, rule, "nobody told of P%" PRIu64, p->id);
	else if (candidate->reason == REASON_P_NO_STATUS)
		order_break(state, lane, rule,
			    "P%" PRIu64 " has no status in generation %" PRIu64
			    ", its sequence there has not begun",
			    p->id, state->generation);
	else if (candidate->reason == REASON_P_SEQUENCE && p->seq == 0)
		order_break(state, lane, rule,
			    "the sequence of P%" PRIu64 " in generation %" PRIu64 " starts at 1",
			    p->id, state->generation);
	else if (candidate->reason == REASON_P_SEQUENCE)
		order_break(state, lane, rule,
			    "the sequence of P%" PRIu64 " in generation %" PRIu64
			    " goes on with %" PRIu64,
			    p->id, state->generation, p->seq + 1);
	else if (candidate->reason == REASON_P_STATUS)
		order_break(state, lane, rule, "P%" PRIu64 " is %s and nothing changes that", p->id,
			    order_proc_status_name(p->status));
	else
		order_break(state, lane, rule, "the thread still has a P, which nobody takes");
}

static void tell_g(struct state *state, const struct lane *lane, enum rule rule,
		   const struct candidate *candidate)
{
	const struct state_g *g = &state->gs[candidate->resource];

	if (candidate->reason == REASON_G_UNKNOWN)
		order_break(state, lane, rule,
			    g->has_ended ? "goroutine %" PRIu64 " has ended"
					 : "nobody told of goroutine %" PRIu64,
			    g->id);
	else if (candidate->reason == REASON_G_NO_STATUS)
		order_break(state, lane, rule,
			    "goroutine %" PRIu64 " has no status in generation %" PRIu64
			    ", its sequence there has not begun",
			    g->id, state->generation);
	else if (candidate->reason == REASON_G_SEQUENCE)
		order_break(state, lane, rule,
			    "the sequence of goroutine %" PRIu64 " in generation %" PRIu64
			    " goes on with %" PRIu64,
			    g->id, state->generation, g->seq + 1);
	else
		order_break(state, lane, rule,
			    "goroutine %" PRIu64 " is %s and nothing changes that", g->id,
			    order_go_status_name(g->status));
}

static void tell(struct state *state, const struct candidate *candidate)
{
	static const enum rule rules[EVENT_TYPE_COUNT] = {
		[EVENT_proc_start] = RULE_r2, [EVENT_proc_steal] = RULE_r4,
		[EVENT_go_start] = RULE_r7,   [EVENT_go_unblock] = RULE_r11,
		[EVENT_go_switch] = RULE_r12, [EVENT_go_switch_destroy] = RULE_r12,
		[EVENT_gc_active] = RULE_r21, [EVENT_gc_begin] = RULE_r22,
		[EVENT_gc_end] = RULE_r23,    [EVENT_go_syscall_end_blocked] = RULE_r15,
	};
	const struct lane *lane = &state->lanes[candidate->lane];
	enum rule rule = rules[lane->type];

	ensure(rule != RULE_NONE);
	if (names_p(lane->type))
		tell_p(state, lane, rule, candidate);
	else if (names_g(lane->type))
		tell_g(state, lane, rule, candidate);
	else if (is_gc(lane->type))
		order_break(state, lane, rule, "the sequence of the GC goes on with %" PRIu64,
			    state->gc_seq + 1);
	else
		order_break(state, lane, rule,
			    "its P is in a system call still, and nobody takes it");
}

void diagnose_frontier(struct state *state, uint32_t lane_count, const bool *is_parked)
{
	struct candidate candidates[CANDIDATES_MAX];
	uint32_t count = 0;
	uint32_t best = 0;

	for (uint32_t i = 0; i < lane_count && count < CANDIDATES_MAX; i++) {
		if (is_parked[i])
			candidates[count++] = examine(state, i);
	}
	ensure(count > 0);
	for (uint32_t i = 0; i < lane_count; i++) {
		if (is_parked[i])
			look_behind(state, candidates, count, &state->lanes[i]);
	}
	for (uint32_t i = 1; i < count; i++) {
		if (is_more_telling(state, &candidates[i], &candidates[best]))
			best = i;
	}
	tell(state, &candidates[best]);
}
