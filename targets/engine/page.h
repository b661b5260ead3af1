/* What a target tells while it is fuzzed: some memory shared through the file that the environment
 * variable TRACER_FUZZ_PAGE names, made by who wants to know (`rut fuzz`). The same from libFuzzer,
 * AFL++ and the standalone main, and alive when the target is killed.
 *
 * Written by the one thread that fuzzes, in one process at a time (AFL++ forks a new one now and
 * then, which goes on counting); read by others at any moment: each number is whole, no two are of
 * the same moment. The target only reads known_count and known. */
#ifndef ENGINE_PAGE_H
#define ENGINE_PAGE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "judge/verdict.h"

enum {
	PAGE_VERSION = 2,
	PAGE_KNOWN_COUNT_MAX = 256,
	PAGE_POINT_LIMIT = 2048,
	PAGE_PAIR_COUNT = 1 << 15, /* (point, state) pairs, see engine/coverage.h */
	PAGE_EDGE_COUNT_MAX = 1 << 15,
	PAGE_WORD_BITS = 64,
};

struct engine_page {
	uint64_t version;
	_Atomic uint64_t executions;
	_Atomic uint64_t steps;
	_Atomic uint64_t signals_handled;
	_Atomic uint64_t signals_sent; /* real ones; 0 where the simulator delivers them */

	/* Seen by any execution so far, as bits and as their number. Edges are numbered anew in
	   each build; pairs are the same in all of them. */
	_Atomic uint64_t edge_count;
	_Atomic uint64_t pair_count;
	_Atomic uint64_t edges[PAGE_EDGE_COUNT_MAX / PAGE_WORD_BITS];
	_Atomic uint64_t pairs[PAGE_PAIR_COUNT / PAGE_WORD_BITS];

	/* The defect that TRACER_FUZZ_DEFECT switched on, as number of the execution, from 1; 0:
	   not yet. Reached: its line was executed. Triggered: the run was another than without it;
	   told only where TRACER_FUZZ_TRIGGER is set, since it costs a run each time until then. */
	_Atomic uint64_t reached;
	_Atomic uint64_t triggered;

	/* Findings to be passed over and counted (page_hash()), so that the search goes on behind
	   them. Those that a sanitizer ends the process with cannot be. */
	uint64_t known_count;
	uint64_t known[PAGE_KNOWN_COUNT_MAX];
	_Atomic uint64_t known_seen[PAGE_KNOWN_COUNT_MAX];

	/* How often the last run passed each point: where an override of the mutator can take hold.
	 */
	uint16_t pass_counts[PAGE_POINT_LIMIT];
};

/* Makes the file PATH, zeroed but for the version, and maps it; NULL, with errno, when it cannot.
 */
struct engine_page *page_create(const char *path);

/* Maps the file that the environment names, or memory of this process' own where it names none: a
 * page that nobody reads costs nothing to keep. One that cannot be mapped, or is of another
 * version, ends the process with 3. The same page at each call. */
struct engine_page *page_attach(void);

void page_close(struct engine_page *page);

static inline void page_count_up(_Atomic uint64_t *number, uint64_t by)
{
	atomic_fetch_add_explicit(number, by, memory_order_relaxed);
}

/* The same for the same finding: of its verdict's name, its rule ("" for none) and its place, as
 * the target's line FINDING tells them. */
uint64_t page_hash(const char *verdict, const char *rule, const char *where);

#endif
