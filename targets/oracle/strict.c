#include "oracle/strict.h"

#include <string.h>

static bool break_at_generation(struct state *state, enum rule rule, uint64_t offset,
				const char *what, uint64_t id)
{
	return fault_set(state->fault, rule, offset, "%s%" PRIu64 " in generation %" PRIu64, what,
			 id, state->generation);
}

bool strict_before(struct state *state, const struct lane *lane)
{
	uint8_t since = event_info[lane->type].since_minor;

	if (since > state->tables->minor) {
		order_break(state, lane, RULE_since, "there are such events since version %d",
			    since);
		return false;
	}
	if (lane->is_time_repeated) {
		order_break(state, lane, RULE_n4, "it has the time of the event before it");
		return false;
	}
	return true;
}

bool strict_context(struct state *state, const struct lane *lane,
		    const struct order_context *context,
		    const struct order_requirements *requirements)
{
	if (requirements->p == MUST_HAVE &&
	    state->ps[context->p].seq_generation != state->generation) {
		order_break(state, lane, RULE_i38,
			    "its P%" PRIu64 " has no status in generation %" PRIu64,
			    state->ps[context->p].id, state->generation);
		return false;
	}
	if (requirements->g == MUST_HAVE &&
	    state->gs[context->g].seq_generation != state->generation) {
		order_break(state, lane, RULE_i38,
			    "its goroutine %" PRIu64 " has no status in generation %" PRIu64,
			    state->gs[context->g].id, state->generation);
		return false;
	}
	return true;
}

bool strict_proc_status(struct state *state, const struct lane *lane,
			const struct order_context *context, uint32_t p)
{
	uint64_t status = lane->arguments[1];
	uint32_t holder = state->ps[p].bound_to;

	if (state->ps[p].seq_generation == state->generation) {
		order_break(state, lane, RULE_n1,
			    "P%" PRIu64 " has a status in generation %" PRIu64 " already",
			    state->ps[p].id, state->generation);
		return false;
	}
	if ((status == PROC_RUNNING || status == PROC_SYSCALL) && holder != STATE_NONE &&
	    holder != context->m && state->ms[holder].p == p) {
		order_break(state, lane, RULE_n12, "M%" PRIu64 " holds P%" PRIu64,
			    state->ms[holder].id, state->ps[p].id);
		return false;
	}
	return true;
}

bool strict_go_status(struct state *state, const struct lane *lane,
		      const struct order_context *context, uint32_t g)
{
	uint64_t m_id = lane->arguments[1];
	uint64_t status = lane->arguments[2];
	const struct state_g *known = &state->gs[g];
	uint64_t own_id = context->m == STATE_NONE ? WIRE_NO_THREAD : state->ms[context->m].id;

	if (known->status != STATUS_UNKNOWN && known->seq_generation == state->generation) {
		order_break(state, lane, RULE_n1,
			    "goroutine %" PRIu64 " has a status or creation in generation %" PRIu64
			    " already",
			    known->id, state->generation);
		return false;
	}
	/* The advance tells of a goroutine that stops the world: running, on no thread's batch. */
	if (status == GO_RUNNING && known->runs_on != STATE_NONE &&
	    state->ms[known->runs_on].id != m_id) {
		order_break(state, lane, RULE_n12, "M%" PRIu64 " runs goroutine %" PRIu64,
			    state->ms[known->runs_on].id, known->id);
		return false;
	}
	if (status == GO_RUNNING && context->m != STATE_NONE && m_id != own_id) {
		order_break(state, lane, RULE_n13, "a running goroutine names its own thread");
		return false;
	}
	if ((status == GO_RUNNABLE || status == GO_WAITING) && m_id != WIRE_NO_THREAD &&
	    m_id != own_id) {
		order_break(state, lane, RULE_n13,
			    "a goroutine without thread names none, or the one that tells it");
		return false;
	}
	return true;
}

static bool is_trace_start(struct state *state, const struct lane *lane)
{
	static const char start[] = "start trace";
	const struct generation_string *kind = generation_string_find(state->tables,
								      lane->arguments[0]);

	return kind != NULL && kind->size == strlen(start) &&
	       memcmp(kind->bytes, start, kind->size) == 0;
}

bool strict_stop_begin(struct state *state, const struct lane *lane)
{
	if (is_trace_start(state, lane))
		state->watch.has_beginning = true;
	if (state->watch.stops_open == 0 || state->clocks_may_disagree)
		return true;
	order_break(state, lane, RULE_i45, "the world is stopped already");
	return false;
}

bool strict_gc(struct state *state, const struct lane *lane)
{
	if (state->gc == GC_UNDETERMINED && state->watch.has_beginning && lane->arguments[0] != 1) {
		order_break(state, lane, RULE_n10, "the first GC event of a trace has number 1");
		return false;
	}
	return true;
}

