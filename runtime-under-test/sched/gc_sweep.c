#include "base/fatal.h"
#include "sched/gc.h"
#include "sched/goroutine.h"
#include "sched/trace_hooks.h"

/* Sweeping, by who allocates, by the sweeper, and at the next cycle's begin. From Go's mgcsweep.go.
 */

enum {
	SPAN_SIZE_BYTES = 8192,
	UNIT_SIZE_BYTES = 256 << 10,
	UNIT_COUNT_MIN = 3,
	UNIT_COUNT_MAX = 32,
	SWEEPER_BATCH_COUNT = 4,
	/* Of sweep_state: how many sweep, and that nothing is left to begin. */
	STATE_DRAINED = 1 << 30,
};

/* ---- Who sweeps now ------------------------------------------------------ */

/* Whether the caller may sweep: nothing was left otherwise. */
static bool begin(struct gc *gc)
{
	for (;;) {
		uint32_t state = atomic_u32_peek(&gc->sweep_state);
		if (state & STATE_DRAINED)
			return false;
		if (atomic_u32_compare_exchange(POINT_gc_account, &gc->sweep_state, state,
						state + 1, memory_order_relaxed))
			return true;
	}
}

static void end(struct gc *gc)
{
	atomic_u32_add(POINT_gc_account, &gc->sweep_state, UINT32_MAX, memory_order_relaxed);
}

static void mark_drained(struct gc *gc)
{
	for (;;) {
		uint32_t state = atomic_u32_peek(&gc->sweep_state);
		if ((state & STATE_DRAINED) ||
		    atomic_u32_compare_exchange(POINT_gc_account, &gc->sweep_state, state,
						state | STATE_DRAINED, memory_order_relaxed))
			return;
	}
}

bool gc_is_sweep_done(void)
{
	return atomic_u32_peek(&sched->gc->sweep_state) == STATE_DRAINED;
}

/* ---- Units --------------------------------------------------------------- */

/* A span, half of it garbage. */
static void sweep(void)
{
	host_yield(POINT_gc_sweep_span, m_self()->p);
	struct trace_section section = trace_enter();
	if (section.is_valid)
		trace_hooks->gc_sweep_span(section, SPAN_SIZE_BYTES, SPAN_SIZE_BYTES / 2);
	trace_leave(section);
}

bool gc_sweep_one(void)
{
	struct gc *gc = sched->gc;
	/* Nobody is preempted in the middle of a unit. */
	struct m *m = acquirem();
	bool is_begun = begin(gc);
	bool has_unit = is_begun && gc_take_one(POINT_gc_account, &gc->sweep_unit_count) != 0;
	if (has_unit)
		sweep();
	else if (is_begun)
		mark_drained(gc);
	if (is_begun)
		end(gc);
	releasem(m);
	return has_unit;
}

/* ---- While allocating ---------------------------------------------------- */

void gc_sweep_for(uint64_t size_bytes)
{
	struct gc *gc = sched->gc;
	ensure(m_self()->lock.preemption_off_count > 0);
	if (atomic_u32_peek(&gc->is_sweep_paced) == 0)
		return;
	host_yield(POINT_gc_sweep_begin, m_self()->p);
	trace_tell(trace_hooks->gc_sweep_begin);
	for (uint64_t left = 1 + size_bytes / UNIT_SIZE_BYTES; left > 0; left--) {
		if (gc_sweep_one())
			continue;
		atomic_u32_store(POINT_gc_account, &gc->is_sweep_paced, 0, memory_order_relaxed);
		break;
	}
	host_yield(POINT_gc_sweep_end, m_self()->p);
	trace_tell(trace_hooks->gc_sweep_end);
}

/* ---- The sweeper --------------------------------------------------------- */

static void run_sweeper(void *argument)
{
	struct gc *gc = argument;
	for (;;) {
		for (uint32_t i = 1; gc_sweep_one(); i++)
			if (i % SWEEPER_BATCH_COUNT == 0)
				goroutine_yield();
		lock_acquire(&gc->sweep_lock);
		if (!gc_is_sweep_done()) {
			/* A cycle has begun another sweep, or others are in the middle of theirs.
			 */
			lock_release(&gc->sweep_lock);
			goroutine_yield();
			continue;
		}
		gc->sweeper = g_self();
		goroutine_park_unlock(&gc->sweep_lock, WAIT_GC_SWEEP);
	}
}

void gc_start_sweeper(void)
{
	struct gc *gc = sched->gc;
	if (gc->worker_count == 0 &&
	    goroutine_start(run_sweeper, gc, gc->configuration.sweeper_pc, true, NULL) == 0)
		fatal("no goroutine for the sweeper");
}

void gc_begin_sweep(uint64_t live_bytes)
{
	struct gc *gc = sched->gc;
	uint64_t count = UNIT_COUNT_MIN + live_bytes / UNIT_SIZE_BYTES;
	if (count > UNIT_COUNT_MAX)
		count = UNIT_COUNT_MAX;
	atomic_u32_store(POINT_gc_account, &gc->sweep_unit_count, (uint32_t)count,
			 memory_order_relaxed);
	atomic_u32_store(POINT_gc_account, &gc->sweep_state, 0, memory_order_relaxed);
	atomic_u32_store(POINT_gc_account, &gc->is_sweep_paced, 1, memory_order_relaxed);
	lock_acquire(&gc->sweep_lock);
	struct g *sweeper = gc->sweeper;
	gc->sweeper = NULL;
	lock_release(&gc->sweep_lock);
	if (sweeper != NULL)
		goroutine_ready(sweeper);
}

void gc_sweep_init(struct gc *gc)
{
	lock_init(&gc->sweep_lock, LOCK_RANK_sweep);
	atomic_u32_store(POINT_gc_account, &gc->sweep_state, STATE_DRAINED, memory_order_relaxed);
}
