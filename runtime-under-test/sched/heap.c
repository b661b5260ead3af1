#include "sched/heap.h"

#include "sched/goroutine.h"
#include "sched/trace_hooks.h"

enum { HEAP_MINIMUM_BYTES = 4 << 20, SPAN_SIZE_BYTES = 8192 };

static void trace_goal_locked(void)
{
	lock_assert_held(&sched->mheap_lock);
	struct trace_section section = trace_enter();
	if (section.is_valid)
		trace_hooks->heap_goal(section);
	trace_leave(section);
}

static void commit_gc_percent(void *argument)
{
	const uint32_t *percent = argument;
	lock_acquire(&sched->mheap_lock);
	sched->heap_goal_bytes = (uint64_t)HEAP_MINIMUM_BYTES * *percent / 100;
	trace_goal_locked();
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
		trace_goal_locked();
	}
	lock_release(&sched->mheap_lock);
}

void set_memory_limit(uint32_t limit_mib)
{
	function_prologue(POINT_set_memory_limit);
	on_system_stack(commit_memory_limit, &limit_mib);
}

static void take_span(void *argument)
{
	(void)argument;
	lock_acquire(&sched->mheap_lock);
	lock_release(&sched->mheap_lock);
}

bool heap_allocate(uint32_t size_bytes)
{
	uint64_t live_bytes = atomic_u64_add(POINT_heap_live, &sched->heap_live_bytes, size_bytes,
					     memory_order_relaxed);
	if (live_bytes / SPAN_SIZE_BYTES == (live_bytes - size_bytes) / SPAN_SIZE_BYTES)
		return false;
	on_system_stack(take_span, NULL);
	return true;
}

void stack_grow(void)
{
	lock_acquire(&sched->gscan_lock);
	lock_acquire(&sched->stackpool_lock);
	lock_acquire(&sched->mheap_lock);
	lock_release(&sched->mheap_lock);
	lock_release(&sched->stackpool_lock);
	lock_release(&sched->gscan_lock);
}
