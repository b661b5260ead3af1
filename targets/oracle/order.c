#include "oracle/order.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/fatal.h"
#include "oracle/order_rules.h"
#include "oracle/strict.h"

const struct order_requirements order_user = {MUST_HAVE, MUST_HAVE, MUST_HAVE};
const struct order_requirements order_on_p = {MUST_HAVE, MUST_HAVE, MAY_HAVE};

static order_function *const functions[EVENT_TYPE_COUNT] = {
	[EVENT_procs_change] = order_annotation,
	[EVENT_proc_start] = order_proc_start,
	[EVENT_proc_stop] = order_proc_stop,
	[EVENT_proc_steal] = order_proc_steal,
	[EVENT_proc_status] = order_proc_status,
	[EVENT_go_create] = order_go_create,
	[EVENT_go_create_syscall] = order_syscall_create,
	[EVENT_go_start] = order_go_start,
	[EVENT_go_destroy] = order_go_stop_running,
	[EVENT_go_destroy_syscall] = order_syscall_destroy,
	[EVENT_go_stop] = order_go_stop_running,
	[EVENT_go_block] = order_go_stop_running,
	[EVENT_go_unblock] = order_go_unblock,
	[EVENT_go_syscall_begin] = order_syscall_begin,
	[EVENT_go_syscall_end] = order_syscall_end,
	[EVENT_go_syscall_end_blocked] = order_syscall_end_blocked,
	[EVENT_go_status] = order_go_status,
	[EVENT_stw_begin] = order_stop_begin,
	[EVENT_stw_end] = order_stop_end,
	[EVENT_gc_active] = order_gc_active,
	[EVENT_gc_begin] = order_gc_begin,
	[EVENT_gc_end] = order_gc_end,
	[EVENT_gc_sweep_active] = order_sweep_active,
	[EVENT_gc_sweep_begin] = order_sweep_begin,
	[EVENT_gc_sweep_end] = order_sweep_end,
	[EVENT_gc_mark_assist_active] = order_assist_active,
	[EVENT_gc_mark_assist_begin] = order_assist_begin,
	[EVENT_gc_mark_assist_end] = order_assist_end,
	[EVENT_heap_alloc] = order_heap,
	[EVENT_heap_goal] = order_heap,
	[EVENT_go_label] = order_annotation,
	[EVENT_user_task_begin] = order_task_begin,
	[EVENT_user_task_end] = order_task_end,
	[EVENT_user_region_begin] = order_region_begin,
	[EVENT_user_region_end] = order_region_end,
	[EVENT_user_log] = order_annotation,
	[EVENT_go_switch] = order_go_switch,
	[EVENT_go_switch_destroy] = order_go_switch,
	[EVENT_go_create_blocked] = order_go_create,
	[EVENT_go_status_stack] = order_go_status,
	[EVENT_span] = order_alloc_free,
	[EVENT_span_alloc] = order_alloc_free,
	[EVENT_span_free] = order_alloc_free,
	[EVENT_heap_object] = order_alloc_free,
	[EVENT_heap_object_alloc] = order_alloc_free,
	[EVENT_heap_object_free] = order_alloc_free,
	[EVENT_goroutine_stack] = order_alloc_free,
	[EVENT_goroutine_stack_alloc] = order_alloc_free,
	[EVENT_goroutine_stack_free] = order_alloc_free,
};

enum order_answer order_break(struct state *state, const struct lane *lane, enum rule rule,
			      const char *format, ...)
{
	char event[FAULT_MESSAGE_SIZE];
	char reason[FAULT_MESSAGE_SIZE];
	va_list arguments;

	event_format(event, sizeof(event), lane->type, lane->arguments);
	va_start(arguments, format);
	vsnprintf(reason, sizeof(reason), format, arguments);
	va_end(arguments);
	uint64_t offset = (uint64_t)(lane->event - state->bytes);
	if (lane->m == STATE_NONE)
		fault_set(state->fault, rule, offset, "%s on no thread: %s", event, reason);
	else
		fault_set(state->fault, rule, offset, "%s on M%" PRIu64 ": %s", event,
			  state->ms[lane->m].id, reason);
	return ORDER_BROKEN;
}

bool order_context_check(struct state *state, const struct lane *lane, enum rule rule,
			 const struct order_context *context,
			 const struct order_requirements *requirements)
{
	const struct {
		const char *name;
		enum requirement requirement;
		bool is_there;
	} checks[] = {
		{"thread", requirements->m, context->m != STATE_NONE},
		{"P", requirements->p, context->p != STATE_NONE},
		{"goroutine", requirements->g, context->g != STATE_NONE},
	};

	for (int i = 0; i < 3; i++) {
		if (checks[i].requirement == MUST_HAVE && !checks[i].is_there) {
			order_break(state, lane, rule, "it needs a %s and has none",
				    checks[i].name);
			return false;
		}
		if (checks[i].requirement == MUST_NOT_HAVE && checks[i].is_there) {
			order_break(state, lane, rule, "it must have no %s and has one",
				    checks[i].name);
			return false;
		}
	}
	return !state->is_strict || strict_context(state, lane, context, requirements);
}

