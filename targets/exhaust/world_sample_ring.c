/* The ring of CPU samples (algorithms.md 6): one writer, one reader that waits. */
#include "exhaust/sample_ring.h"

static void set_up(void)
{
	sample_ring_set_up(3);
}

const struct world world_sample_ring = {
	.name = "sample-ring",
	.number = 5,
	.sentence = "samples that a small ring has no room for, and a reader that waits for them",
	.set_up = set_up,
	.threads = {[SAMPLE_RING_READER] = {.name = "reader", .run = sample_ring_read_all},
		    [SAMPLE_RING_WRITER] = {.name = "writer", .run = sample_ring_write_and_close}},
	.check = sample_ring_check,
	.controls = {"control_overflow_flag", "issue_63043"},
};
