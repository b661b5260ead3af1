/* Bytes of a fuzz input as bounded choices. Total: when the bytes are used up, choices go on from a
 * random generator that is seeded by the input, so that every input decides everything and equal
 * inputs decide alike. */
#ifndef CHOICE_BYTES_H
#define CHOICE_BYTES_H

#include "choice/random.h"

struct choice_bytes {
	const uint8_t *data; /* borrowed */
	size_t size;
	size_t position;
	struct choice_random rest;
};

/* DATA may be NULL when SIZE is 0. */
void choice_bytes_init(struct choice_bytes *choice, const uint8_t *data, size_t size);

/* 0 to BOUND - 1; BOUND is at least 1. Takes as many bytes as BOUND - 1 has, none for 1. */
uint32_t choice_bytes_below(struct choice_bytes *choice, uint32_t bound);

/* FIRST to LAST, both included. */
uint32_t choice_bytes_range(struct choice_bytes *choice, uint32_t first, uint32_t last);

/* Takes one byte. */
bool choice_bytes_bool(struct choice_bytes *choice);

/* Whether later choices come from the generator alone. */
static inline bool choice_bytes_is_exhausted(const struct choice_bytes *choice)
{
	return choice->position == choice->size;
}

#endif
