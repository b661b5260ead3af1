#include "base/defect.h"
#include "base/fatal.h"
#include "sched/gc.h"
#include "sched/goroutine.h"
#include "sched/schedule.h"
#include "sched/suspend.h"
#include "sched/trace_hooks.h"

/* Who marks, and what. From Go's mgcmark.go, gcBgMarkWorker and gcController. */

enum {
	UNIT_SIZE_BYTES = 256 << 10,
	UNIT_COUNT_MIN = 2,
	UNIT_COUNT_MAX = 24,
	UNSEEN_COUNT = 8, /* that write barriers may find */
	/* Of a fractional worker's turn; and goroutines that its P runs between two turns. */
	FRACTIONAL_JOB_COUNT = 2,
	FRACTIONAL_TICKS = 4,
};

/* ---- What is to be marked ------------------------------------------------ */

static bool has_unmarked(void)
{
	const struct gc *gc = sched->gc;
	return atomic_u32_peek(&gc->roots_left) > 0 || atomic_u32_peek(&gc->unit_count) > 0;
}

uint32_t gc_take_one(enum point point, struct atomic_u32 *count)
{
	for (;;) {
		uint32_t now = atomic_u32_peek(count);
		if (now == 0 ||
		    atomic_u32_compare_exchange(point, count, now, now - 1, memory_order_relaxed))
			return now;
	}
}

/* The goroutine stands still while its stack is looked at, and moves to a smaller one where half is
 * enough; not one that stands still only for who suspends it. */
static void scan_stack(struct g *g)
{
	struct suspended suspended = g_suspend(g);
	if (suspended.g != NULL) {
		uint32_t status = atomic_u32_peek(&g->status) & ~(uint32_t)G_SCAN;
		/* One that has not run yet belongs to who makes it known, too. */
		bool shrinks = g->shadow_depth > 1 &&
			       (status == G_RUNNABLE ||
				(status == G_WAITING && g->wait_reason < WAIT_STOPPING_THE_WORLD));
		if (shrinks)
			g->is_stack_moving = true;
		host_yield(POINT_gc_scan_stack, g);
		if (shrinks)
			g->is_stack_moving = false;
	}
	g_resume(suspended);
}

static bool mark_root(void)
{
	uint32_t left = gc_take_one(POINT_gc_take_root, &sched->gc->roots_left);
	if (left == 0)
		return false;
	uint32_t root = sched->gc->root_count - left;
	if (root > 0)
		scan_stack(sched->all_gs[root - 1]);
	return true;
}

/* Units last: first what stacks hold. */
static bool mark_unit(void)
{
	struct p *p = m_self()->p;
	if (gc_take_one(POINT_gc_take_unit, &sched->gc->unit_count) != 0)
		return true;
	return gc_flush_write_barrier(p) &&
	       gc_take_one(POINT_gc_take_unit, &sched->gc->unit_count) != 0;
}

uint32_t gc_drain_units(uint32_t unit_count)
{
	uint32_t done = 0;
	while (done < unit_count && (mark_root() || mark_unit()))
		done++;
	return done;
}

static uint32_t units_of(uint64_t size_bytes)
{
	uint64_t count = UNIT_COUNT_MIN + size_bytes / UNIT_SIZE_BYTES;
	return count < UNIT_COUNT_MAX ? (uint32_t)count : UNIT_COUNT_MAX;
}

/* As Go: a quarter of the Ps, and where that is no whole number or nearly so, one P's worth less by
 * workers that others have a turn beside. */
static void plan_workers(struct gc *gc)
{
	uint32_t count = sched->allp_length;
	uint32_t dedicated = (count + 2) / 4;
	/* More than 30 % off. */
	uint32_t distance = 4 * dedicated > count ? 4 * dedicated - count : count - 4 * dedicated;
	gc->has_fractional = 10 * distance > 3 * count;
	if (gc->has_fractional && 4 * dedicated > count)
		dedicated--;
	atomic_u32_store(POINT_gc_account, &gc->dedicated_needed, dedicated, memory_order_relaxed);
	atomic_u32_store(POINT_gc_account, &gc->idle_workers_left, count - dedicated,
			 memory_order_relaxed);
	for (uint32_t i = 0; i < count; i++)
		sched->allp[i]->gc.fractional_tick = sched->allp[i]->schedule_tick -
						     FRACTIONAL_TICKS;
}

