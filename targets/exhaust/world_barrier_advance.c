/* The barrier of an advance (algorithms.md 16.5) against a section inside a section, which goes on
 * in the closed generation while the advance writes into the next; and against one that fills a
 * buffer. */
#include "exhaust/closing_generation.h"

static void write(void)
{
	closing_generation_write_nested();
	closing_generation_write_many();
}

const struct world world_barrier_advance = {
	.name = "barrier-advance",
	.number = 16,
	.sentence = "an M enters a section in a section while a generation ends",
	.set_up = closing_generation_set_up,
	.threads = {[CLOSING_WRITER] = {.name = "writer", .run = write},
		    [CLOSING_ADVANCE] = {.name = "advance", .run = closing_generation_advance}},
	.check = closing_generation_check,
	.controls = {"commit_dc9a3e2a65"},
};
