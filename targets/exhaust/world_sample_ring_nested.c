/* The ring of CPU samples (algorithms.md 6): one writer, one reader that waits, and a signal whose
 * handler writes, at any step of the reader's M. */
#include "exhaust/sample_ring.h"

static void set_up(void)
{
	sample_ring_set_up(1);
}

const struct world world_sample_ring_nested = {
	.name = "sample-ring-nested",
	.number = 6,
	.sentence = "as sample-ring, and a signal on the reader's M writes a sample at any moment",
	.set_up = set_up,
	.threads = {[SAMPLE_RING_READER] = {.name = "reader",
					    .run = sample_ring_read_all,
					    .is_signalled = true},
		    [SAMPLE_RING_WRITER] = {.name = "writer", .run = sample_ring_write_and_close}},
	.handle_signal = sample_ring_handle_signal,
	.signal_count_max = 1,
	.check = sample_ring_check,
	.controls = {"control_overflow_flag", "issue_63043", "issue_61768"},
};
