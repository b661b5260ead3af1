/* Stores that others do not see yet: a FIFO per thread (DESIGN.md 9). TSan cannot see store buffering; this can. */
#include "base/fatal.h"
#include "sim/internal.h"

static void apply_oldest(struct thread *thread)
{
	struct held_store oldest = thread->stores[0];
	thread->store_count--;
	for (unsigned i = 0; i < thread->store_count; i++)
		thread->stores[i] = thread->stores[i + 1];
	host_store_apply(oldest.word, oldest.value, oldest.size_bytes, oldest.order);
}

void host_store_hold(void *word, uint64_t value, size_t size_bytes, int order)
{
	struct thread *thread = sim.current;
	if (thread->store_count == STORE_BUFFER_LENGTH)
		apply_oldest(thread);
	thread->stores[thread->store_count++] = (struct held_store){
		.word = word, .value = value, .size_bytes = (uint8_t)size_bytes, .order = order};
}

bool host_store_find(const void *word, uint64_t *ret_value)
{
	const struct thread *thread = sim.current;
	for (unsigned i = thread->store_count; i-- > 0;) {
		if (thread->stores[i].word == word) {
			*ret_value = thread->stores[i].value;
			return true;
		}
	}
	return false;
}

void host_store_drain(void)
{
	struct thread *thread = sim.current;
	while (thread->store_count > 0)
		apply_oldest(thread);
}
