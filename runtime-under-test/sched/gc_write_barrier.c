#include "base/fatal.h"
#include "sched/gc.h"
#include "sched/goroutine.h"

/* Each P collects the pointers that are stored on it while there is marking to do. From Go's
 * mwbbuf.go. */

enum { BUFFER_LENGTH = 4 };

bool gc_flush_write_barrier(struct p *p)
{
	assert_system_stack("a write barrier's buffer is flushed on a user stack");
	if (p->gc.write_barrier_count == 0)
		return false;
	p->gc.write_barrier_count = 0;
	/* Most of what they find is marked already. */
	if (gc_take_one(POINT_gc_account, &sched->gc->unseen_count) == 0)
		return false;
	/* For a buffer of the collector, and memory for that. */
	lock_acquire(&sched->wbuf_spans_lock);
	lock_acquire(&sched->mheap_lock);
	lock_release(&sched->mheap_lock);
	lock_release(&sched->wbuf_spans_lock);
	atomic_u32_add(POINT_gc_account, &sched->gc->unit_count, 1, memory_order_relaxed);
	return true;
}

static void flush(void *argument)
{
	(void)gc_flush_write_barrier(argument);
}

void gc_store_pointer(void)
{
	if (sched->gc == NULL || sched->gc->phase == GC_OFF)
		return;
	struct p *p = m_self()->p;
	if (p == NULL)
		fatal("write barrier without a P");
	if (++p->gc.write_barrier_count == BUFFER_LENGTH)
		on_system_stack(flush, p);
}
