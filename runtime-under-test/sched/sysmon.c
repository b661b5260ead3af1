#include "sched/sysmon.h"

#include "base/fatal.h"
#include "sched/netpoll.h"
#include "sched/preempt_signal.h"
#include "sched/procs.h"
#include "sched/schedule.h"
#include "sched/syscall.h"

static const uint64_t delay_min_ns = 20000;
static const uint64_t delay_max_ns = 10000000;
/* How long a goroutine may run, and a system call keep a P that nobody needs. */
static const uint64_t patience_ns = 10000000;

enum { PATIENT_ROUND_COUNT = 50 /* in which nothing was taken, before it sleeps longer */ };

/* What it has seen of a P, and when first. */
struct tick {
	uint32_t schedule;
	uint64_t schedule_when_ns;
	uint32_t syscall;
	uint64_t syscall_when_ns;
};

struct sysmon {
	struct tick ticks[P_COUNT_MAX];
	/* A copy, since it does not stop with the world. */
	struct p *ps[P_COUNT_MAX];
	uint32_t p_count;
	uint32_t idle_round_count;
	uint64_t delay_ns;
};

/* ---- Sleeping ------------------------------------------------------------ */

/* Nobody wakes it. */
static void sleep_for(uint64_t duration_ns)
{
	struct host_note note = {0};
	host_note_sleep(&note, host_nanotime() + duration_ns);
}

/* Nothing to watch: until somebody has a P again, or may have one since a timer is due. Whether it
 * was woken. Gives sched.lock up meanwhile. */
static bool sleep_deep_locked(void)
{
	uint64_t when_ns = atomic_u64_load(POINT_timer_look, &sched->timers.next_when_ns,
					   memory_order_relaxed);
	if (when_ns == 0)
		when_ns = HOST_FOREVER;
	atomic_u32_store(POINT_sysmon_wait, &sched->is_sysmon_waiting, 1, memory_order_relaxed);
	lock_release(&sched->lock);
	bool is_woken = host_note_sleep(&sched->sysmon_note, when_ns);
	lock_acquire(&sched->lock);
	atomic_u32_store(POINT_sysmon_wait, &sched->is_sysmon_waiting, 0, memory_order_relaxed);
	host_note_clear(&sched->sysmon_note);
	return is_woken;
}

static bool is_quiet_locked(void)
{
	return world_is_stop_wanted() ||
	       atomic_u32_load(POINT_idle_look, &sched->idle_p_count, memory_order_relaxed) ==
		       sched->allp_length;
}

void sysmon_wake_locked(void)
{
	lock_assert_held(&sched->lock);
	if (atomic_u32_peek(&sched->is_sysmon_waiting) == 0)
		return;
	atomic_u32_store(POINT_sysmon_wait, &sched->is_sysmon_waiting, 0, memory_order_relaxed);
	host_note_wake(&sched->sysmon_note);
}

void sysmon_wake_for_syscall(void)
{
	if (atomic_u32_load(POINT_sysmon_look, &sched->is_sysmon_waiting, memory_order_relaxed) ==
	    0)
		return;
	lock_acquire(&sched->lock);
	sysmon_wake_locked();
	lock_release(&sched->lock);
}

/* ---- Watching ------------------------------------------------------------ */

/* Whether P has run one goroutine for too long; then it is asked to make room. */
static bool is_running_long(struct p *p, struct tick *tick, uint64_t now_ns)
{
	uint32_t slice = atomic_u32_load(POINT_sysmon_look_at_slice, &p->time_slice,
					 memory_order_relaxed);
	if (tick->schedule != slice / 2) {
		tick->schedule = slice / 2;
		tick->schedule_when_ns = now_ns;
		return false;
	}
	if (tick->schedule_when_ns + patience_ns > now_ns)
		return false;
	if (slice % 2 == 0)
		atomic_u32_store(POINT_preempt_request, &p->time_slice, slice + 1,
				 memory_order_relaxed);
	preempt_p_by_signal(p);
	return true;
}

/* Whether a P in a system call may stay there: for a round, or longer where nobody needs it. */
static bool may_keep(const struct p *p, struct tick *tick, bool is_long, uint64_t now_ns)
{
	if (!is_long && tick->syscall != p->syscall_tick) {
		tick->syscall = p->syscall_tick;
		tick->syscall_when_ns = now_ns;
		return true;
	}
	uint32_t free_count =
		atomic_u32_load(POINT_spinning_look, &sched->spinning_count, memory_order_relaxed) +
		atomic_u32_load(POINT_idle_look, &sched->idle_p_count, memory_order_relaxed);
	return run_queue_is_empty(p) && free_count > 0 &&
	       tick->syscall_when_ns + patience_ns > now_ns;
}

static bool retake(struct p *p, struct tick *tick, uint64_t now_ns)
{
	bool is_long = is_running_long(p, tick, now_ns);
	struct g *g = syscall_hold(p);
	if (g == NULL)
		return false;
	if (may_keep(p, tick, is_long, now_ns)) {
		syscall_let_go(g);
		return false;
	}
	syscall_take_p(p, P_IDLE);
	syscall_let_go(g);
	schedule_hand_off(p);
	return true;
}

/* Under sysmon_lock no trace starts or stops. */
static void watch_once(struct sysmon *sysmon)
{
	lock_acquire(&sched->sysmon_lock);
	uint64_t now_ns = host_nanotime();
	sysmon->idle_round_count++;
	for (uint32_t i = 0; i < sysmon->p_count; i++)
		if (retake(sysmon->ps[i], &sysmon->ticks[i], now_ns))
			sysmon->idle_round_count = 0;
	lock_release(&sched->sysmon_lock);
}

/* Nobody did for long. */
static void poll_network(void)
{
	uint64_t now_ns = netpoll_may_wait() ? host_nanotime() : 0;
	if (now_ns > patience_ns)
		netpoll_make_ready(now_ns - patience_ns);
}

static void look_around(struct sysmon *sysmon)
{
	lock_acquire(&sched->lock);
	if (is_quiet_locked() && sleep_deep_locked())
		sysmon->idle_round_count = 0;
	sysmon->p_count = sched->allp_length;
	for (uint32_t i = 0; i < sysmon->p_count; i++)
		sysmon->ps[i] = sched->allp[i];
	lock_release(&sched->lock);
}

static void run(void *argument)
{
	struct m *m = argument;
	/* Reaps nobody: without a P it could not look for the reader. */
	m->procid = host_thread_id();
	struct sysmon *sysmon = host_allocate(sizeof *sysmon);
	for (;;) {
		if (sysmon->idle_round_count == 0)
			sysmon->delay_ns = delay_min_ns;
		else if (sysmon->idle_round_count > PATIENT_ROUND_COUNT)
			sysmon->delay_ns *= 2;
		if (sysmon->delay_ns > delay_max_ns)
			sysmon->delay_ns = delay_max_ns;
		sleep_for(sysmon->delay_ns);
		look_around(sysmon);
		poll_network();
		watch_once(sysmon);
	}
}

void sysmon_begin(void)
{
	if (atomic_u32_load(POINT_sysmon_begin, &sched->has_sysmon, memory_order_relaxed) == 0 &&
	    atomic_u32_compare_exchange(POINT_sysmon_begin, &sched->has_sysmon, 0, 1,
					memory_order_relaxed))
		schedule_new_sysmon(run);
}
