/* From 64-bit ids, which a trace chooses freely, to 32-bit indices.
 *
 * Small ids are looked up in an array, the others in an open-addressing hash table. Both stamp
 * their slots with an epoch, so that clearing costs nothing however many ids were there. */
#ifndef ORACLE_ID_MAP_H
#define ORACLE_ID_MAP_H

#include <stdint.h>

#define ID_MAP_ABSENT UINT32_MAX

struct id_map_dense {
	uint32_t epoch;
	uint32_t value;
};

struct id_map_slot {
	uint64_t id;
	uint32_t epoch;
	uint32_t value;
};

struct id_map {
	struct id_map_dense *dense;
	struct id_map_slot *slots;
	uint32_t dense_count;
	uint32_t slot_count; /* 0 or a power of two */
	uint32_t slots_used;
	uint32_t epoch; /* of the slots that count; never 0 */
};

/* Ids below DENSE_COUNT are looked up without hashing, at 8 bytes of memory each. */
void id_map_create(struct id_map *map, uint32_t dense_count);
void id_map_destroy(struct id_map *map);

/* Forgets all ids; constant time, apart from once in 2^32 calls. */
void id_map_clear(struct id_map *map);

/* ID must be absent. */
void id_map_insert(struct id_map *map, uint64_t id, uint32_t value);

/* ID must be present. */
void id_map_erase(struct id_map *map, uint64_t id);

/* The hashed part of id_map_find(). */
uint32_t id_map_find_hashed(const struct id_map *map, uint64_t id);

/* The value of ID, or ID_MAP_ABSENT. */
static inline uint32_t id_map_find(const struct id_map *map, uint64_t id)
{
	if (id < map->dense_count)
		return map->dense[id].epoch == map->epoch ? map->dense[id].value : ID_MAP_ABSENT;
	return id_map_find_hashed(map, id);
}

#endif
