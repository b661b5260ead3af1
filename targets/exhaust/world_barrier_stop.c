/* The barrier of a stop (algorithms.md 16.5) against a section, with store buffers. */
#include "exhaust/closing_generation.h"

const struct world world_barrier_stop = {
	.name = "barrier-stop",
	.number = 1,
	.sentence = "an M enters a section while the trace ends, with store buffers",
	.set_up = closing_generation_set_up,
	.threads = {[CLOSING_WRITER] = {.name = "writer", .run = closing_generation_write_event},
		    [CLOSING_ADVANCE] = {.name = "advance", .run = closing_generation_stop}},
	.has_store_buffers = true,
	.check = closing_generation_check,
};
