/* The comparison of one session of the v1 tracer with the log. Internal to truth.
 *
 * The log's records are those of v2's vocabulary, in the order in which things happened. From them
 * follows, event by event, what a v1 trace of that session has: v1_expect.c. What is told is then
 * compared P by P: v1_compare.c. The two find faults through judge.fault. */
#ifndef TRUTH_V1_JUDGE_H
#define TRUTH_V1_JUDGE_H

#include "oracle/v1_event.h"
#include "truth/judge.h"

/* An event that the trace must have. Its place in the list is when it happened. */
struct v1_expected {
	uint8_t type;  /* enum v1_event_type */
	uint32_t next; /* that follows it in its queue, or TRUTH_NO_RECORD */
	uint64_t p;    /* whose batches it is in, or TRUTH_NONE */
	uint64_t g;    /* that readers attribute it to; 0: none */
	uint64_t numbers[V1_EVENT_ARGUMENTS_MAX]; /* by argument, as far as they are numbers */
	const char *text, *message;               /* static; or NULL */
	struct truth_stack stacks[TRUTH_STACKS_MAX];
};

/* Expected events that are told in this order. */
struct v1_queue {
	uint32_t first; /* not told yet, or TRUTH_NO_RECORD */
	uint32_t last;  /* while the list grows */
};

/* A goroutine, as the list grows, and as the trace tells it. */
struct v1_judged_g {
	uint64_t sequence; /* of its last event that counts */
	uint64_t last_p;   /* of that one, or TRUTH_NONE */
	bool is_in_syscall;
	uint64_t syscall_exit_time;
	/* Of its ways out of system calls: readers put them to the times that they have. */
	struct v1_queue exits;
	uint32_t last_told; /* place of the last expected event that concerned it, + 1 */
};

enum { V1_LANE_COUNT = P_COUNT_MAX + 1, V1_LANE_WITHOUT_P = P_COUNT_MAX };

struct v1_judge {
	struct v1_expected *expected;
	uint32_t expected_count, expected_capacity;
	struct v1_queue lanes[V1_LANE_COUNT]; /* by P */
	struct v1_judged_g *gs;               /* by id */
	uint32_t g_capacity;
	/* While the list grows. */
	uint64_t gc_count;
	const char *stop_kind; /* of the last stop of the world; "": none yet */
};

extern struct v1_judge v1_judge;

/* ---- v1_expect.c --------------------------------------------------------- */

/* Makes the list for judge.session. */
void v1_expect_session(void);

/* The goroutine's place, new or known, until the next new one. */
struct v1_judged_g *v1_judge_g(uint64_t id);

/* ---- v1_compare.c -------------------------------------------------------- */

void v1_judge_begin(void);
/* Faults what is expected and was not told. */
void v1_judge_end(void);

/* As judge_fault(); TYPE is an enum v1_event_type. */
__attribute__((format(printf, 4, 5))) void v1_judge_fault(enum truth_rule rule, uint8_t type,
							  const struct oracle_v1_event *event,
							  const char *format, ...);

/* ---- stack.c, sample_judge.c: as their counterparts in judge.h ----------- */

struct truth_stack v1_judge_stack(const struct oracle_v1_event *event, uint64_t id);
void v1_judge_sample(const struct oracle_v1_event *event);
/* Faults the samples that the trace did not tell. */
void v1_judge_samples_end(void);

#endif