void gc_prepare_marking(void)
{
	struct gc *gc = sched->gc;
	uint32_t g_count = atomic_u32_peek(&sched->g_count);
	gc->start_bytes = atomic_u64_peek(&sched->heap_live_bytes);
	gc->root_count = 1 + g_count;
	for (uint32_t i = 0; i < g_count; i++)
		sched->all_gs[i]->assist_debt = 0;
	atomic_u32_store(POINT_gc_account, &gc->credit, 0, memory_order_relaxed);
	atomic_u32_store(POINT_gc_account, &gc->roots_left, gc->root_count, memory_order_relaxed);
	atomic_u32_store(POINT_gc_account, &gc->unseen_count, UNSEEN_COUNT, memory_order_relaxed);
	atomic_u32_store(POINT_gc_account, &gc->unit_count, units_of(gc->start_bytes),
			 memory_order_relaxed);
	plan_workers(gc);
}

void gc_begin_work(void)
{
	atomic_u32_add(POINT_gc_account, &sched->gc->at_work_count, 1, memory_order_relaxed);
}

bool gc_end_work(void)
{
	uint32_t left = atomic_u32_add(POINT_gc_account, &sched->gc->at_work_count, UINT32_MAX,
				       memory_order_relaxed);
	return left == 0 && !has_unmarked();
}

bool gc_is_mark_done(void)
{
	return atomic_u32_peek(&sched->gc->at_work_count) == 0 && !has_unmarked();
}

/* ---- A worker's turn ----------------------------------------------------- */

/* Before commit 25895d1c99 a worker that is not preempted looked for stops of the world alone. */
static bool is_safe_point_wanted(const struct p *p)
{
	return DEFECT(commit_25895d1c99) != GC_WORKER_STAYS &&
	       atomic_u32_peek(&p->run_safe_point) != 0;
}

/* Always for a stop of the world or a forEachP; for others where IS_PREEMPTIBLE. */
static bool has_to_stop(const struct m *m, bool is_preemptible)
{
	if (atomic_u32_peek(&m->current_g->is_preempt_wanted) == 0 &&
	    atomic_u32_peek(&m->p->time_slice) % 2 == 0)
		return false;
	return is_preemptible || atomic_u32_peek(&sched->is_stop_wanted) != 0 ||
	       is_safe_point_wanted(m->p);
}

static bool has_other_work(const struct m *m)
{
	return !run_queue_is_empty(m->p) || atomic_u32_peek(&sched->queue_length) != 0;
}

static void drain(struct m *m, enum gc_worker_mode mode, bool is_preemptible)
{
	uint32_t job_count = 0;
	while (!has_to_stop(m, is_preemptible) && (mark_root() || mark_unit())) {
		gc_flush_credit();
		job_count++;
		if ((mode == GC_IDLE && has_other_work(m)) ||
		    (mode == GC_FRACTIONAL && job_count == FRACTIONAL_JOB_COUNT))
			return;
	}
}

/* Who waits for this P goes elsewhere: it is the worker's for long. Whoever looked before they were
 * in the global queue is asleep by now, so that somebody has to be woken; upstream leaves them to
 * who looks next. */
static void give_run_queue_away(struct p *p)
{
	struct g *g = run_queue_pop(p);
	if (g == NULL)
		return;
	lock_acquire(&sched->lock);
	for (; g != NULL; g = run_queue_pop(p))
		global_queue_push_locked(g);
	lock_release(&sched->lock);
	schedule_wake_p();
}

/* The goroutine can be suspended meanwhile: two workers may scan each other's stack. */
static void mark_as_worker(void *argument)
{
	enum gc_worker_mode mode = *(const enum gc_worker_mode *)argument;
	struct m *m = m_self();
	struct g *g = m->current_g;
	g->wait_reason = WAIT_GC_WORKER_ACTIVE;
	g_change_status(g, G_RUNNING, G_WAITING);
	drain(m, mode, true);
	if (mode == GC_DEDICATED) {
		if (has_to_stop(m, true))
			give_run_queue_away(m->p);
		drain(m, mode, false);
	}
	g_change_status(g, G_WAITING, G_RUNNING);
}

static void stop_worker(struct p *p, enum gc_worker_mode mode)
{
	struct gc *gc = sched->gc;
	if (mode == GC_DEDICATED)
		atomic_u32_add(POINT_gc_account, &gc->dedicated_needed, 1, memory_order_relaxed);
	else if (mode == GC_IDLE)
		atomic_u32_add(POINT_gc_account, &gc->idle_workers_left, 1, memory_order_relaxed);
	else
		p->gc.fractional_tick = p->schedule_tick;
}

