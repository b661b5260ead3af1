/* Threads that an override holds: they go on when no other can, as a change point of PCT would have
 * it, but at a place that the schedule names. Whoever waits for one in a loop would wait for ever,
 * so a hold also ends by itself. */
#include "sim/internal.h"

enum { HOLD_STEP_COUNT_MAX = 4000 };

void hold_begin(struct thread *thread)
{
	thread->held_until_step = sim.step_count + HOLD_STEP_COUNT_MAX;
	sim.held_until_step = thread->held_until_step;
}

void hold_end(struct thread *thread)
{
	thread->held_until_step = 0;
}

/* It could run otherwise. */
static bool is_held(const struct thread *thread)
{
	return thread->state == THREAD_RUNNABLE && thread->held_until_step > sim.step_count;
}

struct thread *hold_draw(void)
{
	struct thread *drawn = NULL;
	uint32_t count = 0;
	for (unsigned i = 0; hold_is_possible() && i < sim.thread_count; i++) {
		struct thread *thread = &sim.threads[i];
		if (is_held(thread) && choice_random_below(&sim.random, ++count) == 0)
			drawn = thread;
	}
	return drawn;
}

bool hold_hide(struct hold_hidden *ret_hidden)
{
	*ret_hidden = (struct hold_hidden){sim.runnable, sim.runnable_count};
	policy_forget_ready();
	for (unsigned i = 0; i < sim.thread_count; i++) {
		if (!is_held(&sim.threads[i]))
			continue;
		sim.runnable.words[i / 64] &= ~(UINT64_C(1) << i % 64);
		sim.runnable_count--;
	}
	if (sim.runnable_count > 0)
		return true;
	hold_show(ret_hidden);
	for (unsigned i = 0; i < sim.thread_count; i++)
		hold_end(&sim.threads[i]);
	return false;
}

void hold_show(const struct hold_hidden *hidden)
{
	sim.runnable = hidden->runnable;
	sim.runnable_count = hidden->runnable_count;
	policy_forget_ready();
}
