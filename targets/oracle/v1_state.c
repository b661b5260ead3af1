#include "oracle/v1_state.h"

#include <inttypes.h>
#include <stdlib.h>

#include "oracle/grow.h"

enum status { DEAD, RUNNABLE, RUNNING, WAITING };

static const char *const status_names[] = {"dead or unknown", "runnable", "running", "waiting"};

enum { DENSE_TASK_COUNT = 1024 };

struct v1_goroutine {
	uint8_t status;
	bool is_known; /* an event was attributed to it, or it was created */
	bool is_assisting;
	uint32_t region; /* innermost open one, or V1_NONE */
};

struct v1_proc {
	uint32_t g; /* index */
	bool is_running;
	bool is_sweeping;
};

struct v1_region {
	uint64_t task, name;
	uint32_t outer; /* or the next free one */
};

/* One event and what it is about. */
struct moment {
	struct v1_state *state;
	struct v1_trace *trace;
	const struct v1_event *event;
	const uint64_t *arguments;
	struct v1_goroutine *g;
	struct v1_proc *p;
	uint64_t g_id;
};

void v1_state_create(struct v1_state *state)
{
	*state = (struct v1_state){0};
	id_map_create(&state->tasks, DENSE_TASK_COUNT);
}

void v1_state_destroy(struct v1_state *state)
{
	free(state->goroutines);
	free(state->procs);
	free(state->regions);
	id_map_destroy(&state->tasks);
}

void v1_state_begin(struct v1_state *state, const struct v1_trace *trace)
{
	if (trace->g_count > state->goroutine_capacity)
		state->goroutines = grow(state->goroutines, &state->goroutine_capacity,
					 trace->g_count, sizeof(*state->goroutines));
	if (trace->lane_count > state->proc_capacity)
		state->procs = grow(state->procs, &state->proc_capacity, trace->lane_count,
				    sizeof(*state->procs));
	for (uint32_t i = 0; i < trace->g_count; i++)
		state->goroutines[i] = (struct v1_goroutine){.region = V1_NONE};
	for (uint32_t i = 0; i < trace->lane_count; i++)
		state->procs[i] = (struct v1_proc){.g = V1_G_INDEX_NONE};
	state->goroutines[V1_G_INDEX_NONE].status = RUNNING;
	state->goroutines[V1_G_INDEX_NONE].is_known = true;
	state->region_count = 0;
	state->free_region = V1_NONE;
	state->is_collecting = false;
	state->is_stopped = false;
	id_map_clear(&state->tasks);
}

bool v1_state_has_proc(const struct v1_state *state, uint32_t lane)
{
	return state->procs[lane].is_running;
}

#define BREAK(moment, rule, ...) v1_break((moment)->trace, (moment)->event, rule, __VA_ARGS__)

/* What almost every event of a goroutine needs. */
static bool check_running(const struct moment *moment, bool may_be_none)
{
	if (moment->g->status != RUNNING)
		return BREAK(moment, RULE_v1_p1, "G%" PRIu64 " is %s", moment->g_id,
			     status_names[moment->g->status]);
	if (moment->p->g != moment->event->g)
		return BREAK(moment, RULE_v1_p2, "the P runs G%" PRIu64 ", not G%" PRIu64,
			     moment->trace->gs[moment->p->g], moment->g_id);
	if (!may_be_none && moment->event->g == V1_G_INDEX_NONE)
		return BREAK(moment, RULE_v1_p3, "no goroutine runs on this P");
	return true;
}

/* The goroutine leaves its P. */
static bool leave(const struct moment *moment, enum status status)
{
	if (!check_running(moment, false))
		return false;
	moment->g->status = (uint8_t)status;
	moment->p->g = V1_G_INDEX_NONE;
	return true;
}

static bool take_proc(const struct moment *moment)
{
	struct v1_proc *p = moment->p;

	if (moment->event->type == V1_EVENT_proc_start) {
		if (p->is_running)
			return BREAK(moment, RULE_v1_p4, "the P runs already");
		p->is_running = true;
		return true;
	}
	if (!p->is_running)
		return BREAK(moment, RULE_v1_p5, "the P does not run");
	if (p->g != V1_G_INDEX_NONE)
		return BREAK(moment, RULE_v1_p6, "the P still runs G%" PRIu64,
			     moment->trace->gs[p->g]);
	p->is_running = false;
	return true;
}

