/* The v2 execution tracer (Go 1.22 and later, at the level of fixes of 1.26): its state, in one
 * place.
 *
 * Life of a trace: StartTrace, any number of generation changes, StopTrace. While generation g is
 * being closed, g + 1 is live; what exists per generation is there twice, by generation % 2.
 * Source: algorithms.md 4, 5, 16. */
#ifndef TRACE_V2_TRACER_H
#define TRACE_V2_TRACER_H

#include "sched/timer.h"
#include "sched/trace_hooks.h"
#include "sched/types.h"
#include "trace/buffer.h"
#include "trace/intern_table.h"
#include "trace/stack.h"
#include "trace/tracer_kind.h"
#include "trace/worker_label.h"
#include "trace_v2/cpu_samples.h"

enum {
	/* nanoseconds per clock unit, and what the file says of it */
	TRACE_CLOCK_UNIT_NS = 64,
	TRACE_CLOCK_UNITS_PER_SECOND = 15625000,
};

/* M of a batch that no M wrote. */
#define TRACE_NO_M UINT64_MAX

/* Buffers that writers have filled and the reader has not taken yet. Under tracer.lock. */
struct trace_buffer_queue {
	struct trace_buffer *head;
	struct trace_buffer *tail;
};

struct string_table {
	struct intern_table ids;
	struct lock lock;            /* rank trace_strings */
	struct trace_buffer *buffer; /* under lock; records of new strings */
};

struct advancer {
	struct wakeable_sleep sleep;
	struct semaphore done;
};

/*             | section | advance | start | read | take_reader
 * section     |    -    |    -    |   -   |  -   |      -
 * advance     |    -    |    X    |   X   |  -   |      -
 * start       |    -    |    X    |   X   |  -   |      -
 * read        |    -    |    -    |   -   |  -   |      -
 * take_reader |    -    |    -    |   -   |  -   |      -
 *
 * advance and start exclude each other by advance_semaphore; concurrent starts are the API's to
 * exclude (U8); a second reader is told off. */
struct tracer {
	struct trace_configuration configuration; /* immutable */

	/* Held by an advance or a start from beginning to end; by a stop after its flush, for the
	 * next start to wait. */
	struct semaphore advance_semaphore;
	struct semaphore shutdown_semaphore;
	/* The reader releases the generation that it has delivered. */
	struct semaphore done_semaphores[2];

	/* 0: off. Stored with the world semaphore held. seq_cst by an advance and a section,
	 * against trace_thread.is_writing, and by a start, against exiting_syscall_count. Relaxed
	 * by who has the advance semaphore, or has seen flushed_generation, and so knows it. */
	struct atomic_u64 generation;
	/* A hint that saves looking at the generation: true before a generation is stored, maybe
	 * true after it is gone. seq_cst by a start and a section, against
	 * exiting_syscall_count. A stop releases and a start acquires it, to see is_shutting_down
	 * next. Other looks are relaxed. upstream: plain. */
	struct atomic_u32 is_enabled;
	/* Stop has begun and the reader has not been told to end. Stored under lock, relaxed: the
	 * stop itself looks for the reader after it has flushed. */
	struct atomic_u32 is_shutting_down;
	uint64_t last_generation; /* under advance_semaphore */

	struct lock lock; /* rank trace; taken on a system stack only (issue 53979) */
	/* Under lock. */
	struct trace_buffer *reading;
	struct trace_buffer *empty;
	struct trace_buffer_queue full[2];
	bool is_header_written;
	bool is_end_given; /* of the reader's generation, whose advance still waits */
	/* Stored under lock, looked at anywhere. The flushed one is seq_cst, against `reader`. The
	 * reader's is relaxed: who publishes the flushed one has the lock after the reader or
	 * before it, and then the reader does not wait. */
	struct atomic_u64 reader_generation;
	struct atomic_u64 flushed_generation;
	/* A hint: set when a buffer is queued, cleared when the reader found none. seq_cst against
	 * `reader`; cleared under lock and relaxed. */
	struct atomic_u32 has_work;

	/* The parked reader, or 0. Registering and the look are seq_cst, against has_work and
	 * flushed_generation. Who changes it to 0 by CAS owns the goroutine: acquire, partner: the
	 * registration. */
	struct atomic_address reader;

