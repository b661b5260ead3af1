/* Stores that others do not see yet: a FIFO per thread (DESIGN.md 9). TSan cannot see store
 * buffering; this can. */
#include "base/fatal.h"
#include "sim/internal.h"

static struct held_store *held_at(struct thread *thread, unsigned index)
{
	return &thread->stores[(thread->first_store + index) % STORE_BUFFER_LENGTH];
}

void store_buffer_apply_oldest(struct thread *thread)
{
	const struct held_store *oldest = held_at(thread, 0);
	thread->first_store = (uint8_t)((thread->first_store + 1) % STORE_BUFFER_LENGTH);
	thread->store_count--;
	host_store_apply(oldest->word, oldest->value, oldest->size_bytes, oldest->order);
}

void host_store_hold(void *word, uint64_t value, size_t size_bytes, int order)
{
	struct thread *thread = sim.current;
	if (thread->store_count == STORE_BUFFER_LENGTH)
		store_buffer_apply_oldest(thread);
	*held_at(thread, thread->store_count++) = (struct held_store){
		.word = word, .value = value, .size_bytes = (uint8_t)size_bytes, .order = order};
}

bool host_store_find(const void *word, uint64_t *ret_value)
{
	struct thread *thread = sim.current;
	for (unsigned i = thread->store_count; i-- > 0;) {
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
	while (thread->store_count > 0)
		store_buffer_apply_oldest(thread);
}