static bool give_worker_back(struct g *g, void *argument)
{
	struct gc_worker *worker = argument;
	(void)g;
	atomic_u32_store(POINT_gc_take_worker, &worker->is_waiting, 1, memory_order_release);
	return true;
}

static void run_worker(void *argument)
{
	struct gc_worker *worker = argument;
	worker->g = g_self();
	for (;;) {
		goroutine_park(give_worker_back, worker, WAIT_SYSTEM);
		struct m *m = acquirem();
		enum gc_worker_mode mode = worker->g->label;
		ensure(mode != GC_NO_WORKER && gc_is_blackening());
		gc_begin_work();
		on_system_stack(mark_as_worker, &mode);
		stop_worker(m->p, mode);
		/* From here on it may be run as any goroutine. */
		worker->g->label = GC_NO_WORKER;
		bool is_last = gc_end_work();
		releasem(m);
		if (is_last)
			gc_mark_done();
	}
}

void gc_start_workers(void)
{
	struct gc *gc = sched->gc;
	gc_start_sweeper();
	while (gc->worker_count < sched->allp_length) {
		struct gc_worker *worker = &gc->workers[gc->worker_count];
		if (goroutine_start(run_worker, worker, gc->configuration.worker_pc, true, NULL) ==
		    0)
			fatal("no goroutine for a mark worker");
		gc->worker_count++;
	}
}

/* ---- A worker for a P ---------------------------------------------------- */

static struct gc_worker *take_worker(void)
{
	struct gc *gc = sched->gc;
	for (uint32_t i = 0; i < gc->worker_count; i++) {
		struct gc_worker *worker = &gc->workers[i];
		if (atomic_u32_peek(&worker->is_waiting) != 0 &&
		    atomic_u32_compare_exchange(POINT_gc_take_worker, &worker->is_waiting, 1, 0,
						memory_order_acquire))
			return worker;
	}
	return NULL;
}

static struct g *make_runnable(struct gc_worker *worker, enum gc_worker_mode mode)
{
	struct g *g = worker->g;
	g->label = (uint8_t)mode;
	goroutine_make_runnable(g);
	return g;
}

bool gc_has_work(void)
{
	return gc_is_blackening() && has_unmarked();
}

/* Which kind P needs now, counted as there. */
static enum gc_worker_mode claim_mode(const struct p *p)
{
	struct gc *gc = sched->gc;
	if (gc_take_one(POINT_gc_account, &gc->dedicated_needed) != 0)
		return GC_DEDICATED;
	if (gc->has_fractional && p->schedule_tick - p->gc.fractional_tick >= FRACTIONAL_TICKS)
		return GC_FRACTIONAL;
	return GC_NO_WORKER;
}

struct g *gc_find_worker(struct p *p)
{
	if (!gc_has_work())
		return NULL;
	struct gc_worker *worker = take_worker();
	if (worker == NULL)
		return NULL;
	enum gc_worker_mode mode = claim_mode(p);
	if (mode != GC_NO_WORKER)
		return make_runnable(worker, mode);
	give_worker_back(NULL, worker);
	return NULL;
}

bool gc_wants_idle_worker(void)
{
	const struct gc *gc = sched->gc;
	if (!gc_has_work() || atomic_u32_peek(&gc->idle_workers_left) == 0)
		return false;
	/* How many there are is told only to who has a P. */
	for (uint32_t i = 0; i < P_COUNT_MAX; i++)
		if (atomic_u32_peek(&gc->workers[i].is_waiting) != 0)
			return true;
	return false;
}

struct g *gc_find_idle_worker(void)
{
	if (!gc_has_work())
		return NULL;
	struct gc *gc = sched->gc;
	uint32_t left = atomic_u32_peek(&gc->idle_workers_left);
	if (left == 0 || !atomic_u32_compare_exchange(POINT_gc_account, &gc->idle_workers_left,
						      left, left - 1, memory_order_relaxed))
		return NULL;
	struct gc_worker *worker = take_worker();
	if (worker != NULL)
		return make_runnable(worker, GC_IDLE);
	atomic_u32_add(POINT_gc_account, &gc->idle_workers_left, 1, memory_order_relaxed);
	return NULL;
}
