#include "base/fatal.h"
#include "sched/gc.h"
#include "sched/goroutine.h"
#include "sched/heap.h"
#include "sched/procs.h"
#include "sched/schedule.h"
#include "sched/semaphore.h"
#include "sched/trace_hooks.h"

/* A cycle, from Go's gcStart, gcMarkDone and gcMarkTermination: its phases, and who waits for them.
 */

static bool is_due(struct gc_trigger trigger)
{
	struct gc *gc = sched->gc;
	if (gc->phase != GC_OFF)
		return false;
	if (trigger.is_forced)
		/* Counts wrap around. */
		return (int32_t)(trigger.cycle - atomic_u32_peek(&gc->cycle_count)) > 0;
	return atomic_u64_peek(&sched->heap_live_bytes) >= atomic_u64_peek(&gc->trigger_bytes);
}

static void set_phase(enum gc_phase phase)
{
	host_yield(POINT_gc_set_phase, &sched->gc->phase);
	sched->gc->phase = phase;
}

/* The stop of the world ends; the world's semaphore stays. */
static void start_world(void)
{
	host_yield(POINT_gc_start_world, sched->gc);
	world_start_owned();
}

/* ---- Begin --------------------------------------------------------------- */

/* Sweep termination: what the last cycle left is swept before the next one marks. */
static void finish_sweep(void *argument)
{
	(void)argument;
	while (gc_sweep_one()) {
	}
	if (!gc_is_sweep_done())
		fatal("active sweepers found at start of mark phase");
}

static void begin_marking(void)
{
	struct gc *gc = sched->gc;
	on_system_stack(finish_sweep, NULL);
	atomic_u32_add(POINT_gc_account, &gc->cycle_count, 1, memory_order_relaxed);
	set_phase(GC_MARK);
	gc_prepare_marking();
	atomic_u32_store(POINT_gc_account, &gc->is_blackening, 1, memory_order_relaxed);
}

void gc_start(struct gc_trigger trigger)
{
	struct gc *gc = sched->gc;
	function_prologue(POINT_gc_start);
	/* Forced, what is left to sweep is swept while others go on. */
	while (is_due(trigger) && gc_sweep_one()) {
	}
	semaphore_acquire(&gc->start_semaphore);
	if (!is_due(trigger)) {
		semaphore_release(&gc->start_semaphore, false);
		return;
	}
	semaphore_acquire(&gc->semaphore);
	semaphore_acquire(&sched->world_semaphore);
	host_yield(POINT_gc_begin, gc);
	trace_tell(trace_hooks->gc_begin);
	gc_start_workers();
	world_stop_owned("GC sweep termination");
	begin_marking();
	start_world();
	semaphore_release(&sched->world_semaphore, false);
	semaphore_release(&gc->start_semaphore, false);
}

/* ---- End of marking ------------------------------------------------------ */

static void flush_at_safe_point(struct p *p)
{
	if (gc_flush_write_barrier(p))
		atomic_u32_add(POINT_gc_account, &sched->gc->flushed_count, 1,
			       memory_order_relaxed);
}

/* Whether there is something to mark after all: that write barriers have found since the ragged
 * barrier (golang/go#27993), or just before it. upstream: each P tells at the barrier whether it
 * has made work since the last one. */
static void flush_late(void *argument)
{
	bool *has_found = argument;
	for (uint32_t i = 0; i < sched->allp_length; i++)
		if (gc_flush_write_barrier(sched->allp[i]))
			*has_found = true;
	if (!gc_is_mark_done())
		*has_found = true;
}

/* Stops the world where nothing is left to mark; false: something is. The world's semaphore is
 * held.
 */
static bool stop_marked_world(void)
{
	struct gc *gc = sched->gc;
	atomic_u32_store(POINT_gc_account, &gc->flushed_count, 0, memory_order_relaxed);
	for_each_p(flush_at_safe_point);
	if (atomic_u32_peek(&gc->flushed_count) > 0)
		return false;
	world_stop_owned("GC mark termination");
	bool has_found = false;
	on_system_stack(flush_late, &has_found);
	if (has_found)
		start_world();
	return !has_found;
}

/* What was there when the cycle began is half garbage; what came later stays. */
static uint64_t survivors_bytes(void)
{
	uint64_t live_bytes = atomic_u64_peek(&sched->heap_live_bytes);
	return live_bytes - sched->gc->start_bytes / 2;
}

static void reset_live(uint64_t marked_bytes)
{
	sched->heap_marked_bytes = marked_bytes;
	atomic_u64_store(POINT_heap_live, &sched->heap_live_bytes, marked_bytes,
			 memory_order_relaxed);
	struct trace_section section = trace_enter();
	if (section.is_valid)
		trace_hooks->heap_alloc(section, marked_bytes);
	trace_leave(section);
}