/* An interval that is open or not: START says which end the event is. */
static bool toggle(const struct moment *moment, bool *is_open, bool start, enum rule start_rule,
		   enum rule end_rule)
{
	if (*is_open == start)
		return BREAK(moment, start ? start_rule : end_rule,
			     start ? "the one before has not ended" : "none has begun");
	*is_open = start;
	return true;
}

static bool take_interval(const struct moment *moment)
{
	struct v1_state *state = moment->state;

	switch (moment->event->type) {
	case V1_EVENT_gc_start:
		return toggle(moment, &state->is_collecting, true, RULE_v1_p7, RULE_v1_p8);
	case V1_EVENT_gc_done:
		return toggle(moment, &state->is_collecting, false, RULE_v1_p7, RULE_v1_p8);
	case V1_EVENT_stw_start:
		return toggle(moment, &state->is_stopped, true, RULE_v1_p9, RULE_v1_p10);
	case V1_EVENT_stw_done:
		return toggle(moment, &state->is_stopped, false, RULE_v1_p9, RULE_v1_p10);
	case V1_EVENT_gc_sweep_start:
		return toggle(moment, &moment->p->is_sweeping, true, RULE_v1_p11, RULE_v1_p12);
	case V1_EVENT_gc_sweep_done:
		return toggle(moment, &moment->p->is_sweeping, false, RULE_v1_p11, RULE_v1_p12);
	case V1_EVENT_gc_mark_assist_start:
		if (moment->g->is_assisting)
			return BREAK(moment, RULE_v1_p13, "the one before has not ended");
		moment->g->is_assisting = true;
		return true;
	default:
		/* One that began before the trace ends in it: nothing to refuse. */
		moment->g->is_assisting = false;
		return true;
	}
}

static bool take_create(const struct moment *moment)
{
	uint32_t created = v1_g_index(moment->trace, moment->arguments[0]);
	struct v1_goroutine *g = &moment->state->goroutines[created];

	if (!check_running(moment, true))
		return false;
	if (g->is_known)
		return BREAK(moment, RULE_v1_p16, "G%" PRIu64 " is there already",
			     moment->arguments[0]);
	g->is_known = true;
	g->status = RUNNABLE;
	return true;
}

static bool take_start(const struct moment *moment)
{
	if (moment->g->status != RUNNABLE)
		return BREAK(moment, RULE_v1_p17, "G%" PRIu64 " is %s", moment->g_id,
			     status_names[moment->g->status]);
	if (moment->p->g != V1_G_INDEX_NONE)
		return BREAK(moment, RULE_v1_p18, "the P runs G%" PRIu64,
			     moment->trace->gs[moment->p->g]);
	moment->g->status = RUNNING;
	moment->p->g = moment->event->g;
	return true;
}

static bool take_unblock(const struct moment *moment)
{
	uint32_t target_index = v1_g_index(moment->trace, moment->arguments[0]);
	struct v1_goroutine *target = &moment->state->goroutines[target_index];

	if (moment->g->status != RUNNING)
		return BREAK(moment, RULE_v1_p21, "G%" PRIu64 ", which does it, is %s",
			     moment->g_id, status_names[moment->g->status]);
	/* What a timer goroutine does, it does on a P of the readers' own. */
	if (moment->p->g != moment->event->g &&
	    id_map_find(&moment->trace->timer_ids, moment->g_id) == ID_MAP_ABSENT)
		return BREAK(moment, RULE_v1_p22, "G%" PRIu64 " does it, but the P runs G%" PRIu64,
			     moment->g_id, moment->trace->gs[moment->p->g]);
	if (target->status != WAITING)
		return BREAK(moment, RULE_v1_p23, "G%" PRIu64 " is %s", moment->arguments[0],
			     status_names[target->status]);
	target->status = RUNNABLE;
	return true;
}

/* A change that only the status before decides. */
static bool change(const struct moment *moment, enum status before, enum status after,
		   enum rule rule)
{
	if (moment->g->status != before)
		return BREAK(moment, rule, "G%" PRIu64 " is %s", moment->g_id,
			     status_names[moment->g->status]);
	moment->g->status = (uint8_t)after;
	return true;
}

static void drop_region(struct v1_state *state, struct v1_goroutine *g)
{
	uint32_t region = g->region;

	g->region = state->regions[region].outer;
	state->regions[region].outer = state->free_region;
	state->free_region = region;
}

static bool take_end(const struct moment *moment)
{
	if (!leave(moment, DEAD))
		return false;
	if (moment->event->type != V1_EVENT_go_end)
		return true;
	while (moment->g->region != V1_NONE)
		drop_region(moment->state, moment->g);
	return true;
}

