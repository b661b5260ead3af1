/* One picture of one run. Not reentrant, as a run is not. */
#ifndef SHOW_SHOW_H
#define SHOW_SHOW_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "run/run.h"
#include "scenario/text.h"
#include "show/decision.h"

enum { SHOW_STEP_COUNT_DEFAULT = 4000, SHOW_STEP_COUNT_MAX = 20000 };

struct show_options {
	const char *name; /* of the scenario, for people */
	const struct scenario *scenario;
	const struct scenario_text *text;
	/* Steps to show one by one; 0 and 0: the last SHOW_STEP_COUNT_DEFAULT, or up
	 * to twice as many where a deciding step is among them. Cut to those there
	 * are, and to the first SHOW_STEP_COUNT_MAX. */
	uint64_t first, last;
	sim_step_listener *listener; /* of the run; may be NULL */
	void *listener_context;
};

/* Runs the scenario with the defects that are switched on: the recording (recording.h) is that of
 * the run, and RET_DECISIONS are what decided it. */
void show_record(const struct show_options *options, struct run_result *ret_result,
		 struct decisions *ret_decisions);

/* The same, and writes the picture to STREAM; its
 * errors are the caller's to look for. Same options, same bytes. */
void show_run(const struct show_options *options, FILE *stream, struct run_result *ret_result);

#endif
