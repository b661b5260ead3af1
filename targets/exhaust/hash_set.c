#include "exhaust/hash_set.h"

#include <stdlib.h>

#include "base/fatal.h"

enum { SLOT_COUNT_MIN = 1024 };

static bool insert(uint64_t *slots, size_t slot_count, uint64_t hash)
{
	size_t i = (size_t)(hash % slot_count);
	while (slots[i] != 0 && slots[i] != hash)
		i = (i + 1) % slot_count;
	bool is_new = slots[i] == 0;
	slots[i] = hash;
	return is_new;
}

static void grow(struct hash_set *set)
{
	size_t slot_count = set->slot_count == 0 ? SLOT_COUNT_MIN : 2 * set->slot_count;
	uint64_t *slots = calloc(slot_count, sizeof *slots);
	ensure(slots != NULL);
	for (size_t i = 0; i < set->slot_count; i++)
		if (set->slots[i] != 0)
			insert(slots, slot_count, set->slots[i]);
	free(set->slots);
	set->slots = slots;
	set->slot_count = slot_count;
}

bool hash_set_add(struct hash_set *set, uint64_t hash)
{
	if (2 * set->count >= set->slot_count)
		grow(set);
	bool is_new = insert(set->slots, set->slot_count, hash == 0 ? 1 : hash);
	set->count += is_new;
	return is_new;
}

void hash_set_destroy(struct hash_set *set)
{
	free(set->slots);
	*set = (struct hash_set){0};
}
