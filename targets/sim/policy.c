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

static struct thread *uniform(void)
{
	uint32_t skip = choice_random_below(&sim.random, sim.runnable_count);
	for (unsigned word = 0;; word++) {
		uint64_t bits = sim.runnable.words[word];
		uint32_t count = (uint32_t)__builtin_popcountll(bits);
		if (skip >= count) {
			skip -= count;
			continue;
		}
		for (; skip > 0; skip--)
			bits &= bits - 1;
		return &sim.threads[word * 64 + (unsigned)__builtin_ctzll(bits)];
	}
}

static struct thread *highest_priority(void)
{
	struct thread *best = NULL;
	for (unsigned i = 0; i < sim.thread_count; i++) {
		struct thread *thread = &sim.threads[i];
		if (thread->state == THREAD_RUNNABLE && !hold_is_on(thread) &&
		    (best == NULL || thread->priority > best->priority))
			best = thread;
	}
	return best;
}

static bool is_change_step(void)
{
	for (uint32_t i = 0; i < sim.policy.change_count; i++)
		if (sim.policy.change_steps[i] == sim.decision_count)
			return true;
	return false;
}

static bool can_stay(const struct thread *current)
{
	return current->state == THREAD_RUNNABLE && current->steps_in_a_row < STEPS_IN_A_ROW_MAX &&
	       !hold_is_on(current);
}

static struct thread *pct(void)
{
	struct thread *current = sim.current;
	if (is_change_step() || current->steps_in_a_row >= STEPS_IN_A_ROW_MAX)
		current->priority = --sim.policy.next_low_priority;
	return highest_priority();
}

static struct thread *choose(enum point point)
{
	struct thread *current = sim.current;
	if (sim.is_fair)
		return policy_next_in_order(current->index);
	switch (sim.policy.kind) {
	case SCENARIO_UNIFORM:
		return uniform();
	case SCENARIO_PCT:
		return pct();
	case SCENARIO_STICKY:
		if (can_stay(current) &&
		    choice_random_below(&sim.random, sim.policy.stay_odds) != 0)
			return current;
		return uniform();
	case SCENARIO_DELAY_BOUNDED:
		if (can_stay(current) && !is_change_step())
			return current;
		return policy_next_in_order(current->index);
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

struct thread *policy_next(enum point point)
{
	struct hold_hidden hidden;
	if (!hold_hide(&hidden))
		return choose(point);
	struct thread *next = choose(point);
	hold_show(&hidden);
	return next;
}

struct thread *policy_next_in_pause(unsigned index)
{
	struct hold_hidden hidden;
	if (!hold_hide(&hidden))
		return policy_next_in_order(index);
	struct thread *next = policy_next_in_order(index);
	hold_show(&hidden);
	return next;
}
