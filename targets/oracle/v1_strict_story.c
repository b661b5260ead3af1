#include "oracle/v1_strict_story.h"

#include <inttypes.h>
#include <stdlib.h>

#include "oracle/grow.h"

struct v1_story_goroutine {
	uint32_t last_lane; /* of the P that last changed its sequence, or V1_NONE */
	bool is_created;
	bool has_assisted;
	bool is_assisting;
};

struct v1_story_proc {
	uint32_t just_created; /* index of the goroutine, or V1_NONE */
};

void v1_strict_story_destroy(struct v1_strict_story *story)
{
	free(story->goroutines);
	free(story->procs);
}

void v1_strict_story_begin(struct v1_strict_story *story, const struct v1_trace *trace)
{
	if (trace->g_count > story->goroutine_capacity)
		story->goroutines = grow(story->goroutines, &story->goroutine_capacity,
					 trace->g_count, sizeof(*story->goroutines));
	if (trace->lane_count > story->proc_capacity)
		story->procs = grow(story->procs, &story->proc_capacity, trace->lane_count,
				    sizeof(*story->procs));
	for (uint32_t i = 0; i < trace->g_count; i++)
		story->goroutines[i] = (struct v1_story_goroutine){.last_lane = V1_NONE};
	for (uint32_t i = 0; i < trace->lane_count; i++)
		story->procs[i] = (struct v1_story_proc){.just_created = V1_NONE};
	story->procs_now = 0;
	story->procs_max = 0;
	story->last = NULL;
}

/* A goroutine's sequence number is left out exactly when its last change came from the same P. */
static void check_local(struct v1_strict_story *story, struct v1_trace *trace,
			const struct v1_event *event, uint32_t g, bool is_local)
{
	uint32_t *last_lane = &story->goroutines[g].last_lane;

	if ((*last_lane == event->lane) != is_local)
		v1_strict_break(trace, RULE_v1_s_local, event->offset,
				"%s of G%" PRIu64 ", whose last change came from %s P",
				v1_event_info[event->type].name, trace->gs[g],
				*last_lane == event->lane ? "the same" : "another");
	*last_lane = event->lane;
}

static void check_created(struct v1_strict_story *story, struct v1_trace *trace,
			  const struct v1_event *event, uint64_t id)
{
	struct v1_story_goroutine *g = &story->goroutines[v1_g_index(trace, id)];

	if (id == 0 || id >= V1_G_COLLECTOR)
		v1_strict_break(trace, RULE_v1_s_g_id, event->offset,
				"a goroutine gets the id %" PRIu64, id);
	g->is_created = true;
	g->last_lane = event->lane;
	story->procs[event->lane].just_created = v1_g_index(trace, id);
}

static void check_start(struct v1_strict_story *story, const struct v1_state *state,
			struct v1_trace *trace, const struct v1_event *event)
{
	if (!v1_state_has_proc(state, event->lane))
		v1_strict_break(trace, RULE_v1_s_proc, event->offset,
				"G%" PRIu64 " starts on P%" PRId64 ", which does not run",
				trace->gs[event->g], (int64_t)trace->lanes[event->lane].p);
	/* GoStartLabel always tells the sequence and is no change of P for the next event. */
	if (event->type != V1_EVENT_go_start_label)
		check_local(story, trace, event, event->g, event->type == V1_EVENT_go_start_local);
}

static void check_assist(struct v1_strict_story *story, struct v1_trace *trace,
			 const struct v1_event *event)
{
	struct v1_story_goroutine *g = &story->goroutines[event->g];
	bool is_start = event->type == V1_EVENT_gc_mark_assist_start;

	if (!is_start && !g->is_assisting && g->has_assisted)
		v1_strict_break(trace, RULE_v1_s_assist, event->offset,
				"G%" PRIu64 " ends a mark assist that it did not begin",
				trace->gs[event->g]);
	g->has_assisted = true;
	g->is_assisting = is_start;
}

