/* What the ordering machine knows of goroutines, Ps, threads, tasks and the GC.
 *
 * It persists from generation to generation. Goroutines, Ps and threads are named by index; an
 * index stays valid until the end of the generation in which its goroutine ended. */
#ifndef ORACLE_STATE_H
#define ORACLE_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "oracle/generation.h"
#include "oracle/id_map.h"
#include "oracle/lane.h"

#define STATE_NONE UINT32_MAX

/* As on the wire; STATUS_UNKNOWN: no such resource (yet, or any more). */
enum { STATUS_BAD = 0, STATUS_UNKNOWN = 0xff, STATUS_COUNT = 5 };
enum { GO_RUNNABLE = 1, GO_RUNNING = 2, GO_SYSCALL = 3, GO_WAITING = 4 };
enum { PROC_RUNNING = 1, PROC_IDLE = 2, PROC_SYSCALL = 3, PROC_ABANDONED = 4 };

enum gc_state { GC_UNDETERMINED, GC_NOT_RUNNING, GC_RUNNING };

/* Lanes that wait for a change of one resource. Those that wait for a number of its sequence are
 * found by resource and number: thousands of threads may wait for one P, each for another number.
 */
struct state_waiters {
	uint64_t tag;         /* of the resource, different for each */
	uint32_t any_change;  /* first lane that waits for any change, or LANE_NONE */
	uint32_t seq_waiters; /* lanes that wait for a number */
};

struct state_g {
	uint64_t id;
	uint64_t seq;
	uint64_t seq_generation; /* the one that told its status or creation last */
	struct state_waiters waiters;
	uint32_t regions;  /* open user regions, innermost first (struct state_range) */
	uint32_t stops;    /* open stop-the-world periods */
	uint32_t runs_on;  /* the thread that a consumer sees it on */
	uint32_t bindings; /* threads that have it, in either view */
	uint8_t status;
	bool is_assisting;
	bool has_ended;
	bool is_listed; /* in state.ended */
};

struct state_p {
	uint64_t id;
	uint64_t seq;
	uint64_t seq_generation;
	struct state_waiters waiters;
	uint32_t bound_to; /* the thread that bound it last; look whether it still has it */
	uint32_t held_by;  /* the thread that a consumer sees it on */
	uint8_t status;
	bool is_sweeping;
};

struct state_m {
	uint64_t id;
	uint32_t g;
	uint32_t p;
	uint32_t consumer_g; /* what a consumer sees on it */
	uint32_t consumer_p;
	bool is_known; /* an event of it was tried, or a status named it */
};

/* A user region or a stop-the-world period; a linked list from a pool. */
struct state_range {
	uint64_t task;      /* of a stop: the string that tells its kind, where it began */
	uint64_t text_hash; /* ids of strings change with the generation */
	uint32_t next;
};

/* What the strict rules watch in the current generation (strict.h). */
struct state_watch {
	uint64_t procs;          /* last told; 0: not yet */
	uint64_t procs_min;      /* told in this generation */
	uint64_t procs_max;      /* in force in this generation; 0: not known */
	uint64_t procs_told;     /* times */
	uint64_t gc_active_told; /* times */
	uint64_t highest_p;      /* that ran */
	uint64_t highest_p_offset;
	uint64_t stops_open; /* stop-the-world periods of all goroutines */
	bool has_run_p;
	bool was_marking;   /* when the generation began */
	bool has_beginning; /* the trace is not one that joined a running one */
};

