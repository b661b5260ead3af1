/* Who goes on at a yield point. No policy wins everywhere (determinism.md 2.6), so the scenario
 * chooses.
 *
 * All policies share two rules: a thread that cannot run is never chosen, and one that has run
 * very long in a row while others could run is passed over once, so that a spinning M cannot
 * starve the one it waits for. */
#include "base/fatal.h"
#include "sim/internal.h"

enum {
	STEPS_IN_A_ROW_MAX = 2000,
	ROUND_ROBIN_QUANTUM_UNIT = 4,
	PCT_STEPS_UNIT = 256,
	STALL_ODDS_MIN = 8,
	STALL_ODDS_COUNT = 6,
	STALL_PASS_COUNT = 8, /* after as many passes of its point half as likely */
};

static uint64_t draw_change_step(struct choice_random *random, uint8_t parameter)
{
	uint32_t range = (uint32_t)PCT_STEPS_UNIT << ((parameter >> 4) % 6);
	return 1 + choice_random_below(random, range);
}

void policy_init(struct policy *policy, const struct scenario_schedule *schedule,
		 struct choice_random *random)
{
	policy->kind = schedule->policy;
	policy->stay_odds = 2u << (schedule->parameter % 6);
	policy->next_low_priority = UINT64_C(1) << 32;
	policy->target = (enum point)schedule->target_point;
	policy->change_count = 1 + schedule->parameter % 5;
	for (uint32_t i = 0; i < policy->change_count; i++)
		policy->change_steps[i] = draw_change_step(random, schedule->parameter);
	if (policy->kind == SCENARIO_STALLS)
		policy->stall_odds = (uint32_t)STALL_ODDS_MIN
				     << choice_random_below(random, STALL_ODDS_COUNT);
}

void policy_thread_started(struct thread *thread)
{
	thread->priority = (UINT64_C(1) << 32) + choice_random_u32(&sim.random);
}

/* Bits of WORD below BIT are passed over. */
static unsigned lowest_bit_from(uint64_t word, unsigned bit)
{
	uint64_t rest = word & (~UINT64_C(0) << bit);
	return rest == 0 ? 64 : (unsigned)__builtin_ctzll(rest);
}

struct thread *policy_next_in_order(unsigned index)
{
	enum { WORD_COUNT = SIM_THREAD_COUNT_MAX / 64 };
	unsigned first = (index + 1) % SIM_THREAD_COUNT_MAX;
	for (unsigned turn = 0; turn <= WORD_COUNT; turn++) {
		unsigned word = (first / 64 + turn) % WORD_COUNT;
		unsigned bit = lowest_bit_from(sim.runnable.words[word],
					       turn == 0 ? first % 64 : 0);
		if (bit < 64)
			return &sim.threads[word * 64 + bit];
	}
	return NULL;
}

static void list_ready(struct policy *policy)
{
	uint32_t count = 0;
	for (unsigned word = 0; word * 64 < sim.thread_count; word++) {
		for (uint64_t bits = sim.runnable.words[word]; bits != 0; bits &= bits - 1) {
			unsigned bit = (unsigned)__builtin_ctzll(bits);
			policy->ready[count++] = &sim.threads[word * 64 + bit];
		}
	}
	policy->ready_count = count;
}

static struct thread *draw(void)
{
	return sim.policy.ready[choice_random_below(&sim.random, sim.runnable_count)];
}

SELDOM struct thread *list_and_draw(void)
{
	list_ready(&sim.policy);
	return draw();
}

OFTEN struct thread *uniform(void)
{
	return sim.policy.ready_count != 0 ? draw() : list_and_draw();
}

SELDOM struct thread *find_highest(struct policy *policy)
{
	if (policy->ready_count == 0)
		list_ready(policy);
	struct thread *best = NULL;
	for (uint32_t i = 0; i < policy->ready_count; i++)
		if (best == NULL || policy->ready[i]->priority > best->priority)
			best = policy->ready[i];
	return policy->highest = best;
}

