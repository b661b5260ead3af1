/* The runtime as a program sees it: goroutines, semaphores, GOMAXPROCS, and the tracer's API. The
 * only headers that what drives a runtime includes are this one and host/host.h. */
#ifndef API_RUNTIME_H
#define API_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/trace_sink.h"

struct runtime_configuration {
	uint32_t proc_count; /* GOMAXPROCS */
	uint32_t run_queue_length;
	uint32_t dialect; /* 19: the v1 tracer; 22, 23 or 26 */
	uint32_t buffer_size_bytes;
	uint64_t initial_generation;
	uint64_t advance_period_ns;      /* 0: never by itself */
	uint32_t sample_ring_word_count; /* of each ring of CPU samples */
	uint64_t sample_period_ns;       /* between two looks into a trace's ring */
	bool is_lock_order_checked;
	bool has_collector; /* somebody will allocate or collect */
};

typedef void runtime_entry(void *argument);

struct runtime_semaphore; /* made by the runtime, lives as long as it */

/* The object that the first thread's host_self() must give. */
size_t runtime_first_m_size_bytes(void);

/* Turns the calling thread, on its system stack, into the first M, and runs MAIN(ARGUMENT) as the
 * first goroutine. */
_Noreturn void runtime_run(void *first_m, const struct runtime_configuration *configuration,
			   runtime_entry *main, void *argument);

/* ---- From a goroutine ---------------------------------------------------- */

/* Starts ENTRY(ARGUMENT); USER is what runtime_user() gives there. Returns its id, 0 when too many
 * are alive. */
uint64_t runtime_go(runtime_entry *entry, void *argument, void *user);
uint64_t runtime_goroutine_id(void);
void *runtime_user(void);

void runtime_yield(void);
void runtime_sleep(uint64_t duration_ns);
/* Waits for the network until it is ready, at RESOLUTION_NS' next multiple: so are all that wait.
 */
void runtime_wait_for_network(uint64_t resolution_ns);
/* time.AfterFunc: ENTRY(ARGUMENT) runs as a goroutine of its own after DURATION_NS. */
void runtime_after_func(uint64_t duration_ns, runtime_entry *entry, void *argument);
/* A system call that returns after DURATION_NS; 0: at once. */
void runtime_syscall(uint64_t duration_ns);
/* A call of C that rests for DURATION_NS. */
void runtime_cgo_call(uint64_t duration_ns);
/* A call of C that starts a thread and waits for its end. The thread, none of the runtime's, calls
 * ENTRY(ARGUMENT) COUNT times, each time as a goroutine. */
void runtime_call_back_from_c(uint32_t count, runtime_entry *entry, void *argument);
/* Computes: COUNT safe points. */
void runtime_work(uint32_t count);
/* Computes: COUNT steps between safe points, where a signal alone makes the goroutine make room. */
void runtime_compute(uint32_t count);
/* Enters function INDEX (0 to 63); false at the deepest. */
bool runtime_call(uint32_t index);
void runtime_return(void);
/* As a mark worker of mode 1 to 3 from its next start on. */
void runtime_label(uint8_t mode);

/* Samples of the goroutine show LABEL in a CPU profile from here on. */
void runtime_profile_label(uint64_t label);

/* As the semaphores of package sync: who acquires comes after who has released before. */
struct runtime_semaphore *runtime_semaphore_new(uint32_t value);
void runtime_acquire(struct runtime_semaphore *semaphore);
void runtime_release(struct runtime_semaphore *semaphore);
/* The same, and who waits has it when this returns, and has had its turn. */
void runtime_hand_off(struct runtime_semaphore *semaphore);

void runtime_gomaxprocs(uint32_t count);
void runtime_set_gc_percent(uint32_t percent);
void runtime_set_memory_limit(uint32_t limit_mib); /* 0: none */
/* GODEBUG=traceallocfree: from here on a trace has stacks that grow, if it has since Go 1.23. */
void runtime_trace_alloc_free(bool is_on);

/* With a collector. runtime.GC, and an object. */
void runtime_gc(void);
void runtime_allocate(uint32_t size_kib);

/* runtime.ReadMemStats and the profile of goroutines, as far as others see them: they stop the
 * world. */
void runtime_read_mem_stats(void);
void runtime_goroutine_profile(void);

/* LockOSThread. Locks are counted. */
void runtime_lock_thread(void);
void runtime_unlock_thread(void);

/* ---- iter.Pull, in the dialects whose Go has it ---------------------------- */

bool runtime_has_pull(uint32_t dialect);

struct runtime_pull; /* made by the runtime, lives as long as it */

/* An iterator: SEQUENCE(ARGUMENT) will run as a goroutine of its own, as of runtime_go(), whenever
 * it is asked for a value. NULL when too many goroutines are alive. From here on until it has come
 * to its end neither side changes its locks to its thread: it throws, as Go does. */
struct runtime_pull *runtime_pull(runtime_entry *sequence, void *argument, void *user);
/* Whether there was a value; else it has come to its end. One caller at a time. */
bool runtime_pull_next(struct runtime_pull *pull);
void runtime_pull_stop(struct runtime_pull *pull);
/* In the sequence: gives a value; whether more are wanted. */
bool runtime_pull_yield(struct runtime_pull *pull);

/* ---- CPU profile --------------------------------------------------------- */

/* False when a profile is going on, or not read to its end. */
bool runtime_profile_start(uint32_t hz);
void runtime_profile_stop(void);

/* Records of the profile, each RECORD[0] words long: length, time, count, stack; and a label each.
 * Valid until the next call. */
struct runtime_profile {
	const uint64_t *words;
	const uint64_t *labels;
	uint32_t word_count;
	uint32_t label_count;
};

/* The next records; false at the end of the profile. Waits. */
bool runtime_profile_read(struct runtime_profile *ret_profile);

/* ---- Package runtime/trace ----------------------------------------------- */

/* trace.Start without its reader: false when tracing is already on. Serialised with
 * runtime_trace_stop(), as the package does. */
bool runtime_trace_start(void);
/* This and the next return the number of the generation that they ended, whose bytes have all been
 * read and done with; 0 when tracing was off. */
uint64_t runtime_trace_stop(void);
/* Ends the generation and begins the next. */
uint64_t runtime_trace_advance(void);
/* The next bytes, valid until the next call; false at the end of the trace. Waits. */
bool runtime_trace_read(const uint8_t **ret_bytes, size_t *ret_size_bytes);

/* ---- The same since Go 1.25, in the dialects that have it (subscribe/subscribe.h) ---------- */

bool runtime_has_subscribers(uint32_t dialect);
/* trace.Start and trace.Stop, for whom a reader of the package's own writes; false, and NULL, when
 * there is nothing to do. RET_GENERATION is the last one that the sink got. */
bool runtime_trace_subscribe(struct trace_sink *sink);
struct trace_sink *runtime_trace_unsubscribe(uint64_t *ret_generation);
/* The flight recorder; false when there is nothing to do. */
bool runtime_recorder_start(void);
bool runtime_recorder_stop(void);
/* Writes out what it keeps; false when it is off, or another snapshot is being taken. */
bool runtime_recorder_snapshot(struct trace_sink *sink);

/* What a panic that nobody recovers does; then the program ends, which is the caller's to do.
 * Returns as runtime_trace_advance(). */
uint64_t runtime_panic(void);

void runtime_task_begin(uint64_t task, uint64_t parent, const char *name);
void runtime_task_end(uint64_t task);
void runtime_region_begin(uint64_t task, const char *name);
void runtime_region_end(uint64_t task, const char *name);
void runtime_log(uint64_t task, const char *category, const char *message);

#endif
