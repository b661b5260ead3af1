#include "oracle/state.h"

#include <stdlib.h>

#include "base/fatal.h"
#include "oracle/grow.h"

enum {
	DENSE_GS = 1 << 16,
	DENSE_PS = 1 << 10,
};

enum resource { RESOURCE_GC, RESOURCE_G, RESOURCE_P };

static struct state_waiters no_waiters(enum resource resource, uint32_t index)
{
	return (struct state_waiters){
		.tag = (uint64_t)resource << 32 | index,
		.any_change = LANE_NONE,
	};
}

void state_create(struct state *state)
{
	*state = (struct state){0};
	id_map_create(&state->g_of_id, DENSE_GS);
	id_map_create(&state->ended_before, 0);
	id_map_create(&state->p_of_id, DENSE_PS);
	id_map_create(&state->m_of_id, 0);
	id_map_create(&state->active_tasks, 0);
	id_map_create(&state->lanes_for_seq, 0);
	state_reset(state);
}

void state_destroy(struct state *state)
{
	id_map_destroy(&state->g_of_id);
	id_map_destroy(&state->ended_before);
	id_map_destroy(&state->p_of_id);
	id_map_destroy(&state->m_of_id);
	id_map_destroy(&state->active_tasks);
	id_map_destroy(&state->lanes_for_seq);
	free(state->gs);
	free(state->ps);
	free(state->ms);
	free(state->ranges);
	free(state->free_gs);
	free(state->ended);
}

void state_reset(struct state *state)
{
	id_map_clear(&state->g_of_id);
	id_map_clear(&state->ended_before);
	id_map_clear(&state->p_of_id);
	id_map_clear(&state->m_of_id);
	id_map_clear(&state->active_tasks);
	id_map_clear(&state->lanes_for_seq);
	state->g_count = 0;
	state->p_count = 0;
	state->m_count = 0;
	state->range_count = 0;
	state->free_g_count = 0;
	state->ended_count = 0;
	state->free_ranges = STATE_NONE;
	state->gc_waiters = no_waiters(RESOURCE_GC, 0);
	state->gc_seq = 0;
	state->gc_first_known_in = 0;
	state->gc = GC_UNDETERMINED;
	state->live_gs = 0;
	state->live_gs_told = 0;
	state->generation = 0;
	state->generation_count = 0;
	state->first_generation = 0;
	state->woken = LANE_NONE;
	state->watch = (struct state_watch){0};
}

uint32_t state_g_get(struct state *state, uint64_t id)
{
	uint32_t index = id_map_find(&state->g_of_id, id);

	if (index != ID_MAP_ABSENT)
		return index;
	if (state->free_g_count > 0)
		index = state->free_gs[--state->free_g_count];
	else
		index = GROW_ONE(state->gs, state->g_count, state->g_capacity);
	state->gs[index] = (struct state_g){
		.id = id,
		.waiters = no_waiters(RESOURCE_G, index),
		.regions = STATE_NONE,
		.stops = STATE_NONE,
		.runs_on = STATE_NONE,
		.status = STATUS_UNKNOWN,
	};
	id_map_insert(&state->g_of_id, id, index);
	return index;
}

uint32_t state_p_get(struct state *state, uint64_t id)
{
	uint32_t index = id_map_find(&state->p_of_id, id);

	if (index != ID_MAP_ABSENT)
		return index;
	index = GROW_ONE(state->ps, state->p_count, state->p_capacity);
	state->ps[index] = (struct state_p){
		.id = id,
		.waiters = no_waiters(RESOURCE_P, index),
		.bound_to = STATE_NONE,
		.held_by = STATE_NONE,
		.status = STATUS_UNKNOWN,
	};
	id_map_insert(&state->p_of_id, id, index);
	return index;
}

uint32_t state_m_get(struct state *state, uint64_t id)
{
	uint32_t index = id_map_find(&state->m_of_id, id);

	if (index != ID_MAP_ABSENT)
		return index;
	index = GROW_ONE(state->ms, state->m_count, state->m_capacity);
	state->ms[index] = (struct state_m){
		.id = id,
		.g = STATE_NONE,
		.p = STATE_NONE,
		.consumer_g = STATE_NONE,
		.consumer_p = STATE_NONE,
	};
	id_map_insert(&state->m_of_id, id, index);
	return index;
}

void state_g_list_ended(struct state *state, uint32_t g)
{
	if (state->gs[g].is_listed)
		return;
	state->gs[g].is_listed = true;
	uint32_t at = GROW_ONE(state->ended, state->ended_count, state->ended_capacity);
	state->ended[at] = g;
}

static void forget_g(struct state *state, uint32_t g)
{
	struct state_g *ended = &state->gs[g];

	while (ended->regions != STATE_NONE)
		state_range_pop(state, &ended->regions);
	while (ended->stops != STATE_NONE)
		state_range_pop(state, &ended->stops);
	id_map_erase(&state->g_of_id, ended->id);
	if (ended->has_ended)
		id_map_insert(&state->ended_before, ended->id, g);
	uint32_t at = GROW_ONE(state->free_gs, state->free_g_count, state->free_g_capacity);
	state->free_gs[at] = g;
}

