#include "oracle/id_map.h"

#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"

enum { SLOT_COUNT_MIN = 64 };

static void *allocate_zeroed(size_t count, size_t size)
{
	void *memory = calloc(count, size);
	if (memory == NULL)
		fatal("oracle: out of memory");
	return memory;
}

void id_map_create(struct id_map *map, uint32_t dense_count)
{
	*map = (struct id_map){.dense_count = dense_count, .epoch = 1};
	if (dense_count != 0)
		map->dense = allocate_zeroed(dense_count, sizeof(*map->dense));
}

void id_map_destroy(struct id_map *map)
{
	free(map->dense);
	free(map->slots);
	*map = (struct id_map){0};
}

void id_map_clear(struct id_map *map)
{
	map->slots_used = 0;
	if (++map->epoch != 0)
		return;
	/* The epoch ran over: stamps of 2^32 clears ago would count again. */
	if (map->dense_count != 0)
		memset(map->dense, 0, map->dense_count * sizeof(*map->dense));
	if (map->slot_count != 0)
		memset(map->slots, 0, map->slot_count * sizeof(*map->slots));
	map->epoch = 1;
}

/* Every bit of ID moves every bit of the result: ids are often multiples of a power of two. */
static uint32_t home_slot(const struct id_map *map, uint64_t id)
{
	id ^= id >> 32;
	id *= UINT64_C(0xd6e8feb86659fd93);
	id ^= id >> 32;
	id *= UINT64_C(0xd6e8feb86659fd93);
	id ^= id >> 32;
	return (uint32_t)id & (map->slot_count - 1);
}

static void place(struct id_map *map, uint64_t id, uint32_t value)
{
	uint32_t at = home_slot(map, id);

	while (map->slots[at].epoch == map->epoch) {
		ensure(map->slots[at].id != id);
		at = (at + 1) & (map->slot_count - 1);
	}
	map->slots[at] = (struct id_map_slot){id, map->epoch, value};
	map->slots_used++;
}

static void enlarge(struct id_map *map)
{
	struct id_map_slot *old = map->slots;
	uint32_t old_count = map->slot_count;

	ensure(old_count <= UINT32_MAX / 4);
	map->slot_count = old_count == 0 ? SLOT_COUNT_MIN : old_count * 2;
	map->slots = allocate_zeroed(map->slot_count, sizeof(*map->slots));
	map->slots_used = 0;
	for (uint32_t i = 0; i < old_count; i++) {
		if (old[i].epoch == map->epoch)
			place(map, old[i].id, old[i].value);
	}
	free(old);
}

void id_map_insert(struct id_map *map, uint64_t id, uint32_t value)
{
	ensure(value != ID_MAP_ABSENT);
	if (id < map->dense_count) {
		ensure(map->dense[id].epoch != map->epoch);
		map->dense[id] = (struct id_map_dense){map->epoch, value};
		return;
	}
	/* At most half full: unlucky ids then probe few slots. */
	if (map->slots_used >= map->slot_count / 2)
		enlarge(map);
	place(map, id, value);
}

uint32_t id_map_find_hashed(const struct id_map *map, uint64_t id)
{
	if (map->slots_used == 0)
		return ID_MAP_ABSENT;
	for (uint32_t at = home_slot(map, id);; at = (at + 1) & (map->slot_count - 1)) {
		if (map->slots[at].epoch != map->epoch)
			return ID_MAP_ABSENT;
		if (map->slots[at].id == id)
			return map->slots[at].value;
	}
}

void id_map_erase(struct id_map *map, uint64_t id)
{
	if (id < map->dense_count) {
		ensure(map->dense[id].epoch == map->epoch);
		map->dense[id].epoch = 0;
		return;
	}
	ensure(map->slots_used != 0);
	uint32_t mask = map->slot_count - 1;
	uint32_t hole = home_slot(map, id);
	while (map->slots[hole].id != id || map->slots[hole].epoch != map->epoch) {
		ensure(map->slots[hole].epoch == map->epoch);
		hole = (hole + 1) & mask;
	}
	/* Move later entries of the run back over the hole, unless that would put one before its
	 * home. */
	for (uint32_t at = (hole + 1) & mask; map->slots[at].epoch == map->epoch;
	     at = (at + 1) & mask) {
		uint32_t home = home_slot(map, map->slots[at].id);
		if (((at - home) & mask) >= ((at - hole) & mask)) {
			map->slots[hole] = map->slots[at];
			hole = at;
		}
	}
	map->slots[hole].epoch = 0;
	map->slots_used--;
}
