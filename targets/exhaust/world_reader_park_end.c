/* The trace reader's park and wake-up (algorithms.md 5.7): the reader registers and looks again,
 * and who has flushed the last generation publishes that and looks for a reader; stores stay behind
 * in buffers. */
#include "exhaust/parking_reader.h"
#include "trace_v2/reader.h"

static void set_up(void)
{
	parking_reader_set_up(0, true);
	parking_reader_begin_with_header();
	reader_begin_shut_down();
}

static void publish(void)
{
	reader_publish_flushed(PARKING_READER_GENERATION);
	parking_reader_find();
}

const struct world world_reader_park_end = {
	.name = "reader-park-end",
	.number = 4,
	.sentence = "the trace reader parks while its generation is published, with store buffers",
	.set_up = set_up,
	.threads = {[PARKING_READER] = {.name = "reader", .run = parking_reader_run},
		    {.name = "writer", .run = publish}},
	.has_store_buffers = true,
	.check = parking_reader_check,
	.controls = {"issue_53979_recheck"},
};
