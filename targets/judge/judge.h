/* What both executors' runs are judged by: the traces they collected, and ThreadSanitizer. */
#ifndef JUDGE_JUDGE_H
#define JUDGE_JUDGE_H

#include "judge/verdict.h"
#include "oracle/oracle.h"
#include "perform/session.h"
#include "scenario/scenario.h"

/* What a witness has to know of a session. */
struct judge_evidence {
	const struct session *session;
	uint64_t first_generation; /* that it must begin with */
	bool is_cut;         /* the program ended in the middle: only whole generations are shown */
	bool may_begin_late; /* anywhere in what the tracer did; FIRST_GENERATION is what it has, or
				0 */
};

/* A second judge, who is shown each session's events. */
struct judge_witness {
	void (*begin)(const struct judge_evidence *evidence);
	void (*see)(void *context, const struct oracle_event *event);
	void (*see_v1)(void *context, const struct oracle_v1_event *event);
	/* The end of a session: whether it is as the witness saw it; sets VERDICT when not. */
	bool (*end)(struct verdict *verdict);
};

struct judge_options {
	const struct scenario *scenario;
	bool clocks_may_disagree;
	bool is_cut;         /* the program ended itself: traces may end anywhere */
	bool may_begin_late; /* a flight recorder may be on: traces begin at any generation */
	const struct judge_witness *witness; /* may be NULL */
};

/* What is in the sessions that passed. */
struct judge_counts {
	uint64_t events;
	uint64_t samples;
};

/* Holds the sessions of a run to every rule of their format, in order, up to the first fault, which
 * becomes VERDICT. One at a time per process. */
void judge_sessions(const struct judge_options *options, const struct sessions *sessions,
		    struct verdict *verdict, struct judge_counts *ret_counts);

/* Whether ThreadSanitizer has reported something since the last call. Always false in builds
 * without it. */
bool judge_race_was_reported(void);

/* The same of what the next call will say. */
bool judge_race_is_reported(void);

/* Whether misuse of the runtime (perform_is_misuse()) may end so, with TEXT of the executor's. Not
 * where judge_race_is_reported(). */
bool judge_excuses_misuse(enum verdict_kind kind, const char *text);

#endif
