/* The interpreter's books, and its parts. Internal to perform. */
#ifndef PERFORM_INTERNAL_H
#define PERFORM_INTERNAL_H

#include "perform/perform.h"
#include "user_data/user_data.h"

enum {
	GOROUTINE_COUNT_MAX = 96, /* of the scenario, alive at a time */
	LOCKED_COUNT_MAX = 16,  /* of those, to their M: Ps need Ms of SCENARIO_M_COUNT_MAX, too */
	SYSCALL_COUNT_MAX = 24, /* in system calls: the same */
	ENDING_COUNT_MAX = 8,   /* threads that are to end: the same */
	TIMER_COUNT_MAX = 32,   /* functions that are to run later */
	PULL_COUNT_MAX = 2,     /* iterators of a goroutine */
};

/* An iterator. The two sides are one after the other. */
struct pull {
	struct runtime_pull *iterator; /* before the sequence runs */
	uint16_t program;
	struct user_object shared;
};

/* Of one goroutine. */
struct pulls {
	struct pull *open[PULL_COUNT_MAX]; /* that it asks, the newest last */
	uint32_t count;
	struct pull *own; /* whose sequence it is; or NULL */
};

struct user_semaphore {
	struct runtime_semaphore *semaphore; /* never changes */
	uint32_t token_count;
	uint32_t waiter_count;
	struct user_object shared;
};

/* Touched by goroutines on any M: between executor_enter_shared() and executor_leave_shared(), but
 * for what is set up before they run and never changes. */
struct performance {
	struct perform_options options; /* sessions: shared, the rest never changes */
	bool is_misuse;                 /* never changes */
	uint32_t alive_count;           /* goroutines that have not ended */
	uint32_t live_count;   /* goroutines that are neither ended nor wait for a user semaphore */
	uint32_t locked_count; /* goroutines that are locked to their M */
	uint32_t syscall_count; /* goroutines that are in a system call */
	uint32_t ending_count;  /* threads that were to end, so far */
	uint32_t timer_count;   /* functions that are to run later */
	bool is_main_waiting;
	struct runtime_semaphore *main_semaphore; /* never changes */
	struct runtime_semaphore *session_end;    /* never changes */
	struct runtime_semaphore *first_read;     /* never changes */
	struct runtime_semaphore *profile_end;    /* never changes */
	uint32_t profile_count;                   /* begun */
	struct user_semaphore semaphores[SCENARIO_SEMAPHORE_COUNT];
	uint64_t last_task;
	bool is_tracing; /* as package runtime/trace sees it: start has returned, stop has not begun
			  */
	uint32_t start_count;           /* that began a trace, as far as they came back here */
	uint32_t trace_call_count;      /* starts and stops under way */
	struct user_object trace_calls; /* that start or stop one, one at a time */
	uint32_t reader_stall;
	size_t sink_count;
	uint32_t stop_count;      /* of subscribers, begun */
	uint32_t stops_under_way; /* of them */
	/* Starts of the flight recorder that have come back, less stops that have begun: above 0 it
	 * is on. */
	int32_t recorder_count;
	uint32_t recorder_stop_count; /* stops of it that have begun */
	uint32_t recorder_stops_under_way;
	uint64_t operation_count;
};

extern struct performance performance;

/* ---- pull.c: on a goroutine; where Go has iter.Pull ------------------------ */

void perform_pull(struct pulls *pulls, uint16_t program);
void perform_pull_next(struct pulls *pulls);
/* In a sequence; whether more is wanted. */
bool perform_pull_yield(struct pulls *pulls);
void perform_pull_stop_all(struct pulls *pulls);

/* A goroutine whose thread locks may not change: Go throws. */
static inline bool perform_pull_is_going_on(const struct pulls *pulls)
{
	return pulls->count > 0 || pulls->own != NULL;
}

/* ---- wait.c: on a goroutine ------------------------------------------------ */

/* Waits for the network COUNT times. */
void perform_net_poll(uint32_t count);
/* Has a function run later, which nobody waits for; nothing where too many are to. */
void perform_timer(uint64_t duration_ns);

/* ---- names.c --------------------------------------------------------------- */

/* Before a run. */
void perform_names_prepare(void);
/* A text of so many KiB. */
const char *perform_long_name(uint32_t size_kib);

/* ---- perform.c ------------------------------------------------------------ */

/* The program of PULL, to its end, on the goroutine of the sequence. */
void perform_sequence(struct pull *pull);

/* ---- controller.c: on a goroutine --------------------------------------- */

/* An operation that is not the goroutine's own business. */
void perform_controller(const struct scenario_operation *operation);

/* ---- scenario_kind.c ----------------------------------------------------- */

/* Whether somebody allocates, collects, or stops the world as the collector does. */
bool perform_has_collector(const struct scenario *scenario);

/* ---- trace.c: on a goroutine --------------------------------------------- */

/* trace.Start and a reader, which waits before if READS_FIRST and nothing else goes on; nothing
 * when tracing is on. */
void perform_start_trace(bool reads_first);
void perform_stop_trace(void);
/* As package runtime/trace sees it. */
void perform_set_is_tracing(bool is_tracing);
uint32_t perform_session_count(void);
/* Others may be on their way to one. */
bool perform_has_room_for_session(void);
/* The reader rests, as the scenario wants it. */
void perform_stall(void);
/* A second reader, whose bytes nobody keeps. */
void perform_read_wrongly(void);

/* ---- subscribe.c: on a goroutine; where runtime/trace has subscribers ------ */

bool perform_has_subscribers(void);
/* As perform_start_trace() and perform_stop_trace(), with the package's reader. */
void perform_subscribe(void);
void perform_unsubscribe(void);
/* Nothing where there is no flight recorder. */
void perform_recorder_start(void);
void perform_recorder_stop(void);
void perform_snapshot(void);

/* ---- crash.c: on a goroutine --------------------------------------------- */

/* The generation has been ended, and whoever ended it was told that the reader has all of it. */
void perform_note_complete(uint64_t generation);
struct session_moment perform_moment(void);
/* How the program ends itself: by a panic that nobody recovers, or at once. */
_Noreturn void perform_panic(void);

/* ---- syscall.c: on a goroutine ------------------------------------------- */

/* A system call, also one of C; nothing when too many goroutines are in one. */
void perform_syscall(const struct scenario_operation *operation);

/* Of the threads that are to end, those that have not: how soon they do is the schedule's choice.
 * Within the books. */
uint32_t perform_ending_count(void);

/* ---- profile.c: on a goroutine ------------------------------------------- */

/* Begins a CPU profile and its reader; nothing when one is going on. */
void perform_start_profile(uint32_t hz);
/* Ends it, and waits for all readers. */
void perform_end_profiles(void);

#endif