void strict_procs_change(struct state *state, const struct lane *lane)
{
	struct state_watch *watch = &state->watch;
	uint64_t procs = lane->arguments[0];

	if (watch->procs_told == 0 || procs < watch->procs_min)
		watch->procs_min = procs;
	if (procs > watch->procs_max)
		watch->procs_max = procs;
	watch->procs = procs;
	watch->procs_told++;
}

void strict_after(struct state *state, const struct lane *lane, const struct order_context *context)
{
	struct state_watch *watch = &state->watch;

	if (lane->type == EVENT_gc_active)
		watch->gc_active_told++;
	if (lane->type != EVENT_proc_start && lane->type != EVENT_proc_status)
		return;
	if (context->p == STATE_NONE || state->ps[context->p].id != lane->arguments[0])
		return;
	if (!watch->has_run_p || lane->arguments[0] > watch->highest_p) {
		watch->has_run_p = true;
		watch->highest_p = lane->arguments[0];
		watch->highest_p_offset = (uint64_t)(lane->event - state->bytes);
	}
}

void strict_begin_generation(struct state *state)
{
	struct state_watch *watch = &state->watch;

	watch->procs_max = watch->procs;
	watch->procs_told = 0;
	watch->gc_active_told = 0;
	watch->has_run_p = false;
	watch->was_marking = state->gc == GC_RUNNING;
}

static bool check_statuses(struct state *state)
{
	uint64_t offset = state->tables->offset;

	for (uint32_t i = 0; state->live_gs != state->live_gs_told && i < state->g_count; i++) {
		const struct state_g *g = &state->gs[i];
		if (g->status != STATUS_UNKNOWN && g->seq_generation != state->generation)
			return break_at_generation(state, RULE_n3, offset,
						   "no status of goroutine ", g->id);
	}
	/* Ends at the first P that was never heard of, however large GOMAXPROCS is told to be. */
	for (uint64_t id = 0; id < state->watch.procs_min; id++) {
		uint32_t p = id_map_find(&state->p_of_id, id);
		if (p == ID_MAP_ABSENT || state->ps[p].status == STATUS_UNKNOWN ||
		    state->ps[p].seq_generation != state->generation)
			return break_at_generation(state, RULE_n3, offset, "no status of P", id);
	}
	return true;
}

/* When thread M first tells something in this generation, UINT64_MAX if it does not. */
static uint64_t first_time_of(const struct generation *tables, uint64_t m)
{
	uint32_t thread = id_map_find(&tables->thread_of_m, m);
	return thread == ID_MAP_ABSENT ? UINT64_MAX
				       : tables->batches[tables->threads[thread].first_batch].time;
}

/* One that told its end in the generation before may be sampled until its M lets go of it, which
 * tells nothing before. The first generation of a trace has such ones, too, and nobody can say who
 * they were: the trace joined a running one, or they end in a system call that does not tell it. */
static bool may_have_ended_before(const struct state *state, const struct generation_sample *sample)
{
	if (state->generation_count > 1 &&
	    id_map_find(&state->ended_before, sample->arguments[3]) == ID_MAP_ABSENT)
		return false;
	return state->clocks_may_disagree ||
	       sample->arguments[0] <= first_time_of(state->tables, sample->arguments[1]);
}

static bool check_samples(struct state *state)
{
	for (uint32_t i = 0; i < state->tables->sample_count; i++) {
		const struct generation_sample *sample = &state->tables->samples[i];
		uint64_t p = sample->arguments[2];
		uint64_t g = sample->arguments[3];
		if (p != UINT64_MAX && id_map_find(&state->p_of_id, p) == ID_MAP_ABSENT)
			return break_at_generation(state, RULE_n6, sample->offset,
						   "a CPU sample on unknown P", p);
		if (g != 0 && id_map_find(&state->g_of_id, g) == ID_MAP_ABSENT &&
		    !may_have_ended_before(state, sample))
			return break_at_generation(state, RULE_n6, sample->offset,
						   "a CPU sample of unknown goroutine ", g);
	}
	return true;
}

bool strict_end_generation(struct state *state)
{
	const struct state_watch *watch = &state->watch;
	uint64_t offset = state->tables->offset;

	if (watch->procs_told == 0)
		return fault_set(state->fault, RULE_n7, offset,
				 "generation %" PRIu64 " does not tell GOMAXPROCS",
				 state->generation);
	if (watch->was_marking && watch->gc_active_told == 0)
		return fault_set(state->fault, RULE_n7, offset,
				 "generation %" PRIu64
				 " began while the GC was marking, without GCActive",
				 state->generation);
	if (watch->gc_active_told > 1)
		return fault_set(state->fault, RULE_n7, offset,
				 "generation %" PRIu64 " has %" PRIu64 " GCActive",
				 state->generation, watch->gc_active_told);
	if (watch->has_run_p && watch->highest_p >= watch->procs_max)
		return fault_set(state->fault, RULE_n8, watch->highest_p_offset,
				 "P%" PRIu64 " runs, and GOMAXPROCS is %" PRIu64, watch->highest_p,
				 watch->procs_max);
	return check_statuses(state) && check_samples(state);
}
