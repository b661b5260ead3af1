/* What happened in one run, step by step, as the words of the runtime showed it: plain data for the
 * picture. Owned by the process, one recording at a time; memory is kept from run to run.
 *
 * A step stands where its M announced it; what it changed is seen at a later step, and is told of
 * the step that changed it where that is known. 0 as a step means: never. */
#ifndef SHOW_RECORDING_H
#define SHOW_RECORDING_H

#include <stdbool.h>
#include <stdint.h>

#include "host/host.h"
#include "sim/sim.h"

enum { RECORDING_NAME_SIZE_BYTES = 64, RECORDING_PROC_COUNT_MAX = 64 };

struct recorded_step {
	uint16_t point;
	uint16_t goroutine_plus_one; /* index; 0: none */
	uint16_t operation;          /* index of recording.operations; 0: none */
	uint8_t m;                   /* thread index */
	uint8_t stack;               /* enum host_stack_kind */
	uint8_t p_plus_one;
};

struct recorded_goroutine {
	uint64_t id;
	const void *g; /* to know it again by; not to be followed */
	uint32_t entry_pc;
	char name[RECORDING_NAME_SIZE_BYTES];
	bool is_system;
};

struct recorded_status {
	uint32_t step;
	uint16_t goroutine;
	const char *name; /* static */
	char letter;      /* r: runs, q: runnable, w: waits, s: in a system call, d: dead */
};

/* A lock, wanted and taken once. */
struct recorded_lock {
	const void *mutex;
	uint16_t rank;
	uint16_t number; /* from 1, among the locks of its rank */
	uint8_t m;
	uint32_t wanted, got, released;
};

/* A trace buffer, filled once: from its writer through the queue to the reader. */
struct recorded_buffer {
	const void *buffer;
	uint64_t generation;
	uint32_t taken, queued, read;
	uint8_t taken_m, queued_m, read_m;
	uint8_t p_plus_one; /* v1: whose it was */
	uint32_t size_bytes;
};

/* How far a buffer was filled behind a step of its writer. */
struct recorded_position {
	uint32_t step;
	uint32_t buffer;
	uint32_t position;
	uint8_t m;
	uint8_t p_plus_one;
};

struct recorded_change {
	uint32_t step;
	uint64_t value;
};

struct recorded_proc {
	uint32_t step;
	uint8_t p;
	bool is_dead;
};

/* M takes a P from another, which is in a system call. */
struct recorded_steal {
	uint32_t step;
	uint8_t m, victim_m, p; /* victim_m: 255 if it is not known */
};

struct recorded_thread {
	uint64_t id;         /* of the thread in a trace */
	uint32_t last_step;  /* that it announced */
	uint32_t first_step; /* 0: never ran */
};

struct recording {
	bool is_v1;
	struct recorded_step *steps; /* step N at N - 1 */
	uint32_t step_count, step_capacity;
	struct recorded_goroutine *goroutines;
	uint32_t goroutine_count, goroutine_capacity;
	char (*operations)[RECORDING_NAME_SIZE_BYTES];
	uint32_t operation_count, operation_capacity;
	struct recorded_status *statuses;
	uint32_t status_count, status_capacity;
	struct recorded_lock *locks;
	uint32_t lock_count, lock_capacity;
	struct recorded_buffer *buffers;
	uint32_t buffer_count, buffer_capacity;
	struct recorded_position *positions;
	uint32_t position_count, position_capacity;
	/* The generation that sections enter (v1: 1 while a trace is on), 0: none; and whether
	 * somebody wants the world stopped. */
	struct recorded_change *generations;
	uint32_t generation_count, generation_capacity;
	struct recorded_change *world_stops;
	uint32_t world_stop_count, world_stop_capacity;
	struct recorded_proc *procs;
	uint32_t proc_count, proc_capacity;
	struct recorded_steal *steals;
	uint32_t steal_count, steal_capacity;
	uint32_t *reads; /* buffers in the order in which the reader got them */
	uint32_t read_count, read_capacity;
	uint32_t *growths; /* steps behind which a stack grew */
	uint32_t growth_count, growth_capacity;
	struct recorded_thread threads[SIM_THREAD_COUNT_MAX];
	uint32_t thread_count;
	uint8_t proc_index_end; /* one more than the greatest P seen */
	uint8_t last_m;         /* who ended the run */
	uint32_t race_step;     /* behind which ThreadSanitizer first reported, 0: never */
};

extern struct recording recording;

/* Before a run. */
void recording_begin(bool is_v1);

/* A sim_observer. */
void recording_observe(void *context, const struct sim_who *who, enum point point,
		       const void *object);

/* A sim_hit_listener. */
void recording_hit(void *context, unsigned thread, enum scenario_action action);

/* After the run, before the next: what is to be known of its end. */
void recording_end(void);

/* Step NUMBER, from 1 to step_count. */
static inline const struct recorded_step *recording_step(uint32_t number)
{
	return &recording.steps[number - 1];
}

#endif