struct state {
	struct id_map g_of_id, p_of_id, m_of_id;
	struct id_map active_tasks;
	struct id_map lanes_for_seq; /* by a hash of tag and number: first lane of a list */
	struct state_g *gs;
	struct state_p *ps;
	struct state_m *ms;
	struct state_range *ranges;
	uint32_t *free_gs;
	uint32_t *ended; /* goroutines to forget when a generation ends */
	/* Those that ended in the generation before: a sample may still have been taken on the M of
	 * one, which had told its end and not let go of it. */
	struct id_map ended_before;
	uint32_t g_count, g_capacity;
	uint32_t p_count, p_capacity;
	uint32_t m_count, m_capacity;
	uint32_t range_count, range_capacity;
	uint32_t free_g_count, free_g_capacity;
	uint32_t ended_count, ended_capacity;
	uint32_t free_ranges;
	struct state_waiters gc_waiters;
	uint64_t gc_seq;
	uint64_t gc_first_seq;      /* of the generation that generation_count counts so */
	uint64_t gc_first_known_in; /* 0: not looked for yet */
	enum gc_state gc;

	uint64_t live_gs;      /* goroutines with a status */
	uint64_t live_gs_told; /* those among them told of or created in this generation */

	uint64_t generation;       /* current one */
	uint64_t generation_count; /* begun */
	uint64_t first_generation; /* with events; 0: none yet */
	struct generation *tables; /* of the current generation */
	const uint8_t *bytes;      /* the file */
	struct lane *lanes;
	uint32_t woken; /* lanes to be tried again */
	struct state_watch watch;
	struct fault *fault;
	bool is_strict;
	bool clocks_may_disagree;
};

void state_create(struct state *state);
void state_destroy(struct state *state);

/* Forgets everything, keeps the memory. Costs nothing per resource. */
void state_reset(struct state *state);

/* Forgets goroutines that ended in this generation, and such that were only asked for. */
void state_end_generation(struct state *state);

/* Index of the resource ID, which is created with STATUS_UNKNOWN (threads: not known) at need. */
uint32_t state_g_get(struct state *state, uint64_t id);
uint32_t state_p_get(struct state *state, uint64_t id);
uint32_t state_m_get(struct state *state, uint64_t id);

/* Lists a goroutine without status, to be forgotten when the generation ends. */
void state_g_list_ended(struct state *state, uint32_t g);

/* The hand-over of state_bind_g(): *BINDING becomes G. */
static inline void state_rebind(struct state *state, uint32_t *binding, uint32_t g)
{
	if (*binding == g)
		return;
	if (*binding != STATE_NONE)
		state->gs[*binding].bindings--;
	if (g != STATE_NONE)
		state->gs[g].bindings++;
	*binding = g;
}

/* Binds goroutine G, or STATE_NONE, to thread M, in our view or in that of a consumer. */
static inline void state_bind_g(struct state *state, uint32_t m, uint32_t g)
{
	state_rebind(state, &state->ms[m].g, g);
}

static inline void state_bind_consumer_g(struct state *state, uint32_t m, uint32_t g)
{
	state_rebind(state, &state->ms[m].consumer_g, g);
}

/* A goroutine is told of or created; one ends. */
void state_g_told(struct state *state, uint32_t g, uint8_t status);
void state_g_ended(struct state *state, uint32_t g);

/* Puts a range in front of LIST and takes the first one away. */
void state_range_push(struct state *state, uint32_t *list, uint64_t task, uint64_t text_hash);
void state_range_pop(struct state *state, uint32_t *list);

/* Parks LANE until the sequence of the resource that WAITERS belong to reaches WANTED_SEQ - 1. */
void state_wait_for_seq(struct state *state, struct state_waiters *waiters, struct lane *lane,
			uint64_t wanted_seq);

/* Parks LANE until anything changes there. */
void state_wait_for_change(struct state *state, struct state_waiters *waiters, struct lane *lane);

/* The hand-over of state_wake(): moves lanes to state.woken. */
void state_wake_some(struct state *state, struct state_waiters *waiters, uint64_t seq);

/* Something changed where WAITERS wait; the sequence there is SEQ now. */
static inline void state_wake(struct state *state, struct state_waiters *waiters, uint64_t seq)
{
	if (waiters->seq_waiters != 0 || waiters->any_change != LANE_NONE)
		state_wake_some(state, waiters, seq);
}

#endif
