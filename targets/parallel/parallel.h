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

/* Something smaller than the whole runtime that is played on real threads. It ends by
 * executor_finish() or executor_find_fault(). */
struct parallel_play {
	/* Before each run, as if none had been; gives the first M's argument. */
	void *(*prepare)(const struct scenario *scenario);
	host_entry *entry; /* of the first M */
	uint32_t signal_rate_hz;
};

/* As parallel_run(), of PLAY: there are no traces, operations and books. */
void parallel_play(const struct parallel_play *play, const struct scenario *scenario,
		   struct parallel_result *ret_result);

#endif
