/* A trace reader that parks, and who has work for it, over the real reader and the real flush: what
 * the reader-park worlds share. One generation; at its end the trace ends. */
#ifndef EXHAUST_PARKING_READER_H
#define EXHAUST_PARKING_READER_H

#include "exhaust/world.h"

enum { PARKING_READER = 0, PARKING_READER_GENERATION = 1 };

/* The reader waits for BUFFER_COUNT buffers, and, with HAS_END, for the end of the trace. */
void parking_reader_set_up(unsigned buffer_count, bool has_end);

/* The trace begins: its header is to be read first. */
void parking_reader_begin_with_header(void);

/* The reader's thread, number PARKING_READER. */
void parking_reader_run(void);

/* Queues buffer INDEX, in the generation that is current, or ended last. They have to be queued in
 * order. */
void parking_reader_flush(unsigned index);

/* What an M does about the reader when it looks for work. */
void parking_reader_find(void);

const char *parking_reader_check(void);

#endif
