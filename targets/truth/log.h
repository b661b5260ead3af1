/* What happened in a run, as the words of the runtime showed it: records in the order in which
 * things happened, chained per M.
 *
 * A record stands for one event that a correct trace has: written by that M, in that generation,
 * with those values. What is written when is known per M; so a trace is compared M by M, and the
 * order between Ms through the records' places in the log. One run at a time; memory is kept from
 * run to run. */
#ifndef TRUTH_LOG_H
#define TRUTH_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "host/point.h"
#include "sched/types.h"
#include "sim/sim.h"

#define TRUTH_NONE UINT64_MAX
#define TRUTH_NO_RECORD UINT32_MAX

enum { TRUTH_NUMBERS_MAX = 3, TRUTH_TEXTS_MAX = 2, TRUTH_STACKS_MAX = 2 };

/* A shadow stack, by what is compared and what a person is told of it. All zero: empty. */
struct truth_stack {
	uint64_t hash;
	uint32_t depth;
	uint32_t innermost_pc;
};

struct truth_record {
	uint8_t type;     /* enum event_type */
	uint32_t session; /* from 1 */
	uint32_t m;       /* index of who writes it */
	uint32_t next;    /* of the same M, or TRUTH_NO_RECORD */
	uint64_t generation;
	uint64_t p, g; /* of the M before the event, or TRUTH_NONE */
	/* The event's arguments that are no sequence, in their order. Texts are static. v1: the
	 * time of a way out of a system call, and at last the M of the start of a P. Of a stolen
	 * P: at last the goroutine that lost it. */
	uint64_t numbers[TRUTH_NUMBERS_MAX];
	const char *texts[TRUTH_TEXTS_MAX];
	struct truth_stack stacks[TRUTH_STACKS_MAX];
};

/* An event that the M will write in the next section that it enters, if that finds tracing on. */
struct truth_pending {
	uint8_t kind; /* enum event_type, or PENDING_ below */
	uint64_t numbers[TRUTH_NUMBERS_MAX];
	const char *texts[TRUTH_TEXTS_MAX];
	const struct g *g; /* whose it is; NULL: of the one that the M has then */
};

enum {
	PENDING_FIRST_GENERATION = 240, /* the three events that begin a trace */
	PENDING_SYSCALL_EXIT,           /* P, then goroutine, then its start */
	PENDING_SELF_STEAL,             /* the same, after the theft of that P */
	PENDING_WORLD_START,            /* GOMAXPROCS, which is known when the start is done */
	PENDING_SWEEP_BEGIN,            /* of a loop that may sweep */
	PENDING_SWEEP_SPAN,
	PENDING_SWEEP_END,
	PENDING_COUNT_MAX = 8,
};

/* A ring of CPU samples. */
struct truth_ring {
	const void *ring;
	uint64_t lost_count;  /* counted and not taken */
	uint64_t taken_count; /* by the writer, who tells it next */
	uint64_t last_use;
};

enum { TRUTH_RING_COUNT = 8 }; /* of a trace two, of a profile one at a time */

/* A step that an M has announced, and what the word behind it held then. */
struct truth_ring_step {
	enum point point;
	const void *object;
	uint64_t before;
};

/* SIGPROF on an M: the moment it came, and what became of it. */
struct truth_handler {
	bool is_active;
	uint64_t m, p, g; /* procid; or TRUTH_NONE */
	uint64_t label;
	struct truth_stack stack;
	bool is_taken; /* the profiler is on for this M */
	bool has_asked_profile, has_asked_trace;
	bool is_profiled;
	uint64_t generation; /* that it loaded, 0: tracing was off */
	uint32_t session;
	bool is_in_profile, is_in_trace_ring; /* or in their counts */
	bool has_lost_nobody;
	struct truth_ring_step step;
};

/* A sample that is in a ring of the trace's. */
struct truth_sample {
	uint32_t session;
	bool is_told;
	uint64_t generation;
	uint64_t time;
	uint64_t m, p, g;
	struct truth_stack stack;
};

/* What a profile has to tell next. */
struct truth_profile_item {
	bool is_loss;
	uint64_t count; /* of the first one: its rate */
	uint64_t label;
	struct truth_stack stack;
};

/* A P, as to sweeping while allocating. */
struct truth_sweep {
	uint32_t session; /* that has seen it begin */
	bool is_on;
	uint64_t swept_bytes;
};

/* A thread with its M. One that gets the id of an ended one, or another M, goes on with its
 * records: to a trace both are the same thread. */
struct truth_m {
	/* Looked at in every step. */
	const struct m *m; /* that the thread has, or had when it ended; NULL: none */
	bool is_known;     /* it has had one */
	uint64_t procid;   /* once it has entered a section */
	/* What it announced last: done when it is seen again. */
	enum point point;
	const void *object;

	const struct p *p; /* m->p when seen last */
	bool is_in_section;
	bool is_entry_valid; /* its last section found tracing on */
	bool has_stopped_world;
	struct truth_handler handler;
	uint64_t entry_generation;
	uint32_t entry_session;
	/* v2, by parity: the buffers that it had when it left its last section, and of which
	 * generation. */
	const void *buffers[2];
	uint64_t buffer_generations[2];
	uint32_t world_start_record; /* its GOMAXPROCS is not known yet; or TRUTH_NO_RECORD */
	struct truth_pending pending[PENDING_COUNT_MAX];
	uint32_t pending_count;
	struct truth_pending annotation; /* written at the end of its section; kind 0: none */
	uint32_t exit_record;            /* v1: its time is not known yet; or TRUTH_NO_RECORD */
	uint32_t exit_look_count;        /* at the clock, until it is */
	uint32_t snapshot_generation;    /* whose clocks it is to tell; or TRUTH_NO_RECORD */
	uint32_t snapshot_look_count;    /* at the clock, for that */
	const struct g *syscall_g;       /* that it has told to enter a system call */
	const struct g *switched_from;   /* that leaves it to another; or NULL */
	uint8_t switch_type;             /* and how */
	struct truth_ring_step ring_step;

