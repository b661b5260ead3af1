/* What the worlds of the ring of CPU samples share: a writer, a reader that waits, a handler. */
#ifndef EXHAUST_SAMPLE_RING_H
#define EXHAUST_SAMPLE_RING_H

#include "exhaust/world.h"

enum { SAMPLE_RING_READER = 0, SAMPLE_RING_WRITER = 1 };

/* The writer will write SAMPLE_COUNT samples, for which the ring is too small. */
void sample_ring_set_up(unsigned sample_count);

/* Reads, waiting, until the end; each read is compared with the model. */
void sample_ring_read_all(void);

/* Writes, lets no handler write any more, waits until the reader has been told what it must be
 * told, and closes. */
void sample_ring_write_and_close(void);

/* Writes one sample, unless the writer is closing. */
void sample_ring_handle_signal(void *owner);

const char *sample_ring_check(void);

#endif
