/* The deterministic host: one OS thread plays every M, and the scenario decides.
 *
 * Implements host/host.h and executor/executor.h. Each thread of the runtime has a system stack and
 * a signal stack, each goroutine a stack; all are coroutines. At every yield point the simulator
 * may go on with another thread, handle a signal, or make a held store visible. Same scenario, same
 * steps, in every build: nothing here depends on addresses, time or chance.
 *
 * Tie-break rule, the same wherever one is needed: the lowest thread index first. A mutex goes to
 * the next waiter in order of index after the thread that unlocks it. Sources: determinism.md 1,
 * 2.3, 2.7; DESIGN.md 9. */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "executor/executor.h"
#include "host/host.h"
#include "scenario/scenario.h"

enum { SIM_THREAD_COUNT_MAX = SCENARIO_M_COUNT_MAX, SIM_TEXT_SIZE_BYTES = 2048 };

/* How a run ended. The names are DESIGN.md 5's. */
enum sim_ending {
	SIM_FINISHED, /* the main entry called executor_finish() */
	SIM_EXITED,   /* the program called executor_exit() */
	SIM_THROW,
	SIM_LOCK_ORDER,
	SIM_WRONG_STACK,
	SIM_NO_RACE_CONTEXT,
	SIM_SIGNAL_UNSAFE,
	SIM_DEADLOCK,
	SIM_LIVELOCK,
	SIM_TRUTH_MISMATCH,
};

/* A thread that makes a step. */
struct sim_who {
	void *owner;         /* NULL: a foreign thread that has none now */
	uint16_t index;      /* the lowest that was free when it began */
	uint8_t stack_kind;  /* enum host_stack_kind of the stack that it is on */
	uint8_t store_count; /* that it has made and others do not see yet */
};

/* Sees each step before its operation is done: which thread, on which stack, at which point, on
 * which object. Runs on the thread's stack, must not yield. */
typedef void sim_observer(void *context, const struct sim_who *who, enum point point,
			  const void *object);

/* One step as a person reads it: for `rut replay` and determinism tests. */
typedef void sim_step_listener(void *context, uint64_t step, unsigned thread, enum point point);

/* Hears what hits a thread behind the step that it made last, by an override or by chance: its
 * stack grows, it handles a signal. As sim_step_listener. */
typedef void sim_hit_listener(void *context, unsigned thread, enum scenario_action action);

/* ---- A chooser: every decision from outside (targets/exhaust). ----------- */

/* What a thread that has been chosen does before it asks again. */
enum sim_action {
	SIM_STEP,   /* its pending operation */
	SIM_SIGNAL, /* handles a signal first */
	SIM_FLUSH,  /* makes its oldest held store visible first */
	SIM_ACTION_COUNT,
};

struct sim_choice {
	uint16_t thread;
	uint8_t action; /* enum sim_action */
};

/* Decides instead of policy, overrides and chance, before each operation of any thread. A lock is
 * for whom is chosen while it is free, nothing is handed over; a sleep ends once its note is set
 * or its deadline has come. Runs on the stack of the thread that has come to its next operation;
 * must not yield; ends the run itself when nothing can be chosen. */
typedef struct sim_choice sim_chooser(void *context);

/* A thread between two operations, as a chooser sees it. */
struct sim_pending {
	enum point point;
	const void *object;
	const void *oldest_held_word; /* NULL: no stores are held */
	uint8_t held_store_count;
	uint8_t seen_plus_one; /* a lock: thread index + 1 of whose stores it has to see, or 0 */
	bool has_begun;        /* else the thread has not come to its first operation yet */
	bool is_pausing;       /* host_pause(): in vain unless others do something */
	bool is_lock;          /* can step while the lock is free */
	bool is_sleep;         /* can step while the note is set; one whose time has come is none */
	bool can_step;
	bool can_be_signalled;
};

/* What the store buffers have done so far, in all. */
struct sim_store_counts {
	uint64_t applied;   /* stores that have become visible out of a buffer */
	uint64_t exchanges; /* writes of a read-modify-write that came into one */
};

struct sim_store_counts sim_count_stores(void);

enum { SIM_APPLIED_COUNT_MAX = 16 };

struct sim_applied {
	const void *word;
	unsigned thread; /* who had held it */
};

/* Applied store NUMBER, counted from 0: one of the last SIM_APPLIED_COUNT_MAX. */
struct sim_applied sim_applied_store(uint64_t number);

unsigned sim_thread_count(void);
/* How many can go on, the current one included. */
unsigned sim_runnable_count(void);
/* False when the thread has exited. */
bool sim_look_at_pending(unsigned thread, struct sim_pending *ret_pending);

/* ---- Runs ---------------------------------------------------------------- */

struct sim_options {
	const struct scenario *scenario;
	uint64_t wind_down_step_count; /* 0: never; then the scenario is to come to its end:
					  executor_is_winding_down() */
	uint64_t step_count_max;       /* then a fair phase as long begins; its end is a livelock */
	sim_observer *onlooker;        /* sees each step before the observer does; may be NULL */
	sim_observer *observer;        /* may be NULL */
	void *observer_context;        /* of both */
	sim_step_listener *listener;   /* may be NULL */
	void *listener_context;
	sim_hit_listener *hit_listener; /* may be NULL; with listener_context */
	sim_chooser *chooser;           /* may be NULL */
	void *chooser_context;
	bool *point_is_reached; /* POINT_LIMIT entries that are set as points pass, or NULL */
};

struct sim_report {
	enum sim_ending ending;
	char text[SIM_TEXT_SIZE_BYTES];
	uint64_t step_count;
	uint64_t decision_count; /* steps at which more than one thread could run */
	uint64_t switch_count;
	uint64_t signal_count;      /* handled */
	uint64_t hash;              /* of (thread, point) of every step */
	uint64_t pages_outstanding; /* host_pages_allocate() without host_pages_free() */
	bool is_fair_phase_entered;
};

/* One run: ENTRY(ARGUMENT) is the first thread's system stack, with host_self() == ARGUMENT. */
void sim_run(const struct sim_options *options, host_entry *entry, void *argument,
	     struct sim_report *ret_report);

/* ---- For what runs inside, beside executor/executor.h. ------------------- */

/* Ends the run. Any stack. */
_Noreturn void sim_end(enum sim_ending ending, const char *text);

unsigned sim_thread_index(void);

/* What host_thread_id() gives there. */
uint64_t sim_thread_id(unsigned thread);

/* Whether some thread without an owner can do something by itself. */
bool sim_is_stranger_awake(void);

/* What the current thread's clock showed when it looked last. */
uint64_t sim_thread_last_time_ns(void);
/* The same of its processor's counter. */
uint64_t sim_thread_last_tick_ns(void);

/* What the calendar says when a thread's clock says TIME_NS. */
struct host_wall_time sim_wall_time(uint64_t time_ns);

/* What WORD will be once every store buffer is empty, if some thread holds a store to it. */
bool sim_find_held(const void *word, uint64_t *ret_value);

/* Whether OWNER's thread sleeps, has not been woken, and wakes by itself no later than when its
 * clock shows WHEN_NS. */
bool sim_is_asleep_until(const void *owner, uint64_t when_ns);

/* What each thread does, for a deadlock's report: one line each, appended to TEXT. */
void sim_describe_threads(char *text, size_t size_bytes);

/* Called at a deadlock to append the goroutines' side of the wait graph. */
typedef void sim_deadlock_describer(char *text, size_t size_bytes);
void sim_set_deadlock_describer(sim_deadlock_describer *describer);

#endif