	uint32_t first_record, last_record;
	uint32_t next_to_compare;
};

struct truth_g {
	const struct g *g;
	uint64_t id;
	bool is_lent;    /* of an extra M: new to its thread, and has not come out of C yet */
	uint32_t status; /* without scan bit, when it was seen last */
};

/* Who was the last to enter a system call with a P. */
struct truth_syscall {
	const struct m *m;
	uint64_t procid;
};

/* A goroutine when its session began, the world stopped. v1: status and first frame, as the walk
 * found them. */
struct truth_snapshot {
	uint64_t id;
	uint64_t m; /* of one that runs; or TRUTH_NONE */
	uint32_t status;
	bool is_in_mark_assist;
	struct truth_stack stack;
};

/* A generation that was stored. Since Go 1.26: where the clocks stood when it was told. */
struct truth_generation {
	uint64_t number;
	uint64_t monotonic_ns;
	uint64_t trace_time; /* in clock units */
};

struct truth_session {
	uint32_t first_generation; /* index of truth_log.generations */
	uint32_t generation_count;
	uint32_t first_snapshot;
	uint32_t snapshot_count;
	uint64_t running_p; /* the only one that had an M when it began */
	/* v1: who started it. */
	uint32_t m_id;
	uint64_t g;
	struct truth_stack stack;
	uint64_t first_time; /* of what it wrote first */
	uint64_t start_time;
};

enum { TRUTH_G_SLOT_COUNT = 1024 };

/* Of what grows with a run, which has two million steps at most. The log is written on whichever
 * fiber a step is seen, so its memory is reserved once: what grows by realloc() frees, and
 * ThreadSanitizer takes that for a write of the fiber. */
enum {
	TRUTH_RECORD_COUNT_MAX = 1 << 22,
	TRUTH_GENERATION_COUNT_MAX = 1 << 20,
	TRUTH_SNAPSHOT_COUNT_MAX = 1 << 20,
	TRUTH_SESSION_COUNT_MAX = 1 << 16,
	TRUTH_SAMPLE_COUNT_MAX = 1 << 20,
	TRUTH_PROFILE_COUNT_MAX = 1 << 20,
};

struct truth_log {
	uint32_t dialect; /* of the run */
	struct truth_m ms[SIM_THREAD_COUNT_MAX];
	uint32_t m_count;
	struct truth_g gs[G_COUNT_MAX];
	uint32_t g_count;
	uint16_t g_slots[TRUTH_G_SLOT_COUNT];       /* index + 1 by address; 0: free */
	struct truth_syscall syscalls[P_COUNT_MAX]; /* by P */

	struct truth_record *records;
	struct truth_generation *generations;
	struct truth_snapshot *snapshots;
	struct truth_session *sessions; /* session N at N - 1 */
	uint32_t record_count;
	uint32_t generation_count;
	uint32_t snapshot_count;
	uint32_t session_count;
	uint32_t judged_session_count; /* whose comparison has begun */
	bool is_starting; /* the section of who starts the newest session is yet to come */
	bool is_v1_on;    /* from the start of the walk to the stop */
	/* v1: the M that has made the queue of full buffers not empty in its last section; and
	 * whether it gave its P up right then, and nobody who sees the
	 * queue has got one since. */
	const struct truth_m *queued_by;
	bool is_queued_at_give_up;
	uint64_t heap_live_bytes;
	uint64_t flushed_generation; /* as published last */
	struct truth_sweep sweeps[P_COUNT_MAX];

	uint32_t memory_limit_mib; /* as last set; 0: none */

	struct truth_ring rings[TRUTH_RING_COUNT];
	uint64_t ring_use_count;
	uint64_t nobody_count; /* samples with nobody to charge them to, not told yet */
	struct truth_sample *samples;
	struct truth_profile_item *profile;
	uint32_t sample_count;
	uint32_t profile_count;
	uint32_t profile_told_count;
};

extern struct truth_log truth_log;

/* Forgets all, keeps the memory: a run in DIALECT follows. */
void truth_log_reset(uint32_t dialect);

/* Index of a fresh item behind COUNT items of one of the arrays, of which there are LIMIT. */
uint32_t truth_log_add(uint32_t *count, uint32_t limit);

/* The place of the thread of INDEX, on which M runs; prepared when that is new there. NULL: a
 * foreign thread without one. */
struct truth_m *truth_log_m(unsigned index, const struct m *m);

/* That of the thread that M has; NULL: it has none, or is not seen there yet. */
struct truth_m *truth_log_thread_of(const struct m *m);

/* The goroutine's place; a new one was dead. */
struct truth_g *truth_log_g(const struct g *g);

/* A new record of an event in the M's last section, in the M's present context. Valid until the
 * next record. */
struct truth_record *truth_log_record(struct truth_m *seen, uint8_t type);

/* GENERATION follows in the newest session. */
void truth_log_generation(uint64_t generation);

/* A session begins, with the world stopped by SEEN. v1: with no goroutine yet. */
void truth_log_session(const struct truth_m *seen, uint64_t generation);

/* What a trace shows of the goroutine's stack now; NULL: none. */
struct truth_stack truth_stack_of(const struct g *g);

/* Adds PC, from the innermost frame outwards. */
void truth_stack_add(struct truth_stack *stack, uint64_t pc);

#endif
