/* Arrays that grow and keep their memory when the oracle is reset. */
#ifndef ORACLE_GROW_H
#define ORACLE_GROW_H

#include <stddef.h>
#include <stdint.h>

/* Returns ITEMS with room for at least NEEDED items of ITEM_SIZE bytes; CAPACITY is updated. New
 * items are not initialised. Ends in fatal() when memory runs out. */
void *grow(void *items, uint32_t *capacity, uint32_t needed, size_t item_size);

/* Index of a fresh item behind COUNT items of the array ITEMS, which may move. */
#define GROW_ONE(items, count, capacity)                                                           \
	((count) < (capacity)                                                                      \
		 ? (count)++                                                                       \
		 : ((items) = grow((items), &(capacity), (count) + 1, sizeof(*(items))),           \
		    (count)++))

#endif
