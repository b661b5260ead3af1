/* Lanes by the time of their current event: a binary min-heap. Equal times: the lane whose first
 * batch comes first in the file. */
#ifndef ORACLE_FRONTIER_H
#define ORACLE_FRONTIER_H

#include <stdint.h>

struct frontier_entry {
	uint64_t time;
	uint32_t lane;
};

struct frontier {
	struct frontier_entry *entries;
	uint32_t count, capacity;
};

void frontier_push(struct frontier *frontier, uint64_t time, uint32_t lane);

/* Takes the first lane out; there must be one. */
void frontier_pop(struct frontier *frontier);

/* The first lane has got TIME. */
void frontier_update_first(struct frontier *frontier, uint64_t time);

#endif
