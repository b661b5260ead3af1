/* The v1 trace reader's park and wake-up: the reader registers and looks again, who stops the trace
 * shuts down and looks for a reader; stores stay behind in buffers. */
#include "exhaust/v1_parking_reader.h"
#include "trace_v1/tracer.h"

static void set_up(void)
{
	v1_parking_reader_set_up(2, true);
	v1_parking_reader_flush();
}

/* What a stop does last, and the M that it then gives its P. */
static void shut_down(void)
{
	atomic_u32_store(POINT_stop_shutting_down, &tracer_v1->is_shutting_down, 1,
			 memory_order_seq_cst);
	v1_parking_reader_find();
}

const struct world world_v1_reader_park_end = {
	.name = "v1-reader-park-end",
	.number = 12,
	.sentence = "the v1 trace reader parks while the trace stops, with store buffers",
	.set_up = set_up,
	.threads = {[V1_PARKING_READER] = {.name = "reader", .run = v1_parking_reader_run},
		    {.name = "stop", .run = shut_down}},
	.has_store_buffers = true,
	.check = v1_parking_reader_check,
	.controls = {"issue_53979_recheck"},
};
