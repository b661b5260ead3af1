/* The trace reader's park and wake-up (algorithms.md 5.7): the reader registers and looks again,
 * and who has a buffer for it queues that and looks for a reader; stores stay behind in buffers. */
#include "exhaust/parking_reader.h"

static void set_up(void)
{
	parking_reader_set_up(1, false);
}

static void flush(void)
{
	parking_reader_flush(0);
	parking_reader_find();
}

const struct world world_reader_park_buffer = {
	.name = "reader-park-buffer",
	.number = 3,
	.sentence = "the trace reader parks while a buffer is flushed, with store buffers",
	.set_up = set_up,
	.threads = {[PARKING_READER] = {.name = "reader", .run = parking_reader_run},
		    {.name = "writer", .run = flush}},
	.has_store_buffers = true,
	.check = parking_reader_check,
	.controls = {"issue_53979_recheck"},
};
