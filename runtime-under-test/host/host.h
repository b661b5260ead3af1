/* The one seam between the runtime and the machine.
 *
 * The runtime calls nothing else that touches threads, stacks, signals, the clock or pages. Two
 * hosts implement it, chosen at link time: the simulator (targets/sim), where one OS thread plays
 * all Ms and every decision comes from the scenario, and real pthreads. Nothing here tells the
 * runtime which one it has.
 *
 * Yield points stand BEFORE each operation that others can see. An operation is: host_yield(),
 * then the operation. */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/point.h"

typedef void host_entry(void *argument);

/* ---- Threads: each M is one. --------------------------------------------- */

/* Starts a thread that runs ENTRY(OWNER) on its system stack; host_self() there gives OWNER. Any
 * stack. */
void host_thread_start(void *owner, host_entry *entry);

/* The same, of a thread that is to begin before any has ended: it has an id that no other had. */
void host_daemon_thread_start(void *owner, host_entry *entry);

/* A thread that the runtime has not started for itself: runs ENTRY(ARGUMENT) on its system stack,
 * and has no owner. Any stack. */
void host_foreign_thread_start(void *argument, host_entry *entry);

/* Ends the calling thread. System stack only. */
_Noreturn void host_thread_exit(void);

/* What the operating system calls the calling thread. One that has ended leaves its id to another.
 */
uint64_t host_thread_id(void);

/* Makes OWNER that of the calling thread, which is foreign; NULL: it has none. System stack only.
 */
void host_set_self(void *owner);

/* OWNER of the calling thread. A real call each time: a compiler that kept the answer across a
 * switch would serve one M's state to another. */
void *host_self(void);

/* ---- Stacks -------------------------------------------------------------- */

enum host_stack_kind { HOST_STACK_SYSTEM, HOST_STACK_USER, HOST_STACK_SIGNAL };

/* On which kind of stack the caller runs. */
enum host_stack_kind host_stack_kind(void);

struct host_stack; /* a user stack, owned by one goroutine */

/* A user stack that will run ENTRY(ARGUMENT) when first switched to. ENTRY must not return. */
struct host_stack *host_stack_new(host_entry *entry, void *argument);

/* Gives a user stack back; nobody may be running on it. System stack only. */
void host_stack_free(struct host_stack *stack);

/* From the system stack: runs STACK until it calls host_stack_leave() on this or, meanwhile handed
 * over, on another thread. Program order within the thread, no order between threads: that has to
 * come from the hand-over. */
void host_stack_enter(struct host_stack *stack);

/* From a user stack: back to the system stack of the thread. Returns when entered again. */
void host_stack_leave(void);

/* ---- Yield points -------------------------------------------------------- */

/* What the operation behind a yield point has to mind. */
enum {
	HOST_STORES_PENDING = 1, /* the thread has stores that others do not see yet */
	HOST_MAY_HOLD_STORE = 2, /* what is stored goes to host_store_hold() */
};

/* Says that the calling thread is about to do operation POINT on OBJECT. Others may run, and a
 * signal may be handled on this thread, before it returns. Returns HOST_ bits. Any stack. */
unsigned host_yield(enum point point, const void *object);

/* The thread waits for others in a loop and cannot go on by itself: they run first. Any stack. */
void host_pause(enum point point);

/* ---- Store buffers (host/atomic.h is the only caller) -------------------- */

/* What C11 allows beyond an interleaving of whole operations, as far as store buffers go: a store,
 * or the write of a read-modify-write, of any order becomes visible later than the thread's next
 * loads, unless both are seq_cst. So does hardware: an x86 with plain stores, an ARMv8 with acquire
 * loads (LDAPR), or with exclusive pairs whose write comes late. */
enum host_held_kind { HOST_HELD_STORE, HOST_HELD_EXCHANGE };

/* Keeps a store of SIZE_BYTES (4 or 8) back; it becomes visible at once or later, in order, through
 * host_store_apply(). An exchange only after host_store_settle(): nobody stores between its read
 * and its write. */
void host_store_hold(void *word, uint64_t value, size_t size_bytes, int order,
		     enum host_held_kind kind);

/* Makes visible what others hold as an exchange of WORD. */
void host_store_settle(const void *word);

/* A seq_cst operation that reads comes next: makes visible what seq_cst ones have stored. */
void host_store_order(void);