static void check_procs(struct v1_strict_story *story, struct v1_trace *trace,
			const struct v1_event *event, uint64_t procs)
{
	uint64_t p = trace->lanes[event->lane].p;

	if (event->type == V1_EVENT_gomaxprocs) {
		if (procs == 0 || procs > INT32_MAX)
			v1_strict_break(trace, RULE_v1_s_procs, event->offset,
					"GOMAXPROCS is %" PRIu64, procs);
		story->procs_now = procs;
		if (procs > story->procs_max)
			story->procs_max = procs;
	} else if (story->procs_now != 0 && p >= story->procs_now) {
		v1_strict_break(trace, RULE_v1_s_procs, event->offset,
				"P%" PRId64 " starts while GOMAXPROCS is %" PRIu64, (int64_t)p,
				story->procs_now);
	}
}

static void check_waiting(const struct v1_strict_story *story, struct v1_trace *trace,
			  const struct v1_event *event)
{
	if (story->procs[event->lane].just_created != event->g)
		v1_strict_break(trace, RULE_v1_s_waiting, event->offset,
				"%s of G%" PRIu64 " does not follow its creation",
				v1_event_info[event->type].name, trace->gs[event->g]);
}

void v1_strict_story_take(struct v1_strict_story *story, const struct v1_state *state,
			  struct v1_trace *trace, const struct v1_event *event,
			  const uint64_t *arguments)
{
	if (event->lane == V1_NONE)
		return;
	if (story->last == NULL && event->type != V1_EVENT_go_create)
		v1_strict_break(trace, RULE_v1_s_first, event->offset, "the first event is %s",
				v1_event_info[event->type].name);
	story->last = event;
	switch (event->type) {
	case V1_EVENT_go_create:
		check_created(story, trace, event, arguments[0]);
		return;
	case V1_EVENT_go_waiting:
	case V1_EVENT_go_in_syscall:
		check_waiting(story, trace, event);
		break;
	case V1_EVENT_go_start:
	case V1_EVENT_go_start_local:
	case V1_EVENT_go_start_label:
		check_start(story, state, trace, event);
		break;
	case V1_EVENT_go_unblock:
	case V1_EVENT_go_unblock_local:
		check_local(story, trace, event, v1_g_index(trace, arguments[0]),
			    event->type == V1_EVENT_go_unblock_local);
		break;
	case V1_EVENT_go_sched:
	case V1_EVENT_go_preempt:
	case V1_EVENT_go_sys_exit:
		story->goroutines[event->g].last_lane = event->lane;
		break;
	case V1_EVENT_gc_mark_assist_start:
	case V1_EVENT_gc_mark_assist_done:
		check_assist(story, trace, event);
		break;
	case V1_EVENT_gomaxprocs:
	case V1_EVENT_proc_start:
		check_procs(story, trace, event, arguments[0]);
		break;
	default:
		break;
	}
	/* A way out of a system call has its place by its time, wherever it was written. */
	if (event->type != V1_EVENT_go_sys_exit)
		story->procs[event->lane].just_created = V1_NONE;
}

static void check_sample(const struct v1_strict_story *story, struct v1_trace *trace,
			 const struct v1_event *event)
{
	uint64_t arguments[V1_EVENT_ARGUMENTS_MAX];

	v1_arguments(trace, event, arguments);
	if (arguments[1] != UINT64_MAX && arguments[1] >= story->procs_max)
		v1_strict_break(trace, RULE_v1_s_sample, event->offset,
				"CPUSample on P%" PRIu64 ", which never was", arguments[1]);
	if (event->g != V1_G_INDEX_NONE && !story->goroutines[event->g].is_created)
		v1_strict_break(trace, RULE_v1_s_sample, event->offset,
				"CPUSample of G%" PRIu64 ", which never was", arguments[2]);
}

void v1_strict_story_end(struct v1_strict_story *story, struct v1_trace *trace)
{
	for (uint32_t i = trace->event_count - trace->sample_count; i < trace->event_count; i++)
		check_sample(story, trace, &trace->events[i]);
	if (story->last != NULL && story->last->type != V1_EVENT_go_sched)
		v1_strict_break(trace, RULE_v1_s_last, story->last->offset, "the last event is %s",
				v1_event_info[story->last->type].name);
}
