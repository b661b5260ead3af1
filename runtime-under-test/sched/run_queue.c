#include "base/fatal.h"
#include "sched/schedule.h"

static uint32_t slot_of(uint32_t position)
{
	return position % sched->configuration.run_queue_length;
}

static void put_slot(struct p *p, uint32_t position, struct g *g)
{
	atomic_address_store(POINT_run_queue_slot, &p->queue[slot_of(position)], (uintptr_t)g,
			     memory_order_relaxed);
}

static struct g *get_slot(const struct p *p, uint32_t position)
{
	return (struct g *)atomic_address_load(POINT_run_queue_slot, &p->queue[slot_of(position)],
					       memory_order_relaxed);
}

/* Half of a full queue and G go to the global queue; false when a thief was faster and there is
 * room now. */
static bool push_slow(struct p *p, struct g *g, uint32_t head, uint32_t tail)
{
	struct g *batch[P_RUN_QUEUE_LENGTH_MAX / 2 + 1];
	uint32_t count = (tail - head) / 2;
	for (uint32_t i = 0; i < count; i++)
		batch[i] = get_slot(p, head + i);
	if (!atomic_u32_compare_exchange(POINT_run_queue_take_half, &p->queue_head, head,
					 head + count, memory_order_relaxed))
		return false;
	batch[count++] = g;
	lock_acquire(&sched->lock);
	for (uint32_t i = 0; i < count; i++)
		global_queue_push_locked(batch[i]);
	lock_release(&sched->lock);
	return true;
}

void run_queue_push(struct p *p, struct g *g)
{
	for (;;) {
		/* Acquire: a thief has read its slots before they are written again. */
		uint32_t head = atomic_u32_load(POINT_run_queue_head, &p->queue_head,
						memory_order_acquire);
		uint32_t tail = atomic_u32_peek(&p->queue_tail);
		if (tail - head < sched->configuration.run_queue_length) {
			put_slot(p, tail, g);
			/* Release: partner is the acquire of tail in a thief's grab. And seq_cst:
			 * the submitter looks at the spinning count next, and an M that has just
			 * stopped spinning looks at the tail; with less, both may miss. */
			atomic_u32_store(POINT_run_queue_push, &p->queue_tail, tail + 1,
					 memory_order_seq_cst);
			return;
		}
		if (push_slow(p, g, head, tail))
			return;
	}
}

struct g *run_queue_pop(struct p *p)
{
	for (;;) {
		uint32_t head = atomic_u32_load(POINT_run_queue_head, &p->queue_head,
						memory_order_relaxed);
		uint32_t tail = atomic_u32_peek(&p->queue_tail);
		if (head == tail)
			return NULL;
		struct g *g = get_slot(p, head);
		if (atomic_u32_compare_exchange(POINT_run_queue_pop, &p->queue_head, head, head + 1,
						memory_order_relaxed))
			return g;
	}
}

bool run_queue_is_empty(const struct p *p)
{
	uint32_t head = atomic_u32_load(POINT_run_queue_head, &p->queue_head, memory_order_relaxed);
	/* Partner is run_queue_push(), for an M that has stopped spinning. */
	uint32_t tail = atomic_u32_load(POINT_run_queue_tail, &p->queue_tail, memory_order_seq_cst);
	return head == tail;
}

static uint32_t grab_half(struct p *victim, struct g **batch)
{
	for (;;) {
		uint32_t head = atomic_u32_load(POINT_run_queue_head, &victim->queue_head,
						memory_order_relaxed);
		uint32_t tail = atomic_u32_load(POINT_run_queue_tail, &victim->queue_tail,
						memory_order_acquire);
		uint32_t count = tail - head;
		count -= count / 2;
		if (count == 0)
			return 0;
		/* Head and tail were read at two times. */
		if (count > sched->configuration.run_queue_length / 2)
			continue;
		for (uint32_t i = 0; i < count; i++)
			batch[i] = get_slot(victim, head + i);
		if (atomic_u32_compare_exchange(POINT_run_queue_steal, &victim->queue_head, head,
						head + count, memory_order_release))
			return count;
	}
}

struct g *run_queue_steal(struct p *p, struct p *victim)
{
	struct g *batch[P_RUN_QUEUE_LENGTH_MAX / 2 + 1];
	uint32_t count = grab_half(victim, batch);
	if (count == 0)
		return NULL;
	for (uint32_t i = 0; i + 1 < count; i++)
		run_queue_push(p, batch[i]);
	return batch[count - 1];
}

void g_queue_push(struct g_queue *queue, struct g *g)
{
	g->queue_next = NULL;
	if (queue->tail != NULL)
		queue->tail->queue_next = g;
	else
		queue->head = g;
	queue->tail = g;
	queue->length++;
}

void g_queue_push_first(struct g_queue *queue, struct g *g)
{
	g->queue_next = queue->head;
	queue->head = g;
	if (queue->tail == NULL)
		queue->tail = g;
	queue->length++;
}

struct g *g_queue_pop(struct g_queue *queue)
{
	struct g *g = queue->head;
	if (g == NULL)
		return NULL;
	queue->head = g->queue_next;
	if (queue->head == NULL)
		queue->tail = NULL;
	g->queue_next = NULL;
	queue->length--;
	return g;
}

void global_queue_push_locked(struct g *g)
{
	lock_assert_held(&sched->lock);
	g_queue_push(&sched->queue, g);
	atomic_u32_store(POINT_global_queue_length, &sched->queue_length, sched->queue.length,
			 memory_order_seq_cst);
}

struct g *global_queue_pop_locked(struct p *p, uint32_t count_max)
{
	lock_assert_held(&sched->lock);
	uint32_t share = sched->queue.length / sched->allp_length + 1;
	uint32_t room = sched->configuration.run_queue_length / 2;
	struct g *first = g_queue_pop(&sched->queue);
	for (uint32_t i = 1; i < share && i < room && i < count_max && sched->queue.head != NULL;
	     i++)
		run_queue_push(p, g_queue_pop(&sched->queue));
	if (first != NULL)
		atomic_u32_store(POINT_global_queue_length, &sched->queue_length,
				 sched->queue.length, memory_order_relaxed);
	return first;
}
