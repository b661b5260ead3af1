/* Every execution of a small program on the simulator, each order of dependent steps once.
 *
 * Depth first, each execution from the start: runs are short and the same up to the choice that
 * differs. Steps are reordered where they race (race.h). What has been explored at a node sleeps
 * below its siblings until a step that depends on it (sleep sets): no two complete executions have
 * the same happens-before order, and none is left out. A signal is one more choice at each step of
 * a thread that may get one, a store that leaves its buffer another.
 *
 * A thread in host_pause() goes on when something it has looked at was changed, so that a loop that
 * waits does not make the tree endless. Time stands still: host_nanotime() is nobody's object. */
#ifndef EXHAUST_EXPLORER_H
#define EXHAUST_EXPLORER_H

#include <stdbool.h>
#include <stdint.h>

#include "exhaust/race.h"
#include "sim/sim.h"

enum exhaust_reduction {
	EXHAUST_RACES, /* where a race can be reversed, and nothing twice */
	EXHAUST_SLEEP, /* every prefix, nothing twice */
	EXHAUST_PLAIN, /* every interleaving */
};

struct exhaust_result;

struct exhaust_options {
	/* Thread 0, on its system stack, without choices: makes the state, starts at most
	 * EXHAUST_THREAD_COUNT_MAX - 1 threads and exits. */
	host_entry *set_up;
	void *set_up_argument;
	/* Of a finished execution, outside of the simulator, its memory still there: what is
	 * wrong, or NULL. May be NULL. */
	const char *(*check)(void);
	uint32_t signalled_threads; /* a bit each: who may be interrupted */
	uint32_t signal_count_max;  /* of one execution */
	bool has_store_buffers;
	enum exhaust_reduction reduction; /* the others are to compare with */
	uint64_t execution_count_max;     /* 0: no limit; pruned ones count */
	/* Called after each execution; false ends the exploration. May be NULL. */
	bool (*progress)(void *context, const struct exhaust_result *so_far);
	void *progress_context;
};

struct exhaust_step {
	enum point point;
	uint8_t thread;
	uint8_t action; /* enum sim_action */
};

struct exhaust_result {
	uint64_t execution_count; /* complete ones */
	uint64_t class_count;     /* happens-before orders among them */
	uint64_t class_sum;       /* of their hashes: tells sets of classes apart */
	uint64_t pruned_count;    /* executions given up: all that could go on was asleep */
	uint64_t step_count;      /* of all executions, repeated ones too */
	uint32_t longest;         /* steps of the longest execution */
	bool is_exhausted;        /* nothing is left: neither found nor cut off */
	double share_done;        /* estimate, 0 to 1, as if subtrees were of the same size */

	/* SIM_FINISHED, or what was wrong with the last execution. */
	enum sim_ending ending;
	char text[SIM_TEXT_SIZE_BYTES];
	/* Of the last execution, when it failed or progress() ended the exploration. */
	uint32_t last_step_count;
	struct exhaust_step last_steps[EXHAUST_STEP_COUNT_MAX];
};

/* Explores until the first failure. One at a time in a process. */
void exhaust(const struct exhaust_options *options, struct exhaust_result *ret_result);

#endif