	/* By generation % 2. The advance owns those of a closed generation after the barrier. */
	struct intern_table stacks[2];
	struct string_table strings[2];
	/* String ids of the fixed strings, written before their generation begins. */
	uint64_t wait_reason_ids[2][16];
	uint64_t stop_reason_ids[2][4];
	uint64_t label_ids[2][WORKER_LABEL_COUNT];

	uint64_t gc_sequence; /* of the next event of a collection; under the world semaphore */

	struct advancer advancer;
	struct cpu_sample_log samples;
};

/* The tracer of this process; set once before anything runs. */
extern struct tracer *tracer;

static inline uint64_t generation_next(uint64_t generation)
{
	/* Keeps both % 2 and % 3: the value after the greatest is one of the same remainders as
	 * 2^64. */
	return generation == UINT64_MAX ? 4 : generation + 1;
}

static inline unsigned generation_parity(uint64_t generation)
{
	return (unsigned)(generation % 2);
}

/* ---- section.c ----------------------------------------------------------- */

/* traceAcquire and traceRelease (16.2). Any stack, not in a signal handler. */
struct trace_section section_enter(void);
void section_leave(struct trace_section section);

/* ---- status.c: who has a status in which generation (5.1) ---------------- */

/* Claims the right and duty to write the resource's status in GENERATION; of several callers one
 * gets it. */
bool status_claim(struct trace_resource *resource, uint64_t generation);
bool status_was_traced(const struct trace_resource *resource, uint64_t generation);
/* A resource born in GENERATION: its creation stands for the status. */
void status_set_traced(struct trace_resource *resource, uint64_t generation);
/* Clean words for the generation after GENERATION. */
void status_ready_next(struct trace_resource *resource, uint64_t generation);
uint64_t status_next_sequence(struct trace_resource *resource, uint64_t generation);

/* ---- tables.c ------------------------------------------------------------ */

/* Id of STACK in GENERATION; 0 for an empty one. */
uint64_t stack_put(const struct trace_stack *stack, uint64_t generation);
/* The same of the stack that G has now (trace_stack_capture()); G is the caller's own or
 * suspended. */
uint64_t stack_put_of(const struct g *g, uint64_t generation);
/* Id of TEXT in GENERATION, its record written to the table's buffer when new; 0 for an
 * empty one. */
uint64_t string_put(const char *text, uint64_t generation);
/* As above, but never found again: log values (5.9). */
uint64_t string_emit(const char *text, uint64_t generation);
/* Id of what GENERATION shows for REASON, one of those in which a goroutine waits for a trace. */
uint64_t wait_reason_id(enum wait_reason reason, uint64_t generation);
/* Interns labels and reasons before GENERATION begins. */
void strings_register_fixed(uint64_t generation);
/* Writes all stacks of GENERATION and forgets them; may intern strings. Advance only. */
void stacks_dump(uint64_t generation);
/* Flushes the strings of GENERATION and forgets them. Advance only. */
void strings_reset(uint64_t generation);

/* ---- read.c -------------------------------------------------------------- */

/* ReadTrace: the next bytes, valid until the next call; false when the trace has ended. Waits.
 * User stack. */
bool tracer_read(const uint8_t **ret_bytes, size_t *ret_size_bytes);
bool reader_is_wanted(void);
bool reader_has_work(void);
struct g *reader_take(void);

/* ---- start.c, advance.c, advancer.c -------------------------------------- */

/* StartTrace: false when tracing is already on. User stack. */
bool tracer_start(void);
/* Ends the generation and begins the next, or, with IS_STOP, ends the trace; returns when the
 * reader has everything. Returns the number of the generation that it ended, 0 when tracing was
 * off: then the caller comes after nobody. User stack. */
uint64_t tracer_advance(bool is_stop);

/* What a panic that nobody recovers does before the program ends: everything up to here goes to the
 * reader. As tracer_advance(); crash.c. User stack. */
uint64_t tracer_panic(void);

void advancer_start(void);
void advancer_stop(void);

/* ---- boot.c -------------------------------------------------------------- */

extern const struct trace_hooks tracer_v2_hooks;

/* As tracer_kind.h says. */
void tracer_boot(const struct trace_configuration *configuration);

#endif
