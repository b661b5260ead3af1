#include "choice/bytes.h"

void choice_bytes_init(struct choice_bytes *choice, const uint8_t *data, size_t size)
{
	uint64_t seed = size;

	for (size_t i = 0; i < size; i++)
		seed = choice_mix(seed ^ data[i]);
	*choice = (struct choice_bytes){.data = data, .size = size};
	choice_random_init(&choice->rest, seed);
}

/* The next byte, of the input or made up. */
static uint8_t next_byte(struct choice_bytes *choice)
{
	if (choice_bytes_is_exhausted(choice))
		return (uint8_t)choice_random_u32(&choice->rest);
	return choice->data[choice->position++];
}

uint32_t choice_bytes_below(struct choice_bytes *choice, uint32_t bound)
{
	uint32_t value = 0;

	ensure(bound > 0);
	/* Modulo, not a multiplication: a mutated low byte should change the choice. */
	for (uint32_t left = bound - 1; left > 0; left >>= 8)
		value = value << 8 | next_byte(choice);
	return value % bound;
}

uint32_t choice_bytes_range(struct choice_bytes *choice, uint32_t first, uint32_t last)
{
	ensure(first <= last);
	ensure(last - first < UINT32_MAX);
	return first + choice_bytes_below(choice, last - first + 1);
}

bool choice_bytes_bool(struct choice_bytes *choice)
{
	return (next_byte(choice) & 1) != 0;
}
