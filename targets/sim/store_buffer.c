/* Stores that others do not see yet: a FIFO per thread (DESIGN.md 9). TSan cannot see store
 * buffering; this can.
 *
 * An exchange that is held owns its word: it is held only when nobody else holds a store to the
 * word, and whoever stores to the word next makes it visible first. Held stores are therefore
 * applied in the order in which the words' changes were made, and applying one never waits. */
#include <stdatomic.h>

#include "base/fatal.h"
#include "coroutine/sanitizer.h"
#include "sim/internal.h"

static struct held_store *held_at(struct thread *thread, unsigned index)
{
	return &thread->stores[(thread->first_store + index) % STORE_BUFFER_LENGTH];
}

void store_buffer_apply_oldest(struct thread *thread)
{
	const struct held_store *oldest = held_at(thread, 0);
	thread->first_store = (uint8_t)((thread->first_store + 1) % STORE_BUFFER_LENGTH);
	thread->who.store_count--;
	sim.applied[sim.store_counts.applied++ % SIM_APPLIED_COUNT_MAX] = (struct sim_applied){
		.word = oldest->word, .thread = thread->index};
	host_store_apply(oldest->word, oldest->value, oldest->size_bytes, oldest->order,
			 (enum host_held_kind)oldest->kind);
	/* Partner: who locks next what this thread has unlocked, maybe before this. */
	SANITIZER_RELEASE(thread->stores);
}

/* How many held stores to WORD there are, or exchanges of it alone. */
static unsigned count_held(struct thread *thread, const void *word, bool is_exchange_only)
{
	unsigned count = 0;
	for (unsigned i = 0; i < thread->who.store_count; i++) {
		const struct held_store *held = held_at(thread, i);
		count += held->word == word &&
			 (!is_exchange_only || held->kind == HOST_HELD_EXCHANGE);
	}
	return count;
}

static bool do_others_hold(const void *word)
{
	for (unsigned i = 0; i < sim.thread_count; i++)
		if (&sim.threads[i] != sim.current && count_held(&sim.threads[i], word, false) > 0)
			return true;
	return false;
}

void host_store_settle(const void *word)
{
	for (unsigned i = 0; i < sim.thread_count; i++)
		if (&sim.threads[i] != sim.current && count_held(&sim.threads[i], word, true) > 0)
			sim_visit(&sim.threads[i]);
}

void host_store_hold(void *word, uint64_t value, size_t size_bytes, int order,
		     enum host_held_kind kind)
{
	struct thread *thread = sim.current;
	host_store_settle(word);
	if (thread->who.store_count == STORE_BUFFER_LENGTH)
		store_buffer_apply_oldest(thread);
	*held_at(thread, thread->who.store_count++) = (struct held_store){
		.word = word,
		.value = value,
		.size_bytes = (uint8_t)size_bytes,
		.kind = (uint8_t)kind,
		.order = order,
	};
	sim.store_counts.exchanges += kind == HOST_HELD_EXCHANGE;
	if (sim.is_fair || (kind == HOST_HELD_EXCHANGE && do_others_hold(word)))
		host_store_drain();
}

void host_store_order(void)
{
	struct thread *thread = sim.current;
	unsigned count = thread->who.store_count;
	while (count > 0 && held_at(thread, count - 1)->order != memory_order_seq_cst)
		count--;
	for (; count > 0; count--)
		store_buffer_apply_oldest(thread);
}

bool host_store_find(const void *word, uint64_t *ret_value)
{
	struct thread *thread = sim.current;
	for (unsigned i = thread->who.store_count; i-- > 0;) {
		const struct held_store *held = held_at(thread, i);
		if (held->word == word) {
			*ret_value = held->value;
			return true;
		}
	}
	return false;
}

void host_store_drain(void)
{
	struct thread *thread = sim.current;
	while (thread->who.store_count > 0)
		store_buffer_apply_oldest(thread);
}

struct sim_store_counts sim_count_stores(void)
{
	return sim.store_counts;
}

struct sim_applied sim_applied_store(uint64_t number)
{
	return sim.applied[number % SIM_APPLIED_COUNT_MAX];
}

bool sim_find_held(const void *word, uint64_t *ret_value)
{
	bool is_held = false;
	if (!sim.has_store_buffers)
		return false;
	for (unsigned i = 0; i < sim.thread_count; i++) {
		struct thread *thread = &sim.threads[i];
		for (unsigned j = 0; j < thread->who.store_count; j++) {
			const struct held_store *held = held_at(thread, j);
			if (held->word == word) {
				*ret_value = held->value;
				is_held = true;
			}
		}
	}
	return is_held;
}
