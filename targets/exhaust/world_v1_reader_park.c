/* The v1 trace reader's park and wake-up: the reader registers and looks again, who has flushed a
 * buffer looks for a reader; stores stay behind in buffers. */
#include "exhaust/v1_parking_reader.h"

static void set_up(void)
{
	v1_parking_reader_set_up(2, false);
}

static void flush(void)
{
	v1_parking_reader_flush();
	v1_parking_reader_find();
}

const struct world world_v1_reader_park = {
	.name = "v1-reader-park",
	.number = 11,
	.sentence = "the v1 trace reader parks while two buffers are flushed, with store buffers",
	.set_up = set_up,
	.threads = {[V1_PARKING_READER] = {.name = "reader", .run = v1_parking_reader_run},
		    {.name = "writer", .run = flush}},
	.has_store_buffers = true,
	.check = v1_parking_reader_check,
	.controls = {"issue_53979_recheck"},
};
