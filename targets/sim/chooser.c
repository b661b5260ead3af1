/* Decisions from outside: at each operation a chooser says who goes on and with what. */
#include "base/fatal.h"
#include "sim/internal.h"

/* What a thread is about to do. */
struct pending {
	const void *object;
	enum point point;
	uint8_t action; /* enum sim_action; the chosen one */
	bool has_begun;
	bool is_pausing;
};

static struct pending pendings[SIM_THREAD_COUNT_MAX];
static unsigned used_count; /* in this run, and not cleared since */

void chooser_run_begin(void)
{
	for (; used_count > 0; used_count--)
		pendings[used_count - 1].has_begun = false;
}

/* Goes on with the thread that is chosen; returns when the current one is chosen again. */
static void go_on(void)
{
	struct sim_choice choice = sim.chooser(sim.chooser_context);
	ensure(choice.thread < sim.thread_count);
	struct thread *chosen = &sim.threads[choice.thread];
	ensure(chosen->state == THREAD_RUNNABLE);
	pendings[chosen->index].action = choice.action;
	sim_switch_to(chosen);
}

unsigned chooser_yield(enum point point, const void *object, bool is_pausing)
{
	struct thread *thread = sim.current;
	struct pending *pending = &pendings[thread->index];
	if (thread->index >= used_count)
		used_count = thread->index + 1u;
	for (;;) {
		/* Anew after a signal, whose handler had operations of its own. */
		pending->point = point;
		pending->object = object;
		pending->has_begun = true;
		pending->is_pausing = is_pausing;
		go_on();
		if (pending->action == SIM_STEP)
			break;
		if (pending->action == SIM_SIGNAL)
			signal_deliver(thread, sim.signal_handler);
		else
			store_buffer_apply_oldest(thread);
	}
	if (!sim.has_store_buffers)
		return 0;
	return thread->who.store_count > 0 ? HOST_MAY_HOLD_STORE | HOST_STORES_PENDING
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

static bool is_sleep(const struct pending *pending, const struct thread *thread)
{
	return pending->point == POINT_host_note_sleep && thread->deadline_ns > sim.now_ns;
}

static bool can_step(const struct pending *pending, const struct thread *thread)
{
	if (is_lock(pending->point))
		return ((const struct host_mutex *)pending->object)->owner_plus_one == 0;
	if (is_sleep(pending, thread))
		return ((const struct host_note *)pending->object)->is_set != 0;
	return true;
}

static uint8_t seen_plus_one(const struct pending *pending, unsigned index)
{
	if (!is_lock(pending->point))
		return 0;
	uint32_t last = ((const struct host_mutex *)pending->object)->last_owner_plus_one;
	return last == index + 1 ? 0 : (uint8_t)last;
}

bool sim_look_at_pending(unsigned index, struct sim_pending *ret_pending)
{
	const struct thread *thread = &sim.threads[index];
	const struct pending *pending = &pendings[index];
	ensure(index < sim.thread_count);
	if (thread->state == THREAD_EXITED)
		return false;
	*ret_pending = (struct sim_pending){
		.point = pending->point,
		.object = pending->object,
		.oldest_held_word = thread->who.store_count > 0
					    ? thread->stores[thread->first_store].word
					    : NULL,
		.held_store_count = thread->who.store_count,
		.seen_plus_one = seen_plus_one(pending, index),
		.has_begun = pending->has_begun,
		.is_pausing = pending->is_pausing,
		.is_lock = is_lock(pending->point),
		.is_sleep = is_sleep(pending, thread),
		.can_step = can_step(pending, thread),
		.can_be_signalled = pending->has_begun && sim.signal_handler != NULL &&
				    thread->who.stack_kind != HOST_STACK_SIGNAL,
	};
	return true;
}
