/* The v1 execution tracer (Go 1.5 to 1.21), in the form it had after the commits that mended issues
 * 53979 and 54553: its state, in one place. Dialect "go 1.19 trace".
 *
 * Life of a trace: StartTrace and StopTrace stop the world, so that everything is still while the
 * state of all goroutines is told and while all buffers are collected. In between, each event goes
 * to the buffer of the M's P, or to the one global buffer. Source: algorithms.md 2, 3. */
#ifndef TRACE_V1_TRACER_H
#define TRACE_V1_TRACER_H

#include "sched/semaphore.h"
#include "sched/trace_hooks.h"
#include "trace/buffer.h"
#include "trace/cpu_sample_ring.h"
#include "trace/intern_table.h"
#include "trace/stack.h"
#include "trace/tracer_kind.h"
#include "trace/worker_label.h"

enum {
	/* Nanoseconds per clock unit, and what a trace says of it. As fine as the clock is: readers
	 * order the events of different Ps by time. */
	V1_CLOCK_UNIT_NS = 1,
	V1_CLOCK_UNITS_PER_SECOND = 1000000000,
};

/* Of all sections: v1 has no generations. */
enum { V1_GENERATION = 1 };

/* Settings of issue 29707. */
enum { V1_EXTRA_MS_UNTOLD = 1, V1_EXTRA_MS_NOT_NOTED = 2 };

struct v1_cpu_sample_log {
	/* Made by a start, freed by a stop. */
	struct cpu_sample_ring *ring;
	/* The same as handlers see it, 0: no sample is taken. A start releases it, partner: the
	 * handler's load. A stop's store and that load are seq_cst, against signal_lock. */
	struct atomic_address ring_to_write;
	/* 0 or 1. Taken by handlers alone: CAS seq_cst, against ring_to_write; its release is seen
	 * by the next handler's CAS, and by a stop, which looks whether it is free, seq_cst: after
	 * that no handler has the ring. */
	struct atomic_u32 signal_lock;
	/* Of who reads the ring: the trace's reader, under no lock, or the stop. */
	struct trace_buffer *buffer;
};

/*             | section | start | stop | read | take_reader
 * section     |    -    |   X   |  X   |  -   |      -
 * start       |    X    |   X   |  X   |  X   |      -
 * stop        |    X    |   X   |  X   |  X   |      -        to the end of its world stop
 * read        |    -    |   X   |  X   |  -   |      -
 * take_reader |    -    |   -   |  -   |  -   |      -
 *
 * X by stopping the world, and by buffer_lock for sections without a P. One reader: a second one is
 * told off while the first one waits or writes the end, but reads the ring of samples beside it
 * before that, as upstream's does. */
struct tracer_v1 {
	struct trace_configuration configuration; /* immutable */

	/* Both stored with the world stopped and buffer_lock held, but for shutting down's end,
	 * which is under lock. Relaxed: who has a P sees them through the start of the world, who
	 * has none through buffer_lock. is_shutting_down is set with seq_cst, against reader.
	 * Whoever has neither takes them as hints. upstream: plain. */
	struct atomic_u32 is_enabled;
	struct atomic_u32 is_shutting_down;
	uint64_t start_time;        /* stored as is_enabled */
	uint64_t start_nanotime_ns; /* of issue_60806 alone; as is_enabled */
	uint64_t trace_count;       /* begun; as is_enabled */

	/* The reader releases it when it has delivered everything. */
	struct semaphore shutdown_semaphore;

	struct lock lock; /* rank trace; taken on a system stack only (issue 53979) */
	/* Under lock, or with the world stopped. */
	struct trace_buffer *reading; /* its bytes are in the reader's hands until it comes again */
	struct trace_buffer *empty;
	/* The queue of full buffers. Its head is looked at without lock as a hint: a buffer comes
	 * with seq_cst, against reader, and goes relaxed. upstream: plain. */
	struct atomic_address full_head;
	struct trace_buffer *full_tail;
	bool is_header_written;
	/* Written without the lock: whoever else comes to read is told off meanwhile. */
	bool is_footer_in_progress;
	bool is_end_told; /* by whom the stop goes on; to whoever comes later it is told alone */
	/* Under lock, or as a start. A reader looks before it takes the lock, as a hint: relaxed.
	 * upstream: plain, since there is one reader. */
	struct atomic_u32 is_footer_written;
	/* The goroutine that holds lock, where issue 53979 is not mended: its events flush without
	 * taking it again. Relaxed: who it is knows. upstream: plain. */
	struct atomic_address lock_owner;

	/* The parked reader, or 0. Registering and the look are seq_cst, against full_head and
	 * is_shutting_down. Who changes it to 0 by CAS owns the goroutine: acquire, partner: the
	 * registration. */
	struct atomic_address reader;

	/* Of Ms without a P. */
	struct lock buffer_lock;     /* rank trace_buf */
	struct trace_buffer *buffer; /* under buffer_lock */

	/* Rank of its lock: trace_stack_tab. Emptied by the reader at the end. */
	struct intern_table stacks;
	/* Rank of its lock: trace_strings. Emptied when a trace has ended. */
	struct intern_table strings;
	uint64_t label_ids[WORKER_LABEL_COUNT]; /* of worker_labels; as is_enabled */
	uint64_t gc_sequence; /* of the next cycle; by who begins one, or starts a trace */

	struct v1_cpu_sample_log samples;
};

/* The tracer of this process; set once before anything runs. */
extern struct tracer_v1 *tracer_v1;

static inline uint64_t v1_clock_now(void)
{
	return host_cputicks() / V1_CLOCK_UNIT_NS;
}

/* ---- section.c ----------------------------------------------------------- */

/* traceAcquireBuffer and traceReleaseBuffer (3.6), around the change that the event tells. Any
 * stack, not in a signal handler. */
struct trace_section v1_section_enter(void);
void v1_section_leave(struct trace_section section);

/* ---- tables.c ------------------------------------------------------------ */

/* Id of STACK, 0 for an empty one. In a section, as a start or stop with the world stopped, or as
 * the reader. Any stack; takes the table's lock. */
uint64_t v1_stack_put(const struct trace_stack *stack);
/* The same of the stack that G has now (trace_stack_capture()); 0 for NULL. */
uint64_t v1_stack_put_of(const struct g *g);
/* The same of the stack that G begins with. */
uint64_t v1_stack_put_entry(const struct g *g);

/* ---- read.c, reader.c ---------------------------------------------------- */

/* As tracer_kind.h says: ReadTrace. */
bool v1_read(const uint8_t **ret_bytes, size_t *ret_size_bytes);

/* Of sched/trace_hooks.h. */
bool v1_reader_is_wanted(void);
bool v1_reader_has_work(void);
struct g *v1_reader_take(void);

/* ---- start.c, stop.c ----------------------------------------------------- */

/* As tracer_kind.h says: StartTrace and StopTrace. */
bool v1_start(void);
/* Of both: the world, with nobody collecting (3.1/1). */
void v1_world_stop(const char *kind);
void v1_world_start(void);
uint64_t v1_stop(void);

/* ---- events.c ------------------------------------------------------------ */

extern const struct trace_hooks tracer_v1_hooks;

#endif
