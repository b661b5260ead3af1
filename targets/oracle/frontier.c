#include "oracle/frontier.h"

#include <stdbool.h>

#include "base/fatal.h"
#include "oracle/grow.h"

static inline bool is_before(struct frontier_entry a, struct frontier_entry b)
{
	return a.time != b.time ? a.time < b.time : a.lane < b.lane;
}

static void sift_down(struct frontier *frontier, struct frontier_entry entry)
{
	struct frontier_entry *entries = frontier->entries;
	uint32_t at = 0;

	for (;;) {
		uint32_t child = 2 * at + 1;
		if (child >= frontier->count)
			break;
		if (child + 1 < frontier->count && is_before(entries[child + 1], entries[child]))
			child++;
		if (!is_before(entries[child], entry))
			break;
		entries[at] = entries[child];
		at = child;
	}
	entries[at] = entry;
}

void frontier_push(struct frontier *frontier, uint64_t time, uint32_t lane)
{
	struct frontier_entry entry = {time, lane};
	uint32_t at = GROW_ONE(frontier->entries, frontier->count, frontier->capacity);

	while (at > 0 && is_before(entry, frontier->entries[(at - 1) / 2])) {
		frontier->entries[at] = frontier->entries[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	frontier->entries[at] = entry;
}

void frontier_pop(struct frontier *frontier)
{
	ensure(frontier->count > 0);
	struct frontier_entry last = frontier->entries[--frontier->count];
	if (frontier->count > 0)
		sift_down(frontier, last);
}

void frontier_update_first(struct frontier *frontier, uint64_t time)
{
	sift_down(frontier, (struct frontier_entry){time, frontier->entries[0].lane});
}
