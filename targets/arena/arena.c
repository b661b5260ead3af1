#include "arena/arena.h"

#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#include "base/fatal.h"
#include "coroutine/sanitizer.h"
#include "coroutine/spin.h"

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
	uintptr_t mark; /* mark_of() while they are free, something else while they are taken */
};

static struct spin lock;
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
		return NULL;
	uint8_t *taken = region->base + region->used_bytes;
	region->used_bytes += rounded;
	return taken;
}

void arena_run_begin(void)
{
	region_map(&arena);
	region_map(&page_region);
	SANITIZER_UNPOISON(page_region.base, page_region.used_bytes);
	memset(arena.base, 0, arena.used_bytes);
	arena.used_bytes = 0;
	page_region.used_bytes = 0;
	memset(page_classes, 0, sizeof page_classes);
	pages_outstanding = 0;
}

uint64_t arena_pages_outstanding(void)
{
	return pages_outstanding;
}

void *arena_take(size_t size_bytes)
{
	spin_lock(&lock);
	void *taken = region_take(&arena, size_bytes);
	spin_unlock(&lock);
	if (taken == NULL)
		fatal("out of memory");
	return taken;
}

static uintptr_t mark_of(const struct free_pages *pages)
{
	return ~(uintptr_t)pages;
}

static struct free_pages **free_list_of(size_t size_bytes)
{
	for (unsigned i = 0; i < PAGE_CLASS_COUNT_MAX; i++) {
		if (page_classes[i].size_bytes == 0)
			page_classes[i].size_bytes = size_bytes;
		if (page_classes[i].size_bytes == size_bytes)
			return &page_classes[i].first;
	}
	return NULL;
}

void *arena_pages_take(size_t size_bytes)
{
	spin_lock(&lock);
	struct free_pages **list = free_list_of(size_bytes);
	struct free_pages *pages = list != NULL ? *list : NULL;
	bool is_reused = pages != NULL;
	if (is_reused) {
		SANITIZER_UNPOISON(pages, size_bytes);
		*list = pages->next;
	} else if (list != NULL) {
		pages = region_take(&page_region, size_bytes);
	}
	if (pages != NULL)
		pages->mark = 0;
	pages_outstanding += pages != NULL;
	spin_unlock(&lock);
	if (list == NULL)
		fatal("more sizes of pages than the host expects");
	if (pages == NULL)
		fatal("out of memory");
	/* As every allocator: who frees comes before who gets it next. */
	if (is_reused)
		SANITIZER_ACQUIRE(pages);
	return pages;
}

void arena_pages_give_back(void *pages, size_t size_bytes)
{
	struct free_pages *freed = pages;
	SANITIZER_RELEASE(pages);
	spin_lock(&lock);
	struct free_pages **list = free_list_of(size_bytes);
	bool is_known = list != NULL && pages_outstanding > 0;
	bool is_taken = freed->mark != mark_of(freed);
	if (is_known && is_taken) {
		freed->mark = mark_of(freed);
		pages_outstanding--;
		freed->next = *list;
		*list = freed;
		SANITIZER_POISON(pages, size_bytes);
	}
	spin_unlock(&lock);
	ensure(is_known);
	if (!is_taken)
		fatal("pages are given back twice");
}
