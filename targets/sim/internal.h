/* The simulator's state. Un-instrumented code of one OS thread: plain data, no order needed. */
#ifndef SIM_INTERNAL_H
#define SIM_INTERNAL_H

#include "choice/random.h"
#include "coroutine/coroutine.h"
#include "sim/sim.h"

enum { STORE_BUFFER_LENGTH = 8 };

enum thread_state {
	THREAD_UNUSED,
	THREAD_RUNNABLE,
	THREAD_LOCKING,  /* waits for a mutex */
	THREAD_SLEEPING, /* waits for a note, maybe until a time */
	THREAD_EXITED,
};

struct held_store {
	void *word;
	uint64_t value;
	uint8_t size_bytes;
	uint8_t kind; /* enum host_held_kind */
	int order;    /* memory_order */
};

/* A user stack and what it is for. */
struct host_stack {
	struct coroutine *coroutine;
	host_entry *entry;
	void *argument;
	struct host_stack *next_free;
};

struct thread {
	/* What a step touches first. */
	struct sim_who who;
	uint16_t index;
	uint8_t state; /* enum thread_state */
	uint8_t first_store;
	bool is_signal_pending;  /* an override wants one before the next operation */
	bool is_preempt_pending; /* another thread wants it to look */
	bool has_slept_enough;   /* woken by time, not by the note */
	uint64_t priority;       /* PCT: greater runs first */
	uint64_t held_until_step;
	uint32_t steps_in_a_row;

	struct coroutine *current;
	struct coroutine *system;
	struct coroutine *signal;     /* made at the first signal */
	host_signal_handler *handler; /* of the one that it handles */
	struct host_stack *user;      /* entered user stack, or NULL */
	uint8_t interrupted_kind;
	struct coroutine *interrupted;

	host_entry *entry;
	void *argument;
	struct host_mutex *mutex;
	struct host_note *note;
	enum point waiting_point;
	uint64_t deadline_ns;
	int64_t skew_ns;
	uint64_t last_time_ns;
	uint64_t last_tick_ns;
	struct held_store stores[STORE_BUFFER_LENGTH];
	struct thread *visitor; /* wants this thread's stores visible, and then goes on */
};

/* Which of a set of threads; a bit each. */
struct thread_set {
	uint64_t words[SIM_THREAD_COUNT_MAX / 64];
};

struct policy {
	uint8_t kind; /* enum scenario_policy */
	uint32_t stay_odds;
	uint32_t change_count; /* PCT change points or delays */
	uint64_t change_steps[8];
	uint64_t next_change_step; /* none before it */
	uint64_t next_low_priority;
	enum point target;
	uint32_t stall_odds;
	uint32_t pass_counts[POINT_LIMIT]; /* of stalls alone */
	/* Of those that can run, since one of them changed; NULL and 0: not known. */
	struct thread *highest;
	uint32_t ready_count;
	struct thread *ready[SIM_THREAD_COUNT_MAX]; /* in order of index */
};

struct sim {
	/* Read at every step. */
	struct thread *current;
	uint64_t step_count;
	uint64_t hash;
	uint64_t now_ns;
	uint64_t step_ns;
	uint64_t next_deadline_ns;
	uint64_t jumped_ns; /* of now_ns, by no step */
	uint32_t runnable_count;
	uint32_t thread_count;
	uint32_t signal_rate;
	uint64_t special_step_count; /* nothing happens at a step before it as such */
	sim_observer *onlooker;
	sim_observer *observer;
	void *observer_context;
	sim_step_listener *listener;
	void *listener_context;
	bool *point_is_reached;
	bool has_store_buffers;
	uint32_t flush_odds; /* at each step, one in so many */
	bool is_fair;        /* the fair phase after the step limit */
	bool is_running;
	bool is_override_pending;
	uint64_t held_until_step; /* of the thread that is held longest */
	struct thread_set runnable;
	struct choice_random random;
	struct policy policy;

