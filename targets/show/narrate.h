/* The recorded run as lines of text: what its steps changed, and how it got there. */
#ifndef SHOW_NARRATE_H
#define SHOW_NARRATE_H

#include <stdbool.h>
#include <stdio.h>

#include "show/decision.h"

struct narrate_options {
	const struct decisions *decisions; /* marked and numbered as in the picture; may be NULL */
	uint32_t first, last;              /* steps */
	bool is_whole; /* each step has a line; else uneventful ones are folded */
};

/* Writes one line for each step worth reading to STREAM, whose errors are the caller's to look for:
 * what changed, what began, and where an M goes on for long. Same recording, same bytes. */
void narrate(const struct narrate_options *options, FILE *stream);

/* Writes TEXT, and a line end, in lines no longer than a page is wide, each but the first indented
 * to COLUMN, where the first begins. */
void narrate_wrapped(const char *text, unsigned column, FILE *stream);

/* One line for each goroutine that there is at STEP: what it does, in which operation, on which M.
 */
void narrate_goroutines(uint32_t step, FILE *stream);

/* ---- narrate_note.c: what there is to tell ------------------------------- */

struct narrate_note {
	uint32_t step;
	uint32_t order; /* among those of a step: as they were added */
	char text[160];
};

/* All of the recording, by step; valid until the next call. */
const struct narrate_note *narrate_notes(uint32_t *ret_count);

#endif
