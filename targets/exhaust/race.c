#include "exhaust/race.h"

#include "base/fatal.h"

void race_begin(struct race_analysis *analysis)
{
	analysis->step_count = 0;
	analysis->everything = (struct order_place){0};
	analysis->signals = (struct order_place){0};
	for (unsigned i = 0; i < EXHAUST_THREAD_COUNT_MAX; i++) {
		analysis->buffers[i] = (struct order_place){0};
		analysis->last_steps[i] = 0;
	}
}

static bool happens_before(const struct race_analysis *analysis, unsigned first, unsigned second)
{
	return analysis->steps[second].clock[analysis->steps[first].thread] >= first;
}

/* ---- What to explore for a race ------------------------------------------ */

/* The steps between FIRST and LAST that do not come after FIRST, and then LAST, could have come
 * without FIRST. What could have begun them? LAST_CLOCK is LAST's without FIRST's. */
static uint32_t find_initials(const struct race_analysis *analysis, unsigned first, unsigned last,
			      const uint16_t *last_clock)
{
	unsigned firsts[EXHAUST_THREAD_COUNT_MAX] = {0}; /* of each thread among those steps */
	uint32_t initials = 0;
	for (unsigned number = first + 1; number <= last; number++) {
		const struct race_step *step = &analysis->steps[number];
		if (firsts[step->thread] != 0 ||
		    (number != last && happens_before(analysis, first, number)))
			continue;
		const uint16_t *clock = number == last ? last_clock : step->clock;
		bool is_initial = true;
		for (unsigned i = 0; i < EXHAUST_THREAD_COUNT_MAX; i++)
			is_initial &= firsts[i] == 0 || clock[i] < firsts[i];
		firsts[step->thread] = number;
		initials |= (uint32_t)is_initial << step->slot;
	}
	return initials;
}

/* ---- Races --------------------------------------------------------------- */

struct search {
	struct race_analysis *analysis;
	unsigned number;                           /* of the new step */
	uint16_t before[EXHAUST_THREAD_COUNT_MAX]; /* its clock from its own thread alone */
	race_listener *listener;
};

static void consider(const struct search *search, unsigned first, const uint16_t *clock)
{
	if (first == 0)
		return;
	unsigned thread = search->analysis->steps[first].thread;
	if (search->before[thread] >= first)
		return;
	search->listener(first, find_initials(search->analysis, first, search->number, clock));
}

static void join(uint16_t *clock, const struct race_analysis *analysis, unsigned number)
{
	const uint16_t *other = analysis->steps[number].clock;
	for (unsigned i = 0; i < EXHAUST_THREAD_COUNT_MAX; i++)
		if (other[i] > clock[i])
			clock[i] = other[i];
}

static void join_place(uint16_t *clock, const struct race_analysis *analysis,
		       const struct order_place *place, bool changes)
{
	if (place->last_change != 0)
		join(clock, analysis, place->last_change);
	for (unsigned i = 0; changes && i < EXHAUST_THREAD_COUNT_MAX; i++)
		if (place->looks[i] != 0)
			join(clock, analysis, place->looks[i]);
}

static void consider_place(const struct search *search, const struct order_place *place,
			   bool changes)
{
	const uint16_t *clock = search->analysis->steps[search->number].clock;
	consider(search, place->last_change, clock);
	for (unsigned i = 0; changes && i < EXHAUST_THREAD_COUNT_MAX; i++)
		consider(search, place->looks[i], clock);
}

static void enter_place(struct order_place *place, unsigned number, unsigned thread, bool changes)
{
	if (!changes) {
		place->looks[thread] = (uint16_t)number;
		return;
	}
	uint16_t last_lock = place->last_lock;
	*place = (struct order_place){.last_change = (uint16_t)number, .last_lock = last_lock};
}

static void find_races(const struct search *search, const struct effect *effect,
		       const struct order_objects *objects, const struct sim_pending *pending)
{
	struct race_analysis *analysis = search->analysis;
	if (effect->action == SIM_SIGNAL)
		consider_place(search, &analysis->signals, true);
	for (unsigned left = effect->buffers_changed | effect->buffers_seen; left != 0;
	     left &= left - 1) {
		unsigned index = (unsigned)__builtin_ctz(left);
		consider_place(search, &analysis->buffers[index],
			       effect->buffers_changed >> index & 1);
	}
	if (objects->count == 0)
		return;
	consider_place(search, &analysis->everything, effect->touches_more);
	for (unsigned i = 0; i < objects->count; i++) {
		const struct order_place *place = &objects->objects[i]->place;
		bool is_own_step = i == 0 && effect->action == SIM_STEP && effect->object != NULL;
		if (is_own_step && pending->is_sleep)
			continue;
		if (is_own_step && pending->is_lock)
			consider(search, place->last_lock, search->before);
		else
			consider_place(search, place, effect_changes(effect, i));
	}
}

static void join_places(struct race_step *step, const struct race_analysis *analysis,
			const struct effect *effect, const struct order_objects *objects)
{
	if (effect->action == SIM_SIGNAL)
		join_place(step->clock, analysis, &analysis->signals, true);
	for (unsigned left = effect->buffers_changed | effect->buffers_seen; left != 0;
	     left &= left - 1) {
		unsigned index = (unsigned)__builtin_ctz(left);
		join_place(step->clock, analysis, &analysis->buffers[index],
			   effect->buffers_changed >> index & 1);
	}
	for (unsigned i = 0; i < objects->count; i++)
		join_place(step->clock, analysis, &objects->objects[i]->place,
			   effect_changes(effect, i));
	if (objects->count > 0)
		join_place(step->clock, analysis, &analysis->everything, effect->touches_more);
}

static void enter_places(struct race_analysis *analysis, unsigned number,
			 const struct effect *effect, const struct order_objects *objects)
{
	unsigned thread = effect->thread;
	if (effect->action == SIM_SIGNAL)
		enter_place(&analysis->signals, number, thread, true);
	for (unsigned left = effect->buffers_changed | effect->buffers_seen; left != 0;
	     left &= left - 1) {
		unsigned index = (unsigned)__builtin_ctz(left);
		enter_place(&analysis->buffers[index], number, thread,
			    effect->buffers_changed >> index & 1);
	}
	for (unsigned i = 0; i < objects->count; i++)
		enter_place(&objects->objects[i]->place, number, thread, effect_changes(effect, i));
	if (objects->count > 0)
		enter_place(&analysis->everything, number, thread, effect->touches_more);
}

void race_add(struct race_analysis *analysis, const struct effect *effect,
	      const struct order_objects *objects, const struct sim_pending *pending,
	      race_listener *listener)
{
	ensure(analysis->step_count < EXHAUST_STEP_COUNT_MAX);
	uint16_t number = ++analysis->step_count;
	struct race_step *step = &analysis->steps[number];
	struct search search = {.analysis = analysis, .number = number, .listener = listener};
	*step = (struct race_step){.thread = effect->thread,
				   .slot = (uint8_t)exhaust_slot(effect->thread, effect->action)};
	if (analysis->last_steps[effect->thread] != 0)
		join(step->clock, analysis, analysis->last_steps[effect->thread]);
	for (unsigned i = 0; i < EXHAUST_THREAD_COUNT_MAX; i++)
		search.before[i] = step->clock[i];
	join_places(step, analysis, effect, objects);
	step->clock[effect->thread] = number;

	if (listener != NULL)
		find_races(&search, effect, objects, pending);
	analysis->last_steps[effect->thread] = number;
	enter_places(analysis, number, effect, objects);
	if (effect->action == SIM_STEP && pending->is_lock)
		objects->objects[0]->place.last_lock = number;
}