void state_end_generation(struct state *state)
{
	uint32_t kept = 0;

	id_map_clear(&state->ended_before);
	for (uint32_t i = 0; i < state->ended_count; i++) {
		uint32_t g = state->ended[i];
		/* Two threads were told to run it and one has it still. */
		if (state->gs[g].status == STATUS_UNKNOWN && state->gs[g].bindings > 0)
			state->ended[kept++] = g;
		else if (state->gs[g].status == STATUS_UNKNOWN)
			forget_g(state, g);
		else
			state->gs[g].is_listed = false;
	}
	state->ended_count = kept;
	state->live_gs_told = 0;
}

void state_g_told(struct state *state, uint32_t g, uint8_t status)
{
	struct state_g *told = &state->gs[g];
	bool is_live = told->status != STATUS_UNKNOWN;

	state->live_gs += !is_live;
	state->live_gs_told += !is_live || told->seq_generation != state->generation;
	told->status = status;
	told->seq = 0;
	told->seq_generation = state->generation;
	told->has_ended = false;
}

void state_g_ended(struct state *state, uint32_t g)
{
	struct state_g *ended = &state->gs[g];

	ensure(ended->status != STATUS_UNKNOWN);
	state->live_gs--;
	state->live_gs_told -= ended->seq_generation == state->generation;
	ended->status = STATUS_UNKNOWN;
	ended->has_ended = true;
	state_g_list_ended(state, g);
}

void state_range_push(struct state *state, uint32_t *list, uint64_t task, uint64_t text_hash)
{
	uint32_t index = state->free_ranges;

	if (index != STATE_NONE)
		state->free_ranges = state->ranges[index].next;
	else
		index = GROW_ONE(state->ranges, state->range_count, state->range_capacity);
	state->ranges[index] = (struct state_range){task, text_hash, *list};
	*list = index;
}

void state_range_pop(struct state *state, uint32_t *list)
{
	uint32_t index = *list;

	ensure(index != STATE_NONE);
	*list = state->ranges[index].next;
	state->ranges[index].next = state->free_ranges;
	state->free_ranges = index;
}

static uint64_t key_of(uint64_t tag, uint64_t seq)
{
	return (tag + 1) * UINT64_C(0x9e3779b97f4a7c15) ^ seq;
}

void state_wait_for_seq(struct state *state, struct state_waiters *waiters, struct lane *lane,
			uint64_t wanted_seq)
{
	uint64_t key = key_of(waiters->tag, wanted_seq);
	uint32_t first = id_map_find(&state->lanes_for_seq, key);

	lane->wanted_tag = waiters->tag;
	lane->wanted_seq = wanted_seq;
	lane->next_waiter = LANE_NONE;
	if (first != ID_MAP_ABSENT) {
		lane->next_waiter = first;
		id_map_erase(&state->lanes_for_seq, key);
	}
	id_map_insert(&state->lanes_for_seq, key, (uint32_t)(lane - state->lanes));
	waiters->seq_waiters++;
}

void state_wait_for_change(struct state *state, struct state_waiters *waiters, struct lane *lane)
{
	lane->next_waiter = waiters->any_change;
	waiters->any_change = (uint32_t)(lane - state->lanes);
}

static void wake(struct state *state, uint32_t index)
{
	state->lanes[index].next_waiter = state->woken;
	state->woken = index;
}

static void wake_for_seq(struct state *state, struct state_waiters *waiters, uint64_t seq)
{
	uint64_t key = key_of(waiters->tag, seq);
	uint32_t index = id_map_find(&state->lanes_for_seq, key);
	uint32_t others = LANE_NONE;

	if (index == ID_MAP_ABSENT)
		return;
	id_map_erase(&state->lanes_for_seq, key);
	while (index != LANE_NONE) {
		struct lane *lane = &state->lanes[index];
		uint32_t next = lane->next_waiter;
		if (lane->wanted_tag == waiters->tag && lane->wanted_seq == seq) {
			wake(state, index);
			waiters->seq_waiters--;
		} else {
			/* Another resource and number with the same key. */
			lane->next_waiter = others;
			others = index;
		}
		index = next;
	}
	if (others != LANE_NONE)
		id_map_insert(&state->lanes_for_seq, key, others);
}

void state_wake_some(struct state *state, struct state_waiters *waiters, uint64_t seq)
{
	while (waiters->any_change != LANE_NONE) {
		uint32_t index = waiters->any_change;
		waiters->any_change = state->lanes[index].next_waiter;
		wake(state, index);
	}
	if (waiters->seq_waiters != 0)
		wake_for_seq(state, waiters, seq + 1);
}