/* The newest held value of WORD, if this thread holds one. */
bool host_store_find(const void *word, uint64_t *ret_value);

/* Makes all held stores of this thread visible, oldest first. */
void host_store_drain(void);

/* Implemented by host/atomic.c for the host to call on the thread that held the store. */
void host_store_apply(void *word, uint64_t value, size_t size_bytes, int order,
		      enum host_held_kind kind);

/* ---- Blocking: the only ways to wait ------------------------------------- */

/* Mutual exclusion between threads. All zero is unlocked. Not from a signal stack. */
struct host_mutex {
	uint32_t owner_plus_one; /* thread index + 1 */
	uint32_t waiter_count;
	uint32_t last_owner_plus_one; /* who unlocked it last */
};

void host_mutex_lock(struct host_mutex *mutex, enum point point);
void host_mutex_unlock(struct host_mutex *mutex, enum point point);

/* One-shot event of one sleeping thread. All zero is clear. Waking twice without a clear between
 * is fatal. */
struct host_note {
	uint32_t is_set;
	uint32_t sleeper_plus_one;
};

#define HOST_FOREVER UINT64_MAX

void host_note_clear(struct host_note *note);
void host_note_wake(struct host_note *note);
/* Sleeps until woken or until DEADLINE_NS of the thread's clock; whether it was woken. System
 * stack only. */
bool host_note_sleep(struct host_note *note, uint64_t deadline_ns);

/* ---- Race contexts (sched/race_context.c is the only caller) -------------- */

/* Whom the race detector of a Go program takes the caller for. Where nobody judges the order of
 * goroutines by annotations alone, all of these do nothing. Any stack. */
struct host_race_context;

/* The context of whoever runs on STACK, or of one that has no stack (NULL). It comes after what
 * PARENT, if not NULL, has done so far. */
struct host_race_context *host_race_context_new(struct host_stack *stack,
						struct host_race_context *parent);

/* What CONTEXT did so far comes before what those do later who acquire ADDRESS; releases add up. */
void host_race_release(struct host_race_context *context, const void *address);
void host_race_acquire(struct host_race_context *context, const void *address);

/* CONTEXT reads or writes the byte at ADDRESS, in the code at PC. */
void host_race_access(struct host_race_context *context, const void *address, bool is_write,
		      const void *pc);

/* ---- Clock, memory, choices ---------------------------------------------- */

/* The thread's clock. Clocks of different threads may differ; a thread's own never goes back. */
uint64_t host_nanotime(void);

/* The processor's own counter, in nanoseconds: it goes on also where the clock is coarse or stands
 * still. */
uint64_t host_cputicks(void);

/* The wall clock, Unix time, and the thread's clock, of one moment. */
struct host_wall_time {
	uint64_t seconds;
	uint32_t ns; /* below a second */
	uint64_t monotonic_ns;
};
struct host_wall_time host_wall_time(void);

/* Zeroed memory that lives as long as the runtime. */
void *host_allocate(size_t size_bytes);

/* Memory with undefined content that is given back by the same size. */
void *host_pages_allocate(size_t size_bytes);
void host_pages_free(void *pages, size_t size_bytes);

/* Whether the user stack of this thread grows at POINT: a choice of the host. */
bool host_stack_grows(enum point point);

/* Called on the thread's signal stack for each SIGPROF, with the interrupted
 * thread's host_self(). */
typedef void host_signal_handler(void *owner);
void host_set_signal_handler(host_signal_handler *handler);

/* The same for SIGURG, by which one thread asks another to look what it is asked. */
void host_set_preempt_handler(host_signal_handler *handler);

/* Sends it to the thread of OWNER, which may have it handled late, or never. Any stack. */
void host_preempt(const void *owner);

/* On a signal stack: on which kind of stack the thread was. */
enum host_stack_kind host_interrupted_stack_kind(void);

/* Orders plain memory between a thread and its own signal handler. */
static inline void host_signal_fence(void)
{
	atomic_signal_fence(memory_order_seq_cst);
}

/* ---- Violations: what the runtime's own checkers find -------------------- */

enum host_violation {
	HOST_LOCK_ORDER,
	HOST_WRONG_STACK,
	HOST_NO_RACE_CONTEXT,
	HOST_SIGNAL_UNSAFE,
};

/* Ends the run with that verdict. TEXT may live on the caller's stack. */
_Noreturn void host_violate(enum host_violation violation, const char *text);

#endif
