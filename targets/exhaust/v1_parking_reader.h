/* A v1 trace reader that parks, and who has work for it, over the real reader and the real flush:
 * what the v1-reader-park worlds share. Source: algorithms.md 3.3, 3.5; issue 53979. */
#ifndef EXHAUST_V1_PARKING_READER_H
#define EXHAUST_V1_PARKING_READER_H

#include "exhaust/world.h"

enum { V1_PARKING_READER = 0 };

/* The reader waits for BUFFER_COUNT buffers that are queued together; if HAS_END, for the header
 * before and the end behind them. */
void v1_parking_reader_set_up(unsigned buffer_count, bool has_end);

/* The reader's thread, number V1_PARKING_READER. */
void v1_parking_reader_run(void);

/* Queues the buffers. */
void v1_parking_reader_flush(void);

/* What an M does about the reader when it looks for work. */
void v1_parking_reader_find(void);

const char *v1_parking_reader_check(void);

#endif
