#include "oracle/grow.h"

#include <stdlib.h>

#include "base/fatal.h"

enum { CAPACITY_MIN = 16 };

void *grow(void *items, uint32_t *capacity, uint32_t needed, size_t item_size)
{
	uint32_t wanted = *capacity < CAPACITY_MIN ? CAPACITY_MIN : *capacity;

	/* NEEDED is 0 when a 32-bit count ran over: a generation with 4 G records of one kind. */
	ensure(needed != 0);
	while (wanted < needed)
		wanted = wanted > UINT32_MAX / 2 ? UINT32_MAX : wanted * 2;
	if (wanted == *capacity)
		return items;
	items = realloc(items, wanted * item_size);
	if (items == NULL)
		fatal("oracle: out of memory");
	*capacity = wanted;
	return items;
}
