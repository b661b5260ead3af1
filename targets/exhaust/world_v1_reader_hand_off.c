/* The v1 trace reader's park and wake-up: an M that has flushed a buffer gives its P away and looks
 * for nothing itself. Either the reader sees the buffer, or the P gets an M that looks for the
 * reader. With store buffers. */
#include "exhaust/handed_p.h"
#include "exhaust/v1_parking_reader.h"
#include "trace_v1/tracer.h"

static void set_up(void)
{
	v1_parking_reader_set_up(1, false);
	trace_hooks = &tracer_v1_hooks;
	handed_p_set_up();
}

static void flush_and_hand_off(void)
{
	v1_parking_reader_flush();
	if (handed_p_hand_off())
		v1_parking_reader_find();
}

static const char *check(void)
{
	const char *wrong = v1_parking_reader_check();
	return wrong != NULL ? wrong : handed_p_check();
}

const struct world world_v1_reader_hand_off = {
	.name = "v1-reader-hand-off",
	.number = 19,
	.sentence = "the v1 trace reader parks while an M flushes and gives its P away, with store "
		    "buffers",
	.set_up = set_up,
	.threads = {[V1_PARKING_READER] = {.name = "reader", .run = v1_parking_reader_run},
		    {.name = "writer", .run = flush_and_hand_off}},
	.has_store_buffers = true,
	.check = check,
	.controls = {"issue_53979_recheck", "issue_39004"},
};
