/* The state of the threads host. Un-instrumented code: ThreadSanitizer sees none of it, so that it
 * adds no order between the Ms that it judges. memset() and memcpy() it does see.
 *
 *                    written by                        read by
 *   thread: owner    who starts it, before its start   its thread
 *   state, granted   its thread; granted: the unlocker  its thread, the watchdog; seq_cst
 *   stack_kind       its thread, its signal handler     its thread
 *   counters         its thread; sent: the sampler      the controller; relaxed
 *   world.is_over    whoever ends the run, once         everybody; seq_cst against the wake-ups
 *   world.active     starters up, leavers down          the last one down wakes the controller
 * The rest of the world is the controller's: it changes between runs only. */
#ifndef THREADS_INTERNAL_H
#define THREADS_INTERNAL_H

#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <sys/types.h>
#include <time.h>

#include "choice/random.h"
#include "coroutine/coroutine.h"
#include "coroutine/spin.h"
#include "threads/threads.h"

enum thread_state {
	THREAD_IDLE,     /* in the pool */
	THREAD_ENDED,    /* likewise, by itself: before the run did */
	THREAD_STARTING, /* an M that has not run yet */
	THREAD_RUNNING,
	THREAD_LOCKING,        /* waits for a mutex */
	THREAD_SLEEPING,       /* waits for a note */
	THREAD_SLEEPING_UNTIL, /* or until a time */
};

/* A user stack and what it is for. */
struct host_stack {
	struct coroutine *coroutine;
	host_entry *entry;
	void *argument;
};

struct thread {
	uint32_t index;
	bool is_made;
	pid_t tid;
	sem_t start; /* posted by who gives it an M to be */
	sem_t wake;  /* posted for whatever it waits for; every wait is a loop */

	/* Of the run. */
	void *owner; /* NULL: of a foreign thread that has none now */
	void *argument;
	host_entry *entry;
	struct coroutine own; /* the pthread's own stack, where the pool's loop runs */
	struct coroutine *system;
	struct coroutine *current;
	struct host_stack *user;
	uint32_t stack_kind;       /* enum host_stack_kind */
	uint32_t interrupted_kind; /* by a signal */
	uint32_t state;            /* enum thread_state */
	uint32_t is_granted;       /* the mutex it waits for is its own now */
	bool is_in_shared;
	bool has_exited;
	struct host_mutex *mutex;
	const struct host_note *note;
	enum point waiting_point;
	struct thread *next_waiter; /* under the bucket's lock */
	struct choice_random random;
	timer_t timer;
	jmp_buf signal_exit; /* out of a handler when the run is over */

	uint64_t step_count;
	uint64_t own_step_count; /* of these not in a handler */
	uint64_t sent_count;
	uint64_t handled_count;
	uint64_t stray_count;       /* meant for it, delivered elsewhere */
	uint64_t first_signal_step; /* its steps when the first one was sent */
	uint64_t next_signal_step;  /* its own steps before which the sampler passes it over */
};

struct world {
	struct threads_options options;
	struct threads_report *report;
	host_signal_handler *signal_handler;
	uint32_t run_number;
	uint32_t perturb_odds;
	uint32_t thread_count;
	uint32_t active_count; /* threads that are not back in the pool */
	uint32_t exited_count; /* that have ended before the run did */
	uint32_t is_ending;    /* somebody ends the run */
	uint32_t is_over;      /* everybody leaves at the next host call */
	uint32_t is_winding_down;
	uint64_t progress_count;
	struct spin shared; /* executor_enter_shared() */
	sem_t done;         /* the last thread is back in the pool */
};

extern struct world world;
extern struct thread threads[THREADS_COUNT_MAX];

#define LOAD(word) __atomic_load_n(&(word), __ATOMIC_SEQ_CST)
#define STORE(word, value) __atomic_store_n(&(word), value, __ATOMIC_SEQ_CST)
#define ADD(word, delta) __atomic_add_fetch(&(word), delta, __ATOMIC_SEQ_CST)
#define COUNT(word) __atomic_fetch_add(&(word), 1, __ATOMIC_RELAXED)

/* ---- pool.c -------------------------------------------------------------- */

/* The calling thread, or NULL outside the pool. A real call: a stack may migrate across a switch.
 */
struct thread *thread_self(void);
/* The same at a host call of an M: does not return when the run is over. */
struct thread *thread_at_host_call(void);
/* Back to the pool's loop, from a handler to the end of the handler. */
_Noreturn void thread_leave(struct thread *thread);
/* Gives a thread of the pool an M to be, or a foreign thread: one that has ended, or the next; a
 * daemon never one that has ended. */
void thread_start(void *owner, void *argument, host_entry *entry, bool is_daemon);
/* Sleeps until woken, maybe for something else, or until DEADLINE_NS of CLOCK_MONOTONIC. */
void thread_wait(struct thread *thread, uint64_t deadline_ns);

/* ---- run.c --------------------------------------------------------------- */

/* The first to call it says how the run ends. */
void world_end(enum threads_ending ending, const char *text);
/* The same for an M, which leaves. */
_Noreturn void world_end_and_leave(enum threads_ending ending, const char *text);

/* ---- watchdog.c ---------------------------------------------------------- */

/* Waits for the end of the run, and ends one that does not come to it. */
void watchdog_wait(void);

/* ---- block.c ------------------------------------------------------------- */

void block_run_begin(void);

/* ---- signal.c ------------------------------------------------------------ */

void signal_process_begin(void);
/* On the thread itself, once. */
void signal_thread_begin(void);
void signal_run_begin(void);
/* No signal is sent any more. */
void signal_run_end(void);
void signal_timer_begin(struct thread *thread);
void signal_timer_end(struct thread *thread);
/* Lets ThreadSanitizer deliver what it holds back. */
void signal_poll(void);

/* ---- clock --------------------------------------------------------------- */

uint64_t monotonic_ns(void);

#endif
