/* The flight recorder: a window of the newest generations, in memory. A subscriber.
 *
 * The reader's goroutine collects a generation, which is nobody else's until it ends. Then the ring
 * of generations is replaced as a whole, under its mutex, so that a snapshot holds one while newer
 * ones are made: rings and generations are counted. Memory comes in pieces of one size, a trace
 * buffer's and a head's. Source: algorithms.md 16.9. */
#ifndef SUBSCRIBE_RECORDER_H
#define SUBSCRIBE_RECORDER_H

#include "host/atomic.h"
#include "subscribe/mutex.h"
#include "subscribe/subscribe.h"
#include "trace/tracer_kind.h"

/* A batch as the reader got it. */
struct recorded_batch {
	struct recorded_batch *next;
	size_t size_bytes;
	uint8_t bytes[];
};

struct recorded_generation {
	uint32_t reference_count; /* under the ring's mutex */
	uint64_t begin_ns;        /* of its earliest batch, by the clock of the trace */
	uint64_t size_bytes;
	struct recorded_batch *first;
	struct recorded_batch *last;
};

/* Oldest first. */
struct recorder_ring {
	uint32_t reference_count; /* under the ring's mutex */
	uint32_t count;
	struct recorded_generation *generations[];
};

struct recorder {
	const struct subscribe_configuration *configuration; /* immutable */
	uint32_t clock_unit_ns;                              /* immutable, of the trace */

	/* The reader's. */
	bool has_header;
	struct recorded_generation *active;

	uint8_t header[TRACE_HEADER_SIZE_BYTES]; /* written once, before the first ring */
	struct mutex ring_lock;
	struct recorder_ring *ring;   /* under ring_lock */
	struct atomic_u32 is_writing; /* a snapshot is being taken */
};

/* A fresh one, that lives as long as the runtime; its memory comes and goes. */
struct recorder *recorder_new(const struct subscribe_configuration *configuration,
			      uint32_t clock_unit_ns);

/* The reader has BYTES for it: the header, or one batch. */
void recorder_write(struct recorder *recorder, const uint8_t *bytes, size_t size_bytes);
/* The batches so far are a whole generation. */
void recorder_end_generation(struct recorder *recorder);

/* Of several callers one gets it, until it gives it back. */
bool recorder_claim(struct recorder *recorder);
void recorder_give_back(struct recorder *recorder);
/* Writes header and window to SINK; false when there is no window, since the recorder was stopped.
 * The caller has the claim. */
bool recorder_write_to(struct recorder *recorder, struct trace_sink *sink);

/* The reader is done with it: gives back what nobody holds. */
void recorder_clear(struct recorder *recorder);

#endif