/* On the system stack, since upstream's stacks may shrink meanwhile. */
static void terminate_mark(void *argument)
{
	(void)argument;
	struct g *g = m_self()->current_g;
	uint64_t live_bytes = atomic_u64_peek(&sched->heap_live_bytes);
	g->wait_reason = WAIT_GARBAGE_COLLECTION;
	g_change_status(g, G_RUNNING, G_WAITING);
	for (uint32_t i = 0; i < sched->allp_length; i++)
		sched->allp[i]->gc.write_barrier_count = 0;
	reset_live(survivors_bytes());
	set_phase(GC_OFF);
	gc_begin_sweep(live_bytes);
	g_change_status(g, G_WAITING, G_RUNNING);
}

static void wake_all(struct gc_waiters *waiters)
{
	struct g *g;
	lock_acquire(&waiters->lock);
	while ((g = g_queue_pop(&waiters->queue)) != NULL)
		goroutine_ready(g);
	lock_release(&waiters->lock);
}

static void nothing(struct p *p)
{
	(void)p;
}

/* The world is stopped, and nothing is left to mark. */
static void terminate(void)
{
	struct gc *gc = sched->gc;
	/* Off before those who wait are woken: nobody waits any more then. */
	atomic_u32_store(POINT_gc_account, &gc->is_blackening, 0, memory_order_relaxed);
	wake_all(&gc->assists);
	semaphore_release(&gc->mark_done_semaphore, false);
	set_phase(GC_MARK_TERMINATION);
	on_system_stack(terminate_mark, NULL);
	trace_tell(trace_hooks->gc_end);
	on_system_stack(heap_commit_goal, NULL);
	wake_all(&gc->cycle_waiters);
	start_world();
	/* Every P's cache of spans is swept. */
	for_each_p(nothing);
	semaphore_release(&sched->world_semaphore, false);
	semaphore_release(&gc->semaphore, false);
}

void gc_mark_done(void)
{
	struct gc *gc = sched->gc;
	semaphore_acquire(&gc->mark_done_semaphore);
	/* Another one may have ended the phase meanwhile, or more is to be marked: then who marks
	 * it comes here again. */
	while (gc->phase == GC_MARK && gc_is_mark_done()) {
		semaphore_acquire(&sched->world_semaphore);
		if (stop_marked_world()) {
			terminate();
			return;
		}
		semaphore_release(&sched->world_semaphore, false);
	}
	semaphore_release(&gc->mark_done_semaphore, false);
}

/* ---- runtime.GC ---------------------------------------------------------- */

/* Until the mark phase of CYCLE is over. */
static void wait_for_mark(uint32_t cycle)
{
	struct gc *gc = sched->gc;
	struct gc_waiters *waiters = &gc->cycle_waiters;
	for (;;) {
		lock_acquire(&waiters->lock);
		uint32_t marked = atomic_u32_peek(&gc->cycle_count);
		if (gc->phase != GC_MARK)
			marked++;
		if ((int32_t)(marked - cycle) > 0) {
			lock_release(&waiters->lock);
			return;
		}
		g_queue_push_first(&waiters->queue, g_self());
		goroutine_park_unlock(&waiters->lock, WAIT_GC_CYCLE);
	}
}

static bool is_newest(uint32_t cycle)
{
	return atomic_u32_peek(&sched->gc->cycle_count) == cycle;
}

void gc_run(void)
{
	function_prologue(POINT_gc_enter);
	uint32_t cycle = atomic_u32_peek(&sched->gc->cycle_count);
	wait_for_mark(cycle);
	cycle++;
	gc_start((struct gc_trigger){.is_forced = true, .cycle = cycle});
	wait_for_mark(cycle);
	while (is_newest(cycle) && gc_sweep_one())
		goroutine_yield();
	/* Others may be in the middle of the last units. */
	while (is_newest(cycle) && !gc_is_sweep_done())
		goroutine_yield();
}

void gc_exclude(void)
{
	if (sched->gc != NULL)
		semaphore_acquire(&sched->gc->semaphore);
}

void gc_allow(void)
{
	if (sched->gc != NULL)
		semaphore_release(&sched->gc->semaphore, false);
}

void gc_boot(const struct gc_configuration *configuration)
{
	struct gc *gc = host_allocate(sizeof *gc);
	gc->configuration = *configuration;
	atomic_u64_store(POINT_gc_account, &gc->trigger_bytes, sched->heap_goal_bytes,
			 memory_order_relaxed);
	semaphore_init(&gc->start_semaphore, 1);
	semaphore_init(&gc->semaphore, 1);
	semaphore_init(&gc->mark_done_semaphore, 1);
	lock_init(&gc->assists.lock, LOCK_RANK_assist_queue);
	lock_init(&gc->cycle_waiters.lock, LOCK_RANK_sweep_waiters);
	gc_sweep_init(gc);
	sched->gc = gc;
}
