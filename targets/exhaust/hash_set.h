/* A growing set of hashes. */
#ifndef EXHAUST_HASH_SET_H
#define EXHAUST_HASH_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hash_set {
	uint64_t *slots; /* 0: free */
	size_t slot_count;
	size_t count;
};

/* All zero is empty. Whether HASH is new; 0 counts as 1. */
bool hash_set_add(struct hash_set *set, uint64_t hash);
void hash_set_destroy(struct hash_set *set);

#endif
