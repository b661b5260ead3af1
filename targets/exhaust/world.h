/* Worlds: small protocols of the runtime, each with the real code and as few threads as show it.
 *
 * A world is one file, world_<name>.c, with one `const struct world world_<name>`; the build lists
 * the files. `rut exhaust` runs it through every order of dependent steps (explorer.h). */
#ifndef EXHAUST_WORLD_H
#define EXHAUST_WORLD_H

#include "exhaust/explorer.h"
#include "scenario/scenario.h"
#include "sched/types.h"

enum {
	WORLD_THREAD_COUNT_MAX = EXHAUST_THREAD_COUNT_MAX - 1,
	WORLD_CONTROL_COUNT_MAX = 4,
	WORLD_NUMBER_LIMIT = 64
};

struct world_thread {
	const char *name;
	/* Runs on the system stack of an M of its own, with a current goroutine that is running,
	 * and returns. */
	void (*run)(void);
	bool is_signalled; /* may be interrupted at each of its steps */
};

struct world {
	const char *name; /* as people type it: reader-park */
	uint32_t number;  /* its own for good, below WORLD_NUMBER_LIMIT: what scenarios call it */
	const char *sentence; /* what is shown */
	/* The state before the first step, from the system stack of an M; memory is of the host. */
	void (*set_up)(void);
	struct world_thread threads[WORLD_THREAD_COUNT_MAX]; /* up to the first without a name */
	host_signal_handler *handle_signal;                  /* NULL: no signals */
	uint32_t signal_count_max;                           /* of one execution */
	bool has_store_buffers;
	bool is_long; /* a minute or more: runs when named, not with all worlds */
	/* Of each execution that has come to its end: what is wrong, or NULL. It may neither yield
	 * nor depend on how independent steps were ordered. May be NULL. */
	const char *(*check)(void);
	/* Defects (defects.def) each of which has to make it fail. */
	const char *controls[WORLD_CONTROL_COUNT_MAX];
};

/* Worlds in order of their names, then NULL. */
extern const struct world *const worlds[];

/* Explores WORLD. Of OPTIONS the limit, the reduction and the progress count. */
void world_exhaust(const struct world *world, const struct exhaust_options *options,
		   struct exhaust_result *ret_result);

/* For one execution of WORLD on the simulator as a scenario schedules it, where every order would
 * be too many: prepare gives the argument, and owner, of the first thread, whose entry world_play()
 * is. The end of the last thread is that of the run; who waits for ever is a deadlock. What is
 * wrong then, or NULL, is to be asked after it. */
void *world_play_prepare(const struct world *world);
void world_play(void *argument);
const char *world_play_check(void);

/* The world that SCENARIO asks for: `procs` counts from 1, and each program beyond the first is 8
 * more; a number that no world has stands for any. Takes store buffers from SCENARIO where the
 * world has none. */
const struct world *world_of_scenario(struct scenario *scenario);

/* The M and the goroutine of thread INDEX of the world, for its set-up. */
struct m *world_m(unsigned index);
struct g *world_g(unsigned index);

#endif
