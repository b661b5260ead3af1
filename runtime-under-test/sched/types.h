/* G, M and P, and the scheduler that binds them. Fields are grouped by who may touch them.
 *
 * At each atomic: its orders and partners. Upstream's atomics are all seq_cst, so only what is
 * plain there, or of another order, has an `upstream:` remark. What is seq_cst here stands in
 * litmus.def; `ci/prove/orders` weakens every order but relaxed.
 *
 * Vocabulary and field meanings follow the Go runtime of 1.26 (algorithms.md 1, 8, 16.8). */
#ifndef SCHED_TYPES_H
#define SCHED_TYPES_H

#include "host/atomic.h"
#include "lock/lock.h"
#include "sched/trace_state.h"

enum {
	P_COUNT_MAX = 64,
	G_COUNT_MAX = 256, /* alive or waiting for reuse at one time */
	P_RUN_QUEUE_LENGTH_MAX = 256,
	SHADOW_STACK_DEPTH_MAX = 8,
};

enum g_status {
	G_IDLE = 0,
	G_RUNNABLE = 1,
	G_RUNNING = 2,
	G_SYSCALL = 3,
	G_WAITING = 4,
	G_DEAD = 6,
	G_PREEMPTED = 9, /* stopped itself for a suspend; who makes it waiting owns it */
	G_DEAD_EXTRA =
		11, /* of an extra M that no thread has; its P may still be wired (extra_m.h) */
	G_SCAN = 0x1000, /* with another status: its holder owns transitions */
};

enum p_status { P_IDLE = 0, P_RUNNING = 1, P_GCSTOP = 3, P_DEAD = 4 };

/* Why a G waits. The reasons up to WAIT_SUSPENDING... are also what a trace shows (format-v2.md 3,
 * fixed strings). */
enum wait_reason {
	WAIT_NONE,
	WAIT_SEMAPHORE,
	WAIT_CHANNEL_RECEIVE,
	WAIT_SLEEP,
	WAIT_TRACE_READER,
	WAIT_SYSTEM,
	WAIT_PREEMPTED,
	WAIT_GC_ASSIST, /* for workers to mark in its place */
	WAIT_GC_SWEEP,
	WAIT_GC_CYCLE,
	WAIT_NETWORK,
	WAIT_COROUTINE, /* shown to nobody: a switch has no reason */
	/* Those in which the M goes on running for its G: a trace calls that G
	 * running (16.8). */
	WAIT_STOPPING_THE_WORLD,
	WAIT_FOR_EACH_P,
	WAIT_TRACE_GOROUTINE_STATUS,
	WAIT_GC_WORKER_ACTIVE,
	WAIT_GC_ASSIST_MARKING,
	WAIT_GARBAGE_COLLECTION,
};

struct coro;
struct gc;
struct g;
struct m;
struct p;

typedef void g_entry(void *argument);
/* Runs on the system stack when the G is off its M; false means: do not wait after all. */
typedef bool park_unlock(struct g *g, void *argument);

/* A waiter in a semaphore's queue; lives in its G, which waits for one thing at a time. */
struct sudog {
	struct g *g;
	struct sudog *next;
	bool has_ticket; /* the semaphore was handed over */
};

struct timer {
	uint64_t when_ns;
	uint64_t sequence; /* ties go in order of arming */
	void (*fire)(
		void *argument); /* NULL: the network is ready for a goroutine, see netpoll.h */
	void *argument;
	int32_t heap_index; /* -1 when not armed */
};

/* Where a goroutine goes on. Plain memory, written by the system stack before a switch in and
 * after a switch out, so that a hand-over between Ms without order is a data race that TSan sees
 * (DESIGN.md 9). */
struct gobuf {
	struct m *last_m;
	uint64_t switch_count;
};

/* Where a stack is, as a trace names it, and the bit length of its size. */
struct stack_memory {
	uint32_t id;
	uint32_t order;
};

struct g {
	/* Immutable while alive. */
	uint64_t id;
	uint32_t index; /* in all_gs; immutable from then on */
	g_entry *entry;
	void *entry_argument;
	uint32_t entry_pc;
	bool is_system;

	/* Transitions are acq_rel, the scan bit is taken with acquire and given with release: who
	 * owns a status sees what the owner before it did to the G. A look without a change is
	 * relaxed. */
	struct atomic_u32 status;

	/* Owner of the G: the M that runs it, or who holds its scan bit. */
	struct m *m;
	struct gobuf saved;
	struct host_stack *stack;
	enum wait_reason wait_reason;
	struct g *queue_next; /* in a g_queue or the free list */
	struct sudog sudog;
	struct timer sleep_timer;
	struct trace_resource trace;
	struct trace_goroutine_v1 trace_v1;

