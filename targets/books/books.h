/* The books of CPU samples on real threads: every sample that a handler accepts ends in a ring or
 * in its count of losses, and what is in rings and counts is told, each once.
 *
 * Ground truth needs to see each step before the next; here many threads step at once, so what is
 * compared are sums, each from another source: handlers and the words of the rings, observed; the
 * traces, as the oracle read them; the profiles, as their readers got them. One run at a time. */
#ifndef BOOKS_BOOKS_H
#define BOOKS_BOOKS_H

#include <stdbool.h>
#include <stdint.h>

#include "host/host.h"

struct books_sums {
	uint64_t accepted; /* by the trace's part of handlers */
	uint64_t written;  /* samples, to rings of traces */
	uint64_t lost;     /* found no room there; a trace does not tell */
	uint64_t told;     /* samples in traces */

	uint64_t profile_written; /* records that stand for samples, and rates */
	uint64_t profile_lost;
	uint64_t profile_told; /* records */
	uint64_t profile_lost_told;
};

/* Adds OTHER to SUMS. */
void books_add(struct books_sums *sums, const struct books_sums *other);

/* Forgets all. No thread runs. With RING_MAY_GO a stop may take the ring from a handler that has
 * seen tracing on, which then accepts nothing: the v1 tracer. */
void books_run_begin(bool ring_may_go);

/* Sees each step of each THREAD, in its handler too. Called on each for itself. */
void books_observe(void *context, unsigned thread, enum point point, const void *object);

/* A piece of a profile has been read. One call at a time. */
void books_profile_read(const uint64_t *words, uint32_t word_count, const uint64_t *labels,
			uint32_t label_count);

/* After a run that came to its end: NULL when the books balance, else what does not. Static. */
const char *books_close(uint64_t samples_told, struct books_sums *ret_sums);

#endif
