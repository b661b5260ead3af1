/* Memory of a run, which a signal handler may not touch. */
#include "arena/arena.h"
#include "sim/internal.h"

void *executor_allocate(size_t size_bytes)
{
	return arena_take(size_bytes);
}

static void refuse_in_signal(void)
{
	if (sim.current->who.stack_kind == HOST_STACK_SIGNAL)
		host_violate(HOST_SIGNAL_UNSAFE,
			     "memory is allocated or freed in a signal handler");
}

void *host_allocate(size_t size_bytes)
{
	refuse_in_signal();
	return arena_take(size_bytes);
}

void *host_pages_allocate(size_t size_bytes)
{
	refuse_in_signal();
	return arena_pages_take(size_bytes);
}

void host_pages_free(void *pages, size_t size_bytes)
{
	refuse_in_signal();
	/* A store that comes late must not hit whoever gets the pages next. */
	host_store_drain();
	arena_pages_give_back(pages, size_bytes);
}