	uint64_t step_count_max;
	uint64_t wind_down_step_count;
	sim_hit_listener *hit_listener;
	const struct scenario *scenario;
	struct sim_report *report;
	host_signal_handler *signal_handler;
	host_signal_handler *preempt_handler;
	sim_deadlock_describer *deadlock_describer;
	uint64_t decision_count;
	uint64_t switch_count;
	uint64_t signal_count;
	uint32_t exited_count; /* threads */
	uint64_t progress_ns;  /* when an operation was done last */
	uint64_t longest_sleep_ns;
	uint64_t idle_jumps; /* of the clock, since longest_sleep_ns after the last progress */
	uint64_t coarse_ns;
	uint8_t clock_skew; /* enum scenario_clock_skew */
	struct sim_store_counts store_counts;
	struct sim_applied applied[SIM_APPLIED_COUNT_MAX]; /* by number % length */
	sim_chooser *chooser;
	void *chooser_context;

	/* Overrides: how often their points have passed, and the next one of each point. */
	bool has_override[POINT_LIMIT];
	uint32_t pass_count[POINT_LIMIT];

	struct coroutine main;
	struct thread threads[SIM_THREAD_COUNT_MAX];
};

extern struct sim sim;

/* On the way of most steps, and beside it, where it would take registers. */
#define OFTEN static inline __attribute__((always_inline))
#define SELDOM static __attribute__((noinline))

/* policy.c: who goes on. CURRENT may be unable to. Held threads only where said. */
void policy_init(struct policy *policy, const struct scenario_schedule *schedule,
		 struct choice_random *random);
void policy_thread_started(struct thread *thread);
struct thread *policy_next(enum point point);
/* The next runnable thread after INDEX, around, held or not; NULL when there is none. */
struct thread *policy_next_in_order(unsigned index);
/* The same for a thread that pauses: those that are held come last. */
struct thread *policy_next_in_pause(unsigned index);
/* Who can run has changed. */
static inline void policy_forget_ready(void)
{
	sim.policy.highest = NULL;
	sim.policy.ready_count = 0;
}

/* hold.c */
void hold_begin(struct thread *thread);
void hold_end(struct thread *thread);
/* Any of those that are held and could run, all as likely; NULL: there is none. */
struct thread *hold_draw(void);
struct hold_hidden {
	struct thread_set runnable;
	uint32_t runnable_count;
};
/* Whether some thread may be held. */
static inline bool hold_is_possible(void)
{
	return sim.held_until_step > sim.step_count && !sim.is_fair;
}
/* Takes held threads out of those that can run, until hold_show(). False, and nothing taken: none
 * is held, or nobody else can run and all holds have ended. */
bool hold_hide(struct hold_hidden *ret_hidden);
void hold_show(const struct hold_hidden *hidden);

/* thread.c: runs ENTRY(ARGUMENT); OWNER may be NULL. */
struct thread *sim_new_thread(void *owner, void *argument, host_entry *entry, bool is_daemon);

/* sim.c */
void sim_make_runnable(struct thread *thread);
void sim_make_waiting(struct thread *thread, enum thread_state state);
void sim_switch_away(enum point point);
void sim_switch_to(struct thread *next);
void sim_tell_hit(const struct thread *thread, enum scenario_action action);

/* chooser.c */
void chooser_run_begin(void);
unsigned chooser_yield(enum point point, const void *object, bool is_pausing);
/* The current thread has exited. */
void chooser_switch_away(void);

/* store_buffer.c */
void store_buffer_apply_oldest(struct thread *thread);
/* Has THREAD, which can run, make its stores visible, and goes on. No step. */
void sim_visit(struct thread *thread);

/* clock.c */
void clock_init(void);
void clock_note_progress(void);
/* A frozen clock moves from here on where those of Ms are apart: a short timer that is armed on one
 * and due on another could fire for ever while no time passes. */
void clock_thaw(void);
void clock_wake_sleepers(void);
/* When THREAD's own clock, with its skew and its tick, will show DEADLINE_NS. */
uint64_t clock_deadline(const struct thread *thread, uint64_t deadline_ns);
/* Nobody can run: goes to the next deadline, or ends the run as a deadlock. */
void clock_skip_idle(void);

/* signal.c */
void signal_deliver(struct thread *thread, host_signal_handler *handler);

/* stack.c */
void stack_run_begin(void);

/* override.c */
void override_init(void);
/* Counts a pass of POINT; override_next() is about it until the next. */
void override_pass(enum point point);
/* The next override of this pass after BEFORE, which is NULL for the first; NULL: there is none. */
const struct scenario_override *override_next(enum point point,
					      const struct scenario_override *before);

#endif