bool order_user_check(struct state *state, const struct lane *lane, enum rule rule,
		      const struct order_context *context, uint8_t status)
{
	if (!order_context_check(state, lane, rule, context, &order_user))
		return false;
	const struct state_g *g = &state->gs[context->g];
	if (g->status == status)
		return true;
	order_break(state, lane, rule, "it needs its goroutine %" PRIu64 " %s, which is %s", g->id,
		    order_go_status_name(status), order_go_status_name(g->status));
	return false;
}

bool order_check_news(struct state *state, const struct lane *lane)
{
	if (state->generation_count == 1)
		return true;
	order_break(state, lane, RULE_v_undetermined,
		    "nobody knew of it, and %" PRIu64 " generations without events have passed",
		    state->generation_count - 1);
	return false;
}

bool order_consumer_run_g(struct state *state, const struct lane *lane, uint32_t m, uint32_t g)
{
	if (m == STATE_NONE) {
		order_break(state, lane, RULE_v_thread, "goroutine %" PRIu64 " runs on no thread",
			    state->gs[g].id);
		return false;
	}
	struct state_m *thread = &state->ms[m];
	if (thread->consumer_g != STATE_NONE && thread->consumer_g != g) {
		order_break(state, lane, RULE_v_goroutine,
			    "goroutine %" PRIu64 " runs on M%" PRIu64
			    ", which runs goroutine %" PRIu64,
			    state->gs[g].id, thread->id, state->gs[thread->consumer_g].id);
		return false;
	}
	state_bind_consumer_g(state, m, g);
	state->gs[g].runs_on = m;
	return true;
}

bool order_consumer_run_p(struct state *state, const struct lane *lane, uint32_t m, uint32_t p)
{
	if (m == STATE_NONE) {
		order_break(state, lane, RULE_v_thread, "P%" PRIu64 " runs on no thread",
			    state->ps[p].id);
		return false;
	}
	struct state_m *thread = &state->ms[m];
	if (thread->consumer_p != STATE_NONE && thread->consumer_p != p) {
		order_break(state, lane, RULE_v_proc,
			    "P%" PRIu64 " is held by M%" PRIu64 ", which holds P%" PRIu64,
			    state->ps[p].id, thread->id, state->ps[thread->consumer_p].id);
		return false;
	}
	thread->consumer_p = p;
	state->ps[p].held_by = m;
	return true;
}

bool order_consumer_stop_g(struct state *state, const struct lane *lane, uint32_t g)
{
	uint32_t m = state->gs[g].runs_on;

	if (m == STATE_NONE || state->ms[m].consumer_g != g) {
		order_break(state, lane, RULE_v_goroutine,
			    "goroutine %" PRIu64 " stops and no thread runs it", state->gs[g].id);
		return false;
	}
	state_bind_consumer_g(state, m, STATE_NONE);
	state->gs[g].runs_on = STATE_NONE;
	return true;
}

bool order_consumer_stop_p(struct state *state, const struct lane *lane, uint32_t p)
{
	uint32_t m = state->ps[p].held_by;

	if (m == STATE_NONE || state->ms[m].consumer_p != p) {
		order_break(state, lane, RULE_v_proc, "P%" PRIu64 " stops and no thread holds it",
			    state->ps[p].id);
		return false;
	}
	state->ms[m].consumer_p = STATE_NONE;
	state->ps[p].held_by = STATE_NONE;
	return true;
}

const char *order_go_status_name(uint64_t status)
{
	static const char *const names[STATUS_COUNT] = {"bad", "runnable", "running",
							"in a system call", "waiting"};
	return status < STATUS_COUNT ? names[status] : "unknown";
}

const char *order_proc_status_name(uint64_t status)
{
	static const char *const names[STATUS_COUNT] = {"bad", "running", "idle",
							"in a system call", "abandoned"};
	return status < STATUS_COUNT ? names[status] : "unknown";
}

enum order_answer order_advance(struct state *state, struct lane *lane,
				struct order_context *context)
{
	order_function *function = functions[lane->type];

	ensure(function != NULL);
	*context = (struct order_context){lane->m, STATE_NONE, STATE_NONE};
	if (lane->m != STATE_NONE) {
		struct state_m *m = &state->ms[lane->m];
		m->is_known = true;
		context->p = m->p;
		context->g = m->g;
	}
	if (state->is_strict && !strict_before(state, lane))
		return ORDER_BROKEN;
	enum order_answer answer = function(state, lane, context);
	if (answer == ORDER_ADVANCED && lane->m != STATE_NONE) {
		state->ms[lane->m].p = context->p;
		state_bind_g(state, lane->m, context->g);
	}
	return answer;
}
