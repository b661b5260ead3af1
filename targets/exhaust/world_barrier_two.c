/* The barrier of an advance (algorithms.md 16.5) against two Ms in their sections: it goes on while
 * it waits for one, and ends when it has seen both out of the closed generation. */
#include "exhaust/closing_generation.h"

static void write_twice(void)
{
	closing_generation_write_event();
	closing_generation_write_event();
}

const struct world world_barrier_two = {
	.name = "barrier-two",
	.number = 17,
	.sentence = "two Ms enter sections, twice and nested, while a generation ends",
	.set_up = closing_generation_set_up_two,
	.threads = {[CLOSING_WRITER] = {.name = "writer", .run = closing_generation_write_nested},
		    [CLOSING_ADVANCE] = {.name = "advance", .run = closing_generation_advance},
		    [CLOSING_SECOND_WRITER] = {.name = "second writer", .run = write_twice}},
	.check = closing_generation_check,
	.controls = {"commit_dc9a3e2a65"},
};