	/* Requests of others; relaxed, the G looks at every safe point, and who asks asks again.
	 * upstream: plain, as are those of a P. */
	struct atomic_u32 is_preempt_wanted;
	struct atomic_u32 is_preempt_stop_wanted;

	/* Own goroutine; read by whoever has taken the G to run it. */
	struct m *locked_m; /* the only M that may run it; NULL: any */

	/* Own goroutine, and the handler on its M. */
	bool is_computing;   /* between safe points, where it may be made to stop */
	bool is_stop_pushed; /* it has to stop: set by the handler */

	/* Own goroutine only. */
	struct coro *coro; /* that it switches on, on its way to the system stack */
	struct host_race_context *race_context; /* NULL: none */
	bool is_stack_moving;                   /* to another place; of who holds the scan bit */
	uint32_t shadow_depth;
	uint32_t shadow_pcs[SHADOW_STACK_DEPTH_MAX];
	uint32_t syscall_pc;    /* set from before it enters a system call until it is back, or 0 */
	uint32_t operation_pc;  /* innermost frame: the runtime operation in progress, or 0 */
	uint8_t label;          /* mark worker mode that its next starts show, or 0 */
	bool is_yielding;       /* it has called Gosched */
	bool is_in_mark_assist; /* as a trace tells it; see gc_assist.c */
	uint32_t assist_debt;   /* units that it owes to the collector */
	struct stack_memory memory, memory_left; /* what it is on, and left last */
	uint64_t profile_label;                  /* what a CPU profile shows of it, or 0 */
	void *user;                              /* of whoever made it */
};

enum m_request { M_REQUEST_NONE, M_REQUEST_MCALL, M_REQUEST_SYSTEM_CALL, M_REQUEST_RETURN_TO_C };

struct m {
	struct lock_thread lock; /* first: lock.h */

	/* Immutable. */
	uint32_t id; /* no other M of the runtime ever has it */
	bool is_extra;

	/* Own M. */
	uint64_t procid; /* thread id in a trace; 0: it has no thread */
	struct p *p;     /* in a system call: of who holds the goroutine's scan bit (syscall.h) */
	/* That it had when it entered the system call that it is in; NULL: in none, or given up
	 * before. Its own handler looks at it. */
	struct p *syscall_p;
	uint32_t
		syscall_tick; /* of that P then; or another, if the trace has it lost (extra_m.h) */
	struct g *current_g;  /* the user goroutine, also while on the system stack */
	struct g *locked_g;   /* the only G it may run; NULL: any */
	uint32_t thread_lock_count;
	bool is_back_in_c;  /* its goroutine has returned to the foreign thread */
	bool is_last_extra; /* the list of extra Ms was empty without it */
	bool is_spinning;
	struct host_race_context *borrowed_race_context; /* the system stack's, or NULL */
	uint32_t random;
	/* What the user stack wants of the system stack. */
	enum m_request request;
	struct g *(*mcall)(struct g *);
	void (*system_call)(void *argument);
	void *system_argument;
	park_unlock *wait_unlock;
	void *wait_argument;

	/* Handed over by who wakes it, through its note. */
	struct p *next_p;
	struct host_note park;

	/* Under sched.lock. */
	struct m *idle_next;
	struct m *all_next;
	struct m *ended_next;

	struct m *extra_next; /* under the lock of the list of extra Ms */

	/* Its thread writes no more. Release by its M, partner: the acquire of who reaps it. */
	struct atomic_u32 is_gone;

	/* Samples a second that its handler takes, 0: none. Own M and its handler, relaxed. */
	struct atomic_u32 profile_hz;
	struct trace_thread trace;
	struct trace_thread_v1 trace_v1;
};

/* Of the collector, in each P. */
struct gc_proc {
	uint32_t write_barrier_count; /* pointers in its buffer */
	uint32_t fractional_tick;     /* schedule_tick when it last had a fractional worker */
};

struct p {
	/* Immutable. */
	uint32_t id;

	/* Owner of the P: its M; who holds the scan bit of its M's goroutine in a system call;
	 * under sched.lock while idle; whoever stopped the world. */
	uint32_t status; /* enum p_status */
	struct m *m;
	struct p *link; /* idle list */
	uint32_t schedule_tick;
	uint32_t syscall_tick; /* counts system calls that have ended or lost it */
	struct trace_resource trace;
	struct trace_proc trace_proc;
	struct trace_proc_v1 trace_v1;
	struct trace_sweep trace_sweep;
	struct gc_proc gc;
	struct host_race_context *timer_race_context; /* NULL until a timer has fired here */

