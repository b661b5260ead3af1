/* The narrow table through which the scheduler calls a tracer; a tracer fills it in.
 *
 * A state change and its event belong to one section (enter .. leave): the tracer sees them as
 * one. Inside a section nothing may park or take a P. Where a section is not valid, tracing is off
 * and nothing is written. Source: algorithms.md 5.3, 8, 16.2, 16.8. */
#ifndef SCHED_TRACE_HOOKS_H
#define SCHED_TRACE_HOOKS_H

#include "sched/types.h"

struct trace_section {
	uint64_t generation;
	bool is_valid;
};

enum trace_stop_reason { TRACE_STOP_GOSCHED, TRACE_STOP_PREEMPTED };

/* What SIGPROF found on an M. Lives on the signal stack. */
struct cpu_sample {
	const struct m *m;
	const struct p *p; /* or NULL */
	const struct g *g; /* or NULL */
	uint64_t label;
	uint32_t stack_depth;
	uint64_t stack[SHADOW_STACK_DEPTH_MAX + 1]; /* pcs, innermost first */
};

struct trace_hooks {
	struct trace_section (*enter)(void);
	void (*leave)(struct trace_section section);

	/* Likewise for an M in a system call, whose P is not its own. Not valid where a tracer has
	 * nothing to tell of it. */
	struct trace_section (*enter_in_syscall)(void);

	/* All below: inside a valid section. Current G, M and P are the caller's. */
	void (*go_create)(struct trace_section section, struct g *created);
	/* Never for a tracer of before Go 1.23, nor is go_switch. */
	void (*go_create_blocked)(struct trace_section section, struct g *created);
	void (*go_start)(struct trace_section section);
	void (*go_end)(struct trace_section section);
	void (*go_stop)(struct trace_section section, enum trace_stop_reason reason);
	void (*go_park)(struct trace_section section, enum wait_reason reason);
	void (*go_unpark)(struct trace_section section, struct g *readied);
	/* The current goroutine ends, or waits, and NEXT runs in its place, since Go 1.23. */
	void (*go_switch)(struct trace_section section, struct g *next, bool is_end);
	/* The goroutine enters a system call; in the same section, maybe: its M gives its P up. */
	void (*go_syscall_begin)(struct trace_section section);
	void (*go_syscall_block)(struct trace_section section);
	/* It is back, with the P that it had; or that is lost, and it has another one or none. */
	void (*go_syscall_end)(struct trace_section section);
	void (*go_syscall_end_blocked)(struct trace_section section);
	/* An M that a foreign thread has got or gives back, and its goroutine, which begins or ends
	 * in a system call: enter_in_syscall(). */
	void (*go_create_syscall)(struct trace_section section);
	void (*go_destroy_syscall)(struct trace_section section);
	/* There is one more extra M, with CREATED, which no thread has yet. */
	void (*extra_m_created)(struct trace_section section, struct g *created);
	/* The caller has taken P from an M that is in a system call, maybe its own. */
	void (*proc_steal)(struct trace_section section, struct p *p);
	void (*proc_start)(struct trace_section section);
	void (*proc_stop)(struct trace_section section);
	void (*procs_change)(struct trace_section section, uint32_t proc_count);
	void (*stw_begin)(struct trace_section section, const char *kind);
	void (*stw_end)(struct trace_section section, const char *kind);
	void (*heap_goal)(struct trace_section section);
	void (*heap_alloc)(struct trace_section section, uint64_t live_bytes);

	/* The collector: a cycle, an assist of the current goroutine, and on the M's P a loop that
	 * may sweep, with each span that it or anybody else does sweep there. */
	void (*gc_begin)(struct trace_section section);
	void (*gc_end)(struct trace_section section);
	void (*gc_assist_begin)(struct trace_section section);
	void (*gc_assist_end)(struct trace_section section);
	void (*gc_sweep_begin)(struct trace_section section);
	void (*gc_sweep_span)(struct trace_section section, uint64_t swept_bytes,
			      uint64_t reclaimed_bytes);
	void (*gc_sweep_end)(struct trace_section section);

	/* The current goroutine moves to a stack, and has left one. In or outside a section; on the
	 * system stack. NULL where the tracer has no such events. */
	void (*stack_allocated)(struct stack_memory memory);
	void (*stack_freed)(struct stack_memory memory);

	/* P dies: nobody will own it until a later GOMAXPROCS. World stopped, no section, tracing
	 * on or off; on the system stack, with the lock of the scheduler held. */
	void (*proc_destroyed)(struct p *p);

	/* M, whose thread has ended or gives it back, writes no more on that thread. Any stack, no
	 * section, tracing on or off, with the lock of the scheduler held. */
	void (*thread_destroyed)(struct m *m);

	/* Signal context, with the interrupted code in any state: no section around it. */
	void (*cpu_sample)(const struct cpu_sample *sample);

	/* Whether the reader should be looked for at all: tracing is on or shutting down. Any
	 * stack. */
	bool (*is_reader_wanted)(void);
	/* Whether there is a parked reader with work: a hint. Any stack. */
	bool (*has_reader_work)(void);
	/* The parked reader if it has work, owned by the caller from here on; or NULL. System
	 * stack. */
	struct g *(*take_reader)(void);
};

/* The tracer of this process; set before anything runs. */
extern const struct trace_hooks *trace_hooks;

static inline struct trace_section trace_enter(void)
{
	return trace_hooks->enter();
}

static inline void trace_leave(struct trace_section section)
{
	if (section.is_valid)
		trace_hooks->leave(section);
}

/* EVENT, one of the table's, in a section of its own: where no change goes with it. */
static inline void trace_tell(void (*event)(struct trace_section section))
{
	struct trace_section section = trace_enter();
	if (section.is_valid)
		event(section);
	trace_leave(section);
}

#endif
