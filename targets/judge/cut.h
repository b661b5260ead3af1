/* A trace of a program that ended in the middle of it: how much of it is whole generations.
 *
 * What a reader got then ends anywhere between two batches, since each is given to it in one piece.
 * Source: format-v2.md 10.4, algorithms.md 16.7. */
#ifndef JUDGE_CUT_H
#define JUDGE_CUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "oracle/fault.h"

struct cut {
	size_t size_bytes; /* up to the end of the last whole generation; 0: there is none */
	struct fault fault;
};

/* Cuts a trace of the v2 tracer. From version 26 on a generation says itself that it is whole,
 * before that the next one says it, or who was told: COMPLETE_GENERATION is, or 0. False: what
 * follows the last whole generation is not the beginning of one; then FAULT tells why. */
bool cut_trace(const uint8_t *bytes, size_t size_bytes, uint64_t complete_generation,
	       struct cut *ret_cut);

#endif
