/* What a generation says of its clocks: how fast the trace clock runs and, from version 25 on, a
 * snapshot of the trace clock beside the machine's clocks (format-v2 2.1, 10.3). */
#ifndef ORACLE_SYNC_H
#define ORACLE_SYNC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "oracle/fault.h"
#include "oracle/wire.h"

enum {
	SYNC_MINOR = 25,           /* first version with sync batches and snapshots */
	SYNC_SNAPSHOT_NUMBERS = 4, /* dt, mono_ns, wall_seconds, wall_ns, as event.def has them */
};

/* All zero: nothing was told yet. */
struct sync {
	uint64_t frequency; /* trace clock units per second */
	uint64_t snapshot[SYNC_SNAPSHOT_NUMBERS];
	uint64_t snapshot_time;  /* trace clock units */
	size_t frequency_offset; /* of its record; 0: none yet */
	size_t snapshot_offset;
	size_t batch_offset; /* of the first batch that told anything; 0: none yet */
	uint32_t batch_count;
	bool is_out_of_order; /* a frequency stands behind a snapshot */
	bool is_on_thread;    /* a batch names a thread */
};

/* Whether BATCH is one that tells of clocks, in a trace of version MINOR: before 25 it begins with
 * its Frequency record, from then on with the byte 50. */
bool sync_is_batch(const struct wire_source *source, const struct wire_batch *batch, uint8_t minor);

/* Takes such a batch. False: FAULT tells why. */
bool sync_add(struct sync *sync, const struct wire_source *source, const struct wire_batch *batch,
	      uint8_t minor, struct fault *fault);

/* After the last batch of a generation that begins at OFFSET: is all there? STRICT adds the rules
 * of that level. */
bool sync_finish(const struct sync *sync, uint8_t minor, size_t offset, bool strict,
		 struct fault *fault);

/* The consumer's rule about snapshots: LAST is that of the generation before, or NULL. */
bool sync_check_progress(const struct sync *sync, const struct sync *last, struct fault *fault);

#endif
