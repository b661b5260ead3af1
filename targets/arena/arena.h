/* Memory of a run: an arena that is wiped by the length used, and pages with free lists by size.
 *
 * One of each per process. Threads may take and give back at the same time; begin and end of a run
 * are the host's, while nobody else is in here. */
#ifndef ARENA_ARENA_H
#define ARENA_ARENA_H

#include <stddef.h>
#include <stdint.h>

/* Forgets all of the run before. */
void arena_run_begin(void);

/* Zeroed, gone with the run. */
void *arena_take(size_t size_bytes);

/* Content is undefined; given back by the same size. For ThreadSanitizer who frees comes before
 * who gets them next; freed ones are poisoned for AddressSanitizer. */
void *arena_pages_take(size_t size_bytes);
void arena_pages_give_back(void *pages, size_t size_bytes);

/* Taken and not given back. */
uint64_t arena_pages_outstanding(void);

#endif
