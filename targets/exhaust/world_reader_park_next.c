/* The trace reader's park and wake-up (algorithms.md 5.7): a generation ends and its reader goes on
 * to the next, where a buffer waits for it, or comes when it has parked again.
 */
#include "exhaust/parking_reader.h"
#include "trace_v2/generation.h"
#include "trace_v2/reader.h"

static void set_up(void)
{
	parking_reader_set_up(1, false);
	tracer->generation.value = generation_next(PARKING_READER_GENERATION);
}

static void end_and_flush(void)
{
	reader_publish_flushed(PARKING_READER_GENERATION);
	parking_reader_find();
	parking_reader_flush(0);
	parking_reader_find();
}

const struct world world_reader_park_next = {
	.name = "reader-park-next",
	.number = 22,
	.sentence = "the trace reader parks while a generation ends and the next has a buffer",
	.set_up = set_up,
	.threads = {[PARKING_READER] = {.name = "reader", .run = parking_reader_run},
		    {.name = "writer", .run = end_and_flush}},
	.check = parking_reader_check,
	.controls = {"issue_53979_recheck"},
};