SELDOM bool look_for_change(struct policy *policy, uint64_t now)
{
	bool is_change = false;
	policy->next_change_step = UINT64_MAX;
	for (uint32_t i = 0; i < policy->change_count; i++) {
		uint64_t step = policy->change_steps[i];
		is_change |= step == now;
		if (step >= now && step < policy->next_change_step)
			policy->next_change_step = step;
	}
	return is_change;
}

static bool is_change_step(void)
{
	return sim.decision_count >= sim.policy.next_change_step &&
	       look_for_change(&sim.policy, sim.decision_count);
}

/* It can run, and is not held. */
OFTEN bool can_stay(const struct thread *current)
{
	return (sim.runnable.words[current->index / 64] >> current->index % 64 & 1) != 0 &&
	       current->steps_in_a_row < STEPS_IN_A_ROW_MAX;
}

SELDOM struct thread *pct(void)
{
	struct thread *current = sim.current;
	if (is_change_step() || current->steps_in_a_row >= STEPS_IN_A_ROW_MAX) {
		current->priority = --sim.policy.next_low_priority;
		sim.policy.highest = NULL;
	}
	return sim.policy.highest != NULL ? sim.policy.highest : find_highest(&sim.policy);
}

SELDOM struct thread *delay_bounded(struct thread *current)
{
	if (can_stay(current) && !is_change_step())
		return current;
	return policy_next_in_order(current->index);
}

OFTEN struct thread *choose(enum point point)
{
	struct thread *current = sim.current;
	if (sim.is_fair)
		return policy_next_in_order(current->index);
	switch (sim.policy.kind) {
	case SCENARIO_UNIFORM:
		return uniform();
	case SCENARIO_PCT:
		return pct();
	case SCENARIO_STALLS: /* of those that are not held */
	case SCENARIO_STICKY:
		if (can_stay(current) &&
		    choice_random_below(&sim.random, sim.policy.stay_odds) != 0)
			return current;
		return uniform();
	case SCENARIO_DELAY_BOUNDED:
		return delay_bounded(current);
	case SCENARIO_ROUND_ROBIN: {
		uint32_t quantum = ROUND_ROBIN_QUANTUM_UNIT * sim.scenario->schedule.parameter;
		if (can_stay(current) && (quantum == 0 || current->steps_in_a_row < quantum))
			return current;
		return policy_next_in_order(current->index);
	}
	default: { /* target-biased: rarely elsewhere, mostly at the target */
		uint32_t odds = point == sim.policy.target ? 4 : sim.policy.stay_odds * 4;
		bool is_leaving = choice_random_below(&sim.random, odds) < (odds == 4 ? 3u : 1u);
		return can_stay(current) && !is_leaving ? current : uniform();
	}
	}
}

SELDOM struct thread *next_beside_held(enum point point)
{
	struct hold_hidden hidden;
	if (!hold_hide(&hidden))
		return choose(point);
	struct thread *next = choose(point);
	hold_show(&hidden);
	return next;
}

/* Who runs may stand still from here on, as one whose processor does something else, or who stood
 * still goes on. Either seldom happens at random where it matters, since most steps are in a few
 * loops: so it is less likely, the more often the point has been passed. */
SELDOM struct thread *stall(enum point point)
{
	struct policy *policy = &sim.policy;
	const uint32_t passes = policy->pass_counts[point]++;
	const uint32_t odds = policy->stall_odds + passes * policy->stall_odds / STALL_PASS_COUNT;
	if (choice_random_below(&sim.random, odds) != 0)
		return NULL;
	struct thread *held = hold_draw();
	if (held != NULL && choice_random_chance(&sim.random, 1, 2))
		return held;
	if (sim.current->state == THREAD_RUNNABLE)
		hold_begin(sim.current);
	return NULL;
}

struct thread *policy_next(enum point point)
{
	if (sim.policy.kind == SCENARIO_STALLS && !sim.is_fair) {
		struct thread *late = stall(point);
		if (late != NULL)
			return late;
	}
	return hold_is_possible() ? next_beside_held(point) : choose(point);
}

struct thread *policy_next_in_pause(unsigned index)
{
	struct hold_hidden hidden;
	if (!hold_is_possible() || !hold_hide(&hidden))
		return policy_next_in_order(index);
	struct thread *next = policy_next_in_order(index);
	hold_show(&hidden);
	return next;
}
