/* Decisions from outside: at each operation a chooser says who goes on and with what. */
#include "base/fatal.h"
#include "sim/internal.h"

/* Goes on with the thread that is chosen; returns when the current one is chosen again. */
static void go_on(void)
{
	struct sim_choice choice = sim.chooser(sim.chooser_context);
	ensure(choice.thread < sim.thread_count);
	struct thread *chosen = &sim.threads[choice.thread];
	ensure(chosen->state == THREAD_RUNNABLE);
	chosen->chosen_action = choice.action;
	sim_switch_to(chosen);
}

unsigned chooser_yield(enum point point, const void *object, bool is_pausing)
{
	struct thread *thread = sim.current;
	thread->has_begun = true;
	for (;;) {
		/* Anew after a signal, whose handler had operations of its own. */
		thread->pending_point = point;
		thread->pending_object = object;
		thread->is_pausing = is_pausing;
		go_on();
		if (thread->chosen_action == SIM_STEP)
			break;
		if (thread->chosen_action == SIM_SIGNAL)
			signal_deliver(thread);
		else
			store_buffer_apply_oldest(thread);
	}
	if (!sim.has_store_buffers)
		return 0;
	return thread->store_count > 0 ? HOST_MAY_HOLD_STORE | HOST_STORES_PENDING
				       : HOST_MAY_HOLD_STORE;
}

void chooser_switch_away(void)
{
	ensure(sim.current->state == THREAD_EXITED);
	go_on();
}

static bool is_lock(enum point point)
{
	return point >= POINT_LOCK_FIRST && (point - POINT_LOCK_FIRST) % 2 == 0;
}

static bool can_step(const struct thread *thread)
{
	if (is_lock(thread->pending_point))
		return ((const struct host_mutex *)thread->pending_object)->owner_plus_one == 0;
	if (thread->pending_point == POINT_host_note_sleep)
		return ((const struct host_note *)thread->pending_object)->is_set != 0;
	return true;
}

bool sim_look_at_pending(unsigned index, struct sim_pending *ret_pending)
{
	const struct thread *thread = &sim.threads[index];
	ensure(index < sim.thread_count);
	if (thread->state == THREAD_EXITED)
		return false;
	*ret_pending = (struct sim_pending){
		.point = thread->pending_point,
		.object = thread->pending_object,
		.oldest_held_word = thread->store_count > 0
					    ? thread->stores[thread->first_store].word
					    : NULL,
		.held_store_count = thread->store_count,
		.has_begun = thread->has_begun,
		.is_pausing = thread->is_pausing,
		.is_lock = is_lock(thread->pending_point),
		.is_sleep = thread->pending_point == POINT_host_note_sleep,
		.can_step = can_step(thread),
		.can_be_signalled = thread->has_begun && sim.signal_handler != NULL &&
				    thread->stack_kind != HOST_STACK_SIGNAL,
	};
	return true;
}
