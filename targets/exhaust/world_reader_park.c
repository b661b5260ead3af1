/* The trace reader's park and wake-up (algorithms.md 5.7): the reader registers and looks again,
 * who has work for it stores that and looks for a reader. */
#include "exhaust/parking_reader.h"
#include "trace_v2/reader.h"

static void set_up(void)
{
	parking_reader_set_up(2, true);
}

static void write_and_stop(void)
{
	parking_reader_flush(0);
	parking_reader_find();
	reader_begin_shut_down();
	parking_reader_flush(1);
	reader_publish_flushed(PARKING_READER_GENERATION);
	parking_reader_find();
}

const struct world world_reader_park = {
	.name = "reader-park",
	.number = 2,
	.sentence = "the trace reader parks while a writer flushes and stops, and an idle M looks",
	.set_up = set_up,
	.threads = {[PARKING_READER] = {.name = "reader", .run = parking_reader_run},
		    {.name = "writer", .run = write_and_stop},
		    {.name = "idle M", .run = parking_reader_find}},
	.check = parking_reader_check,
	.controls = {"issue_53979_recheck"},
};