	/* Requests of others; the M looks at every safe point. run_safe_point: forEachP wants its
	 * function run; release by forEachP, partner: the acquire of the claim, which then reads
	 * that function. Looks are relaxed. */
	struct atomic_u32 run_safe_point;
	/* 2 * schedule_tick, + 1: whatever goroutine runs here is to make room. Relaxed; who asks
	 * may spoil the tick, which is a hint. */
	struct atomic_u32 time_slice;

	/* The M on which a goroutine computes here; 0: none. A hint, relaxed: its handler looks. */
	struct atomic_address computing_m;

	/* The last goroutine that entered a system call here; 0: the P has been taken from it. A
	 * hint, relaxed: what it says is looked at again under the goroutine's scan bit. */
	struct atomic_address syscall_g;

	/* Run queue: a ring of g pointers. Its owner pushes at the tail and pops at the head,
	 * others steal at the head.
	 *
	 *         | push | pop | steal
	 * push    |  X   |  X  |   -
	 * pop     |  X   |  X  |   -
	 * steal   |  -   |  -  |   -
	 *
	 * head: a thief's CAS is release, partner: the acquire of a push, which writes slots again
	 * that the thief has read. The owner's own CAS is relaxed: it goes on with the thieves'
	 * release sequence. All other looks are relaxed, confirmed by a CAS.
	 * upstream: a CAS is seq_cst or release, every look acquire.
	 * tail: seq_cst store by a push, against spinning_count; and so release, partner: the
	 * acquire of a thief, which then reads the Gs. upstream: release.
	 * slots: relaxed; a thief's read is confirmed by its CAS of head. upstream: plain. */
	struct atomic_u32 queue_head;
	struct atomic_u32 queue_tail;
	struct atomic_address queue[P_RUN_QUEUE_LENGTH_MAX];
};

struct g_queue {
	struct g *head;
	struct g *tail;
	uint32_t length;
};

struct semaphore {
	/* An addition is seq_cst, and so is the look after a registration: against waiter_count. A
	 * taker's CAS is acquire, partner: the addition. */
	struct atomic_u32 value;
	/* Registering and the releaser's look are seq_cst, against value; taking a registration
	 * back is relaxed. */
	struct atomic_u32 waiter_count;
	struct lock lock; /* rank root; the queue */
	struct sudog *head;
	struct sudog *tail;
};

struct timers {
	struct lock lock;
	struct timer *heap[G_COUNT_MAX + 64];
	uint32_t count;
	uint64_t next_sequence;
	/* 0: none; a hint for Ms without the lock. seq_cst by who holds it, against poll_until_ns
	 * and spinning_count; partners: the looks of an M that idles. Relaxed when an M looks for
	 * what is due now. */
	struct atomic_u64 next_when_ns;
	/* Goroutines that wait for the network, or are about to. A hint, relaxed. */
	struct atomic_u32 network_count;
};

/* Where the goroutines of the collector begin, for stacks. */
struct gc_configuration {
	uint32_t worker_pc;
	uint32_t sweeper_pc;
};

struct sched_configuration {
	uint32_t proc_count;
	uint32_t run_queue_length;
	bool has_collector;
	bool traces_stack_memory; /* its tracer can */
	struct gc_configuration collector;
};

struct sched {
	struct sched_configuration configuration; /* immutable */

	struct lock lock; /* rank sched */
	/* Under lock. */
	struct m *idle_ms;
	struct p *idle_ps;
	struct g_queue queue;    /* global run queue */
	bool is_spinning_needed; /* there was work and no idle P: who gives one up looks again */
	uint32_t stop_wait_count;
	uint32_t safe_point_wait_count;
	void (*safe_point_function)(struct p *p);
	struct m *all_ms; /* newest first */
	uint32_t m_count; /* that there ever were */
	/* Ended and not reaped. Relaxed; looked at without lock by who would be harmed. */
	struct atomic_address ended_ms;

	/* Written under lock, looked at anywhere. */
	struct atomic_u32 idle_p_count; /* relaxed, a hint */
	/* A push is seq_cst, against spinning_count. A pop is relaxed, and so is a look that the
	 * lock or a second look follows. upstream: plain, looked at under the lock at last. */
	struct atomic_u32 queue_length;
	/* Giving up and the submitter's look are seq_cst, against the queues and the timers. An
	 * increment is relaxed: who sees it is served by the give-up that follows. */
	struct atomic_u32 spinning_count;
	/* gcwaiting. Relaxed: an M that gives its P up looks under the lock, and whoever gets a P
	 * after the stop gets it through the lock or a note. */
	struct atomic_u32 is_stop_wanted;
	/* Goroutines on their way from a system call to the run queue. Counted up and looked at
	 * with seq_cst, against the start of a trace; down with release, after the change. */
	struct atomic_u32 exiting_syscall_count;

