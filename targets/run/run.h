/* One run of a scenario, from nothing to a verdict. Not reentrant: the simulator and the runtime
 * are one per process. */
#ifndef RUN_RUN_H
#define RUN_RUN_H

#include "judge/verdict.h"
#include "perform/session.h"
#include "scenario/scenario.h"
#include "sim/sim.h"

struct run_options {
	const struct scenario *scenario;
	bool judges_truth;              /* compare traces with what happened */
	bool judges_traces;             /* check traces against the format's rules */
	sim_observer *onlooker;         /* sees each step before truth does; may be NULL */
	sim_step_listener *listener;    /* may be NULL */
	sim_hit_listener *hit_listener; /* may be NULL */
	void *listener_context;
	bool *point_is_reached; /* POINT_LIMIT entries that are set as points pass, or NULL */
};

struct run_result {
	struct verdict verdict;
	struct sim_report simulation;
	uint64_t operation_count;
	uint64_t trace_event_count;
	uint64_t trace_hash;             /* of the bytes of all sessions */
	const struct sessions *sessions; /* valid until the next run */
};

/* What all callers want: both judges, no listener. */
struct run_options run_options_for(const struct scenario *scenario);

void run_scenario(const struct run_options *options, struct run_result *ret_result);

/* What the simulator, the runtime's own checkers, an observer and ThreadSanitizer say of a run;
 * RET_VERDICT, zeroed before, stays as it is when they say nothing. */
void run_judge_ending(const struct sim_report *simulation, struct verdict *ret_verdict);

/* Who judges races in this build: "tsan" the runtime's own, "annotations" those that its race
 * annotations leave to goroutines; "" nobody. */
const char *run_race_judge(void);

enum verdict_kind run_verdict_of(enum sim_ending ending);

#endif
