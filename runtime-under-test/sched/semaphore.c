#include "sched/semaphore.h"

#include "base/defect.h"
#include "base/fatal.h"
#include "sched/gc.h"
#include "sched/goroutine.h"

void semaphore_init(struct semaphore *semaphore, uint32_t value)
{
	lock_init(&semaphore->lock, LOCK_RANK_root);
	atomic_u32_store(POINT_semaphore_init, &semaphore->value, value, memory_order_relaxed);
}

static bool try_take(struct semaphore *semaphore)
{
	for (;;) {
		uint32_t value = atomic_u32_load(POINT_semaphore_look, &semaphore->value,
						 memory_order_seq_cst);
		if (value == 0)
			return false;
		if (atomic_u32_compare_exchange(POINT_semaphore_take, &semaphore->value, value,
						value - 1, memory_order_acquire))
			return true;
	}
}

static void enqueue(struct semaphore *semaphore, struct sudog *waiter)
{
	gc_store_pointer();
	waiter->next = NULL;
	waiter->has_ticket = false;
	if (semaphore->tail != NULL)
		semaphore->tail->next = waiter;
	else
		semaphore->head = waiter;
	semaphore->tail = waiter;
}

void semaphore_acquire(struct semaphore *semaphore)
{
	function_prologue(POINT_semaphore_acquire);
	struct g *g = g_self();
	if (try_take(semaphore))
		return;
	struct sudog *waiter = &g->sudog;
	waiter->g = g;
	for (;;) {
		lock_acquire(&semaphore->lock);
		/* First registered, then the second look: partner is the release, which adds first
		 * and then looks for waiters. All seq_cst. */
		atomic_u32_add(POINT_semaphore_register, &semaphore->waiter_count, 1,
			       memory_order_seq_cst);
		if (try_take(semaphore)) {
			atomic_u32_add(POINT_semaphore_register, &semaphore->waiter_count,
				       UINT32_MAX, memory_order_relaxed);
			lock_release(&semaphore->lock);
			return;
		}
		enqueue(semaphore, waiter);
		goroutine_park_unlock(&semaphore->lock, WAIT_SEMAPHORE);
		if (waiter->has_ticket || try_take(semaphore))
			return;
	}
}

static struct sudog *dequeue(struct semaphore *semaphore)
{
	struct sudog *waiter = semaphore->head;
	if (waiter == NULL)
		return NULL;
	semaphore->head = waiter->next;
	if (semaphore->head == NULL)
		semaphore->tail = NULL;
	return waiter;
}

void semaphore_release(struct semaphore *semaphore, bool hand_off)
{
	atomic_u32_add(POINT_semaphore_add, &semaphore->value, 1, memory_order_seq_cst);
	if (atomic_u32_load(POINT_semaphore_look_for_waiter, &semaphore->waiter_count,
			    memory_order_seq_cst) == 0)
		return;
	lock_acquire(&semaphore->lock);
	struct sudog *waiter = dequeue(semaphore);
	if (waiter != NULL)
		atomic_u32_add(POINT_semaphore_register, &semaphore->waiter_count, UINT32_MAX,
			       memory_order_relaxed);
	lock_release(&semaphore->lock);
	if (waiter == NULL)
		return;
	bool has_ticket = hand_off && try_take(semaphore);
	waiter->has_ticket = has_ticket;
	goroutine_ready(waiter->g);
	/* The trace reader releases on its system stack, and WAITER may wait for the next by now.
	 */
	bool yields = DEFECT(issue_73469) ? waiter->has_ticket : has_ticket && is_on_user_stack();
	if (yields && m_self()->lock.preemption_off_count == 0)
		goroutine_yield_local();
}