static void open_region(const struct moment *moment)
{
	struct v1_state *state = moment->state;
	uint32_t region = state->free_region;

	if (region == V1_NONE)
		region = GROW_ONE(state->regions, state->region_count, state->region_capacity);
	else
		state->free_region = state->regions[region].outer;
	state->regions[region] = (struct v1_region){.task = moment->arguments[0],
						    .name = moment->arguments[2],
						    .outer = moment->g->region};
	moment->g->region = region;
}

static bool take_region(const struct moment *moment)
{
	const uint64_t *arguments = moment->arguments;

	if (arguments[1] == 0) {
		open_region(moment);
		return true;
	}
	if (arguments[1] != 1)
		return BREAK(moment, RULE_v1_p30, "0 or 1 was expected as its mode");
	if (moment->g->region == V1_NONE)
		return true;
	const struct v1_region *inner = &moment->state->regions[moment->g->region];
	if (inner->task != arguments[0] || inner->name != arguments[2])
		return BREAK(moment, RULE_v1_p29,
			     "the innermost open region of G%" PRIu64 " is that of task=%" PRIu64
			     " name=%" PRIu64,
			     moment->g_id, inner->task, inner->name);
	drop_region(moment->state, moment->g);
	return true;
}

static bool take_task(const struct moment *moment)
{
	struct id_map *tasks = &moment->state->tasks;
	uint64_t id = moment->arguments[0];
	bool is_open = id_map_find(tasks, id) != ID_MAP_ABSENT;

	if (moment->event->type == V1_EVENT_user_task_create) {
		if (is_open)
			return BREAK(moment, RULE_v1_p28, "task %" PRIu64 " is open already", id);
		id_map_insert(tasks, id, 0);
	} else if (is_open) {
		id_map_erase(tasks, id);
	}
	return true;
}

static bool take_goroutine(const struct moment *moment)
{
	if (v1_is_block(moment->event->type))
		return leave(moment, WAITING);
	switch (v1_plain_type(moment->event->type)) {
	case V1_EVENT_go_create:
		return take_create(moment);
	case V1_EVENT_go_start:
	case V1_EVENT_go_start_label:
		return take_start(moment);
	case V1_EVENT_go_end:
	case V1_EVENT_go_stop:
		return take_end(moment);
	case V1_EVENT_go_sched:
	case V1_EVENT_go_preempt:
		return leave(moment, RUNNABLE);
	case V1_EVENT_go_unblock:
		return take_unblock(moment);
	case V1_EVENT_go_sys_call:
		return check_running(moment, false);
	case V1_EVENT_go_sys_block:
		return leave(moment, WAITING);
	case V1_EVENT_go_sys_exit:
		return change(moment, WAITING, RUNNABLE, RULE_v1_p26);
	case V1_EVENT_go_waiting:
		return change(moment, RUNNABLE, WAITING, RULE_v1_p14);
	case V1_EVENT_go_in_syscall:
		return change(moment, RUNNABLE, WAITING, RULE_v1_p15);
	default:
		return true;
	}
}

bool v1_state_take(struct v1_state *state, struct v1_trace *trace, const struct v1_event *event,
		   const uint64_t *arguments)
{
	struct moment moment = {
		.state = state,
		.trace = trace,
		.event = event,
		.arguments = arguments,
		.g = &state->goroutines[event->g],
		.p = event->lane == V1_NONE ? NULL : &state->procs[event->lane],
		.g_id = trace->gs[event->g],
	};
	bool is_fine;

	switch (event->type) {
	case V1_EVENT_proc_start:
	case V1_EVENT_proc_stop:
		is_fine = take_proc(&moment);
		break;
	case V1_EVENT_gc_start:
	case V1_EVENT_gc_done:
	case V1_EVENT_stw_start:
	case V1_EVENT_stw_done:
	case V1_EVENT_gc_sweep_start:
	case V1_EVENT_gc_sweep_done:
	case V1_EVENT_gc_mark_assist_start:
	case V1_EVENT_gc_mark_assist_done:
		is_fine = take_interval(&moment);
		break;
	case V1_EVENT_user_task_create:
	case V1_EVENT_user_task_end:
		is_fine = take_task(&moment);
		break;
	case V1_EVENT_user_region:
		is_fine = take_region(&moment);
		break;
	default:
		is_fine = take_goroutine(&moment);
	}
	/* Readers take whoever an event belongs to as known from then on, even of a sample. */
	moment.g->is_known = true;
	return is_fine;
}
