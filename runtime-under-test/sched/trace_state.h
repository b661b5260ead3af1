/* The words that a tracer keeps in every G, M and P. The scheduler zeroes them and never reads
 * them. */
#ifndef SCHED_TRACE_STATE_H
#define SCHED_TRACE_STATE_H

#include "host/atomic.h"

struct trace_buffer;

/* v2, in each G and P. Source: algorithms.md 5.1.
 *
 * Owned by whoever owns the G or P (its transitions), except that the advance also clears slots of
 * the next generation, with the value the owner would store: hence atomics, relaxed. The owner sees
 * the cleared ones since it loads that generation, with acquire at least, after they are cleared.
 * upstream: status_traced seq_cst, sequence plain. */
struct trace_resource {
	/* By generation % 3: whether the status is in the trace. Three, since while generation g
	 * is closed its flag is still read, g + 1 is live, and g + 2 must be clean. */
	struct atomic_u32 status_traced[3];
	/* By generation % 2: sequence of the resource's transitions. Two, since only g and g + 1
	 * are ever live. */
	struct atomic_u64 sequence[2];
};

/* v2, in each P: of who owns it, or of who starts a trace. Source: algorithms.md 4. */
struct trace_proc {
	uint64_t syscall_m_id; /* of the M whose system call the trace has it in; or TRACE_NO_M */
};

/* v1, in each G: of who owns it, or of who starts a trace, with the world stopped and the lock of
 * the global buffer. Source: algorithms.md 2, 3.9. */
struct trace_goroutine_v1 {
	uint64_t sequence;
	uint32_t last_p_plus_one;   /* P of its last event that has a sequence; 0: none */
	bool is_in_syscall;         /* the trace has it there: its exit is to be told */
	uint64_t syscall_exit_time; /* when it left, its exit not told yet; or 0 */
};

/* v1, in each P: of who owns it, or of who stopped the world. */
struct trace_proc_v1 {
	struct trace_buffer *buffer;
};

/* Either tracer, in each P: of who owns it; when a trace has ended, of who stops it. A loop that
 * may sweep is told when it has swept something. */
struct trace_sweep {
	bool may_sweep; /* such a loop goes on */
	bool is_told;   /* and has swept */
	uint64_t swept_bytes;
	uint64_t reclaimed_bytes;
};

/* v1, in each M: its own. */
struct trace_thread_v1 {
	uint32_t section_depth;
	bool has_global_buffer; /* its section is without a P, and holds the lock of that buffer */
};

/* v2, in each M. Source: algorithms.md 16.2. */
struct trace_thread {
	/* Set while this M may write events. seq_cst against the generation: this M sets it and
	 * then loads the generation, the advance stores the generation and then looks here; with
	 * less, both may miss. Cleared with release: partner is the acquire in the advance's look,
	 * which then owns the buffers. */
	struct atomic_u32 is_writing;
	uint64_t entry_generation; /* loaded in the outermost section; own M */
	uint32_t reentered_count;  /* sections inside a section; own M */
	/* By generation % 2. Own M while is_writing; else the advance that closes the generation,
	 * under trace.lock. */
	struct trace_buffer *buffers[2];
	struct m *next_to_flush; /* the advance's private list */
};

#endif
