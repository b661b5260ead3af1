/* What an execution covers: edges of the code, which the compiler counts, and (point, state) pairs,
 * which who runs a scenario marks: a yield point, and what the runtime was about when a thread came
 * there (truth/situation.h). Engines get both: libFuzzer reads the pairs as extra counters, AFL++
 * gets a map of both. */
#ifndef ENGINE_COVERAGE_H
#define ENGINE_COVERAGE_H

#include <stddef.h>
#include <stdint.h>

#include "engine/page.h"

extern uint8_t coverage_pairs[PAGE_PAIR_COUNT];

/* PAIR has been seen in this execution. */
static inline void coverage_mark(uint32_t pair)
{
	coverage_pairs[pair % PAGE_PAIR_COUNT] = 1;
}

/* Forgets what was covered; for an engine that does not do so itself. */
void coverage_clear(void);

/* Adds what was covered to PAGE. */
void coverage_tell(struct engine_page *page);

/* At the end of an execution, where AFL++ itself counts edges: its map has the pairs, too. */
void coverage_give_pairs(void);

/* Forgets how often an edge was taken. Each run of a scheduler takes some edge more or less often
 * than any other, and an engine would keep nearly all of them. */
void coverage_flatten(void);

/* What was covered as a map for an engine, a byte each; cut to SIZE bytes. */
void coverage_copy(uint8_t *map, size_t size);

/* Between the two nothing counts: for a run that the engine did not ask for. */
void coverage_hold(void);
void coverage_release(void);

#endif