	/* Goroutines that compute between safe points. A hint, relaxed. */
	struct atomic_u32 computing_count;

	/* The daemon's life (sysmon.h): relaxed, who sets it begins it. */
	struct atomic_u32 has_sysmon;
	/* It sleeps until a P has work again. Stored under lock; a look without it is a hint. */
	struct atomic_u32 is_sysmon_waiting;
	struct host_note sysmon_note;
	const struct m *sysmon_m; /* under lock; NULL: it has not begun */

	struct host_note stop_note;
	struct host_note safe_point_note;

	/* The M that sleeps for timers, if any: it has no P. */
	struct atomic_u32 is_polling; /* owns poll_note: entered with acquire, left with release */
	/* seq_cst by the sleeper, against next_when_ns; partner: who has armed a timer. Its CAS to
	 * 0 is acquire, so that the note is clear when it is woken. */
	struct atomic_u64 poll_until_ns;
	struct host_note poll_note;

	/* Who may stop the world, and who may change GOMAXPROCS meanwhile. */
	struct semaphore world_semaphore;
	const char *stop_kind; /* of the stop there is; under the semaphore */

	/* Changed while the world is stopped, under allp_lock when longer; otherwise immutable. */
	struct lock allp_lock;
	struct p *allp[P_COUNT_MAX]; /* [0, allp_length) live, [allp_length, allp_capacity) dead */
	uint32_t allp_length;
	uint32_t allp_capacity;
	uint32_t wanted_proc_count; /* next start of the world sets it; 0: unchanged */
	struct semaphore goroutine_profile_semaphore;
	bool is_goroutine_profile_on; /* changed while the world is stopped */

	struct lock allg_lock;
	struct g *all_gs[G_COUNT_MAX]; /* append-only */
	struct atomic_u32 g_count;   /* release after the slot is filled, acquire by the advance */
	struct g *free_gs;           /* under allg_lock */
	struct atomic_u64 last_g_id; /* relaxed, a counter. upstream: a batch per P */

	/* Extra Ms that no thread has; 0: none, 1: locked. Locked with acquire, partner: the
	 * release of who unlocked it. A look alone is relaxed. */
	struct atomic_address extra_ms;
	struct atomic_u32 extra_m_waiter_count; /* relaxed, a counter */
	struct atomic_u32 has_extra_ms;         /* relaxed: who sets it makes the first */
	/* Written by that one, before any other is made. */
	uint32_t callback_pc, cgo_call_pc;

	/* What each M's profile_hz becomes when it next runs a goroutine; relaxed. */
	struct atomic_u32 profile_hz;

	struct timers timers;
	struct lock sysmon_lock; /* while the daemon looks at Ps, and while a trace starts */

	/* The heap's locks as far as the tracer meets them (heap.h). */
	struct gc *gc; /* immutable; NULL: nobody collects or allocates, see gc.h */

	struct lock gscan_lock, stackpool_lock, wbuf_spans_lock, mheap_lock;
	struct atomic_u64 heap_live_bytes;        /* relaxed, a counter */
	struct atomic_u32 is_stack_memory_traced; /* relaxed: a wish of the program */
	/* Under mheap_lock. */
	uint64_t heap_goal_bytes;
	uint64_t heap_marked_bytes; /* at the end of the last mark phase, the world stopped */
	uint32_t gc_percent;
	uint32_t memory_limit_mib; /* 0: none */
};

/* The runtime of this process. Set once before anything runs, and then read-only. */
extern struct sched *sched;

/* The M that runs the caller. */
static inline struct m *m_self(void)
{
	return host_self();
}

/* The user goroutine of the caller; NULL on a system stack without one. */
static inline struct g *g_self(void)
{
	return m_self()->current_g;
}

static inline bool is_on_user_stack(void)
{
	return host_stack_kind() == HOST_STACK_USER;
}

/* Ends the run with the verdict wrong-stack unless the caller is on a system stack. */
void assert_system_stack(const char *what);

/* While the count is above 0 the M is not preempted, so neither a stop of the world nor forEachP
 * gets past it. */
static inline struct m *acquirem(void)
{
	struct m *m = m_self();
	m->lock.preemption_off_count++;
	return m;
}

static inline void releasem(struct m *m)
{
	m->lock.preemption_off_count--;
}

#endif
