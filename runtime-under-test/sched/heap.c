#include "sched/heap.h"

#include "sched/gc.h"
#include "sched/goroutine.h"
#include "sched/trace_hooks.h"

enum { HEAP_MINIMUM_BYTES = 4 << 20, SPAN_SIZE_BYTES = 8192, ASSIST_UNIT_BYTES = 64 << 10 };

/* ---- The goal ------------------------------------------------------------ */

static void set_goal(void)
{
	uint64_t minimum_bytes = (uint64_t)HEAP_MINIMUM_BYTES * sched->gc_percent / 100;
	uint64_t goal_bytes = sched->heap_marked_bytes +
			      sched->heap_marked_bytes * sched->gc_percent / 100;
	sched->heap_goal_bytes = goal_bytes > minimum_bytes ? goal_bytes : minimum_bytes;
	if (sched->gc != NULL)
		atomic_u64_store(POINT_gc_account, &sched->gc->trigger_bytes,
				 sched->heap_goal_bytes, memory_order_relaxed);
}

void heap_commit_goal(void *argument)
{
	(void)argument;
	set_goal();
	trace_tell(trace_hooks->heap_goal);
}

static void commit_gc_percent(void *argument)
{
	const uint32_t *percent = argument;
	lock_acquire(&sched->mheap_lock);
	sched->gc_percent = *percent;
	heap_commit_goal(NULL);
	lock_release(&sched->mheap_lock);
}

void set_gc_percent(uint32_t percent)
{
	function_prologue(POINT_set_gc_percent);
	on_system_stack(commit_gc_percent, &percent);
}

static void commit_memory_limit(void *argument)
{
	const uint32_t *limit_mib = argument;
	lock_acquire(&sched->mheap_lock);
	if (sched->memory_limit_mib != *limit_mib) {
		sched->memory_limit_mib = *limit_mib;
		trace_tell(trace_hooks->heap_goal);
	}
	lock_release(&sched->mheap_lock);
}

void set_memory_limit(uint32_t limit_mib)
{
	function_prologue(POINT_set_memory_limit);
	on_system_stack(commit_memory_limit, &limit_mib);
}

/* ---- Memory -------------------------------------------------------------- */

static void take_span(void *argument)
{
	(void)argument;
	lock_acquire(&sched->mheap_lock);
	lock_release(&sched->mheap_lock);
}

uint64_t heap_allocate(uint32_t size_bytes)
{
	uint64_t live_bytes = atomic_u64_add(POINT_heap_live, &sched->heap_live_bytes, size_bytes,
					     memory_order_relaxed);
	if (live_bytes / SPAN_SIZE_BYTES == (live_bytes - size_bytes) / SPAN_SIZE_BYTES)
		return 0;
	on_system_stack(take_span, NULL);
	return live_bytes;
}

/* Returns how much lives then. */
static uint64_t count_live(uint64_t size_bytes)
{
	struct trace_section section = trace_enter();
	uint64_t live_bytes = atomic_u64_add(POINT_heap_live, &sched->heap_live_bytes, size_bytes,
					     memory_order_relaxed);
	if (section.is_valid)
		trace_hooks->heap_alloc(section, live_bytes);
	trace_leave(section);
	return live_bytes;
}

void heap_allocate_object(uint32_t size_kib)
{
	const uint64_t size_bytes = (uint64_t)size_kib << 10;
	struct gc *gc = sched->gc;
	function_prologue(POINT_gc_enter);
	if (gc_is_blackening())
		gc_assist(1 + (uint32_t)(size_bytes / ASSIST_UNIT_BYTES));
	struct m *m = acquirem();
	gc_sweep_for(size_bytes);
	on_system_stack(take_span, NULL);
	uint64_t live_bytes = count_live(size_bytes);
	releasem(m);
	/* Where the program keeps it. */
	gc_store_pointer();
	if (live_bytes >= atomic_u64_peek(&gc->trigger_bytes))
		gc_start((struct gc_trigger){.is_forced = false});
}

void heap_init(void)
{
	lock_init(&sched->gscan_lock, LOCK_RANK_gscan);
	lock_init(&sched->stackpool_lock, LOCK_RANK_stackpool);
	lock_init(&sched->wbuf_spans_lock, LOCK_RANK_wbuf_spans);
	lock_init(&sched->mheap_lock, LOCK_RANK_mheap);
	sched->gc_percent = 100;
	set_goal();
}
