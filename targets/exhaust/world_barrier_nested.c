/* The barrier of a stop (algorithms.md 16.5) against a section inside a section: the outer one
 * decides the generation of both, and the M writes until that one ends. With store buffers. */
#include "exhaust/closing_generation.h"

const struct world world_barrier_nested = {
	.name = "barrier-nested",
	.number = 15,
	.sentence = "an M enters a section in a section while the trace ends, with store buffers",
	.set_up = closing_generation_set_up,
	.threads = {[CLOSING_WRITER] = {.name = "writer", .run = closing_generation_write_nested},
		    [CLOSING_ADVANCE] = {.name = "advance", .run = closing_generation_stop}},
	.has_store_buffers = true,
	.check = closing_generation_check,
	.controls = {"commit_dc9a3e2a65"},
};
