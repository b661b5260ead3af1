/* One run of a scenario on real threads, from nothing to a verdict.
 *
 * The twin of run/run.h on the other executor. What it finds it may not find again: search for it
 * in the simulator (`rut run --search`) before it is pinned. One per process at a time. */
#ifndef PARALLEL_PARALLEL_H
#define PARALLEL_PARALLEL_H

#include "books/books.h"
#include "judge/verdict.h"
#include "perform/session.h"
#include "threads/threads.h"

struct parallel_result {
	struct verdict verdict;
	struct threads_report report;
	uint64_t operation_count;
	uint64_t trace_event_count;
	bool has_books; /* the run came to its end, and every trace passed */
	struct books_sums books;
	const struct sessions *sessions; /* valid until the next run */
};

/* OPTIONS are threads_options_for()'s or changed from them; its describer is set here. A run in
 * which an M was deaf to signals ends the process with 3: nothing such a harness says counts. */
void parallel_run(const struct threads_options *options, struct parallel_result *ret_result);

/* How often a verdict shows. */
struct parallel_again {
	uint32_t run_count;
	uint32_t same_count;
};

/* Runs up to COUNT times more, fewer when runs that hang take long, and counts verdicts of KIND. */
struct parallel_again parallel_run_again(const struct threads_options *options,
					 enum verdict_kind kind, uint32_t count);

#endif
