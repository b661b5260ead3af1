/* Memory of a run: an arena that is wiped by the length used, and pages with free lists by size. */
#include <string.h>
#include <sys/mman.h>

#include "base/fatal.h"
#include "sim/internal.h"
#include "sim/sanitizer.h"

enum {
	ALIGNMENT_BYTES = 64,
	PAGE_CLASS_COUNT_MAX = 8,
};

struct region {
	uint8_t *base;
	size_t size_bytes;
	size_t used_bytes;
};

struct free_pages {
	struct free_pages *next;
};

static struct region arena = {.size_bytes = (size_t)64 << 20};
static struct region page_region = {.size_bytes = (size_t)512 << 20};
static struct {
	size_t size_bytes;
	struct free_pages *first;
} page_classes[PAGE_CLASS_COUNT_MAX];
static uint64_t pages_outstanding;

static void region_map(struct region *region)
{
	if (region->base != NULL)
		return;
	region->base = mmap(NULL, region->size_bytes, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	ensure(region->base != MAP_FAILED);
}

static void *region_take(struct region *region, size_t size_bytes)
{
	size_t rounded = (size_bytes + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES;
	if (region->size_bytes - region->used_bytes < rounded)
		fatal("out of memory");
	uint8_t *taken = region->base + region->used_bytes;
	region->used_bytes += rounded;
	return taken;
}

void memory_run_begin(void)
{
	region_map(&arena);
	region_map(&page_region);
	SIM_UNPOISON(page_region.base, page_region.used_bytes);
	memset(arena.base, 0, arena.used_bytes);
	arena.used_bytes = 0;
	page_region.used_bytes = 0;
	memset(page_classes, 0, sizeof page_classes);
	pages_outstanding = 0;
}

uint64_t memory_pages_outstanding(void)
{
	return pages_outstanding;
}

void *executor_allocate(size_t size_bytes)
{
	return region_take(&arena, size_bytes);
}

static void refuse_in_signal(void)
{
	if (sim.current->stack_kind == HOST_STACK_SIGNAL)
		host_violate(HOST_SIGNAL_UNSAFE,
			     "memory is allocated or freed in a signal handler");
}

void *host_allocate(size_t size_bytes)
{
	refuse_in_signal();
	return executor_allocate(size_bytes);
}

static struct free_pages **free_list_of(size_t size_bytes)
{
	for (unsigned i = 0; i < PAGE_CLASS_COUNT_MAX; i++) {
		if (page_classes[i].size_bytes == 0)
			page_classes[i].size_bytes = size_bytes;
		if (page_classes[i].size_bytes == size_bytes)
			return &page_classes[i].first;
	}
	fatal("more sizes of pages than the host expects");
}

void *host_pages_allocate(size_t size_bytes)
{
	refuse_in_signal();
	struct free_pages **list = free_list_of(size_bytes);
	struct free_pages *pages = *list;
	pages_outstanding++;
	if (pages == NULL)
		return region_take(&page_region, size_bytes);
	SIM_UNPOISON(pages, size_bytes);
	*list = pages->next;
	/* As every allocator: who frees comes before who gets it next. */
	SIM_ACQUIRE(pages);
	return pages;
}

void host_pages_free(void *pages, size_t size_bytes)
{
	refuse_in_signal();
	/* A store that comes late must not hit whoever gets the pages next. */
	host_store_drain();
	ensure(pages_outstanding > 0);
	pages_outstanding--;
	struct free_pages **list = free_list_of(size_bytes);
	struct free_pages *freed = pages;
	SIM_RELEASE(pages);
	freed->next = *list;
	*list = freed;
	SIM_POISON(pages, size_bytes);
}
