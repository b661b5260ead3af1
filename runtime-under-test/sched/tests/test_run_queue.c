/* Run queues: a full one spills half of itself, thieves take each goroutine once, and the order of
 * one P is first come, first served. */
#include "sched/semaphore.h"
#include "sched/tests/harness.h"

enum { QUEUE_LENGTH = 4, GOROUTINE_COUNT = 11 };

static struct {
	_Atomic uint32_t run_counts[GOROUTINE_COUNT];
	_Atomic uint32_t order_length;
	_Atomic uint32_t order[GOROUTINE_COUNT];
	struct semaphore ended;
} shared;

static void run_once(void *argument)
{
	const _Atomic uint32_t *own = argument;
	uint32_t index = (uint32_t)(own - shared.run_counts);
	shared.run_counts[index]++;
	shared.order[shared.order_length++] = index;
	semaphore_release(&shared.ended, false);
}

static void start(uint32_t count)
{
	memset(&shared, 0, sizeof shared);
	semaphore_init(&shared.ended, 0);
	for (uint32_t i = 0; i < count; i++)
		goroutine_start(run_once, (void *)(uintptr_t)&shared.run_counts[i], 0x1010, false,
				NULL);
}

static _Noreturn void expect_each_once(uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		semaphore_acquire(&shared.ended);
	for (uint32_t i = 0; i < count; i++)
		ensure(shared.run_counts[i] == 1);
	ensure(shared.order_length == count);
	executor_finish();
}

static void overflow(void *argument)
{
	(void)argument;
	start(GOROUTINE_COUNT);
	/* With one P nobody has run yet. Each spill moves half the queue and the new one: after
	 * the 5th, 8th and 11th. */
	struct p *p = m_self()->p;
	ensure(shared.order_length == 0);
	ensure(sched->queue.length == 3 * (QUEUE_LENGTH / 2 + 1));
	ensure(atomic_u32_peek(&sched->queue_length) == sched->queue.length);
	ensure(atomic_u32_peek(&p->queue_tail) - atomic_u32_peek(&p->queue_head) ==
	       GOROUTINE_COUNT - sched->queue.length);
	expect_each_once(GOROUTINE_COUNT);
}

static void a_full_queue_spills_half_of_it(void **state)
{
	const struct harness harness = {
		.proc_count = 1, .run_queue_length = QUEUE_LENGTH, .program = overflow};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

static void keep_order(void *argument)
{
	(void)argument;
	start(QUEUE_LENGTH);
	for (uint32_t i = 0; i < QUEUE_LENGTH; i++)
		semaphore_acquire(&shared.ended);
	for (uint32_t i = 0; i < QUEUE_LENGTH; i++)
		ensure(shared.order[i] == i);
	executor_finish();
}

static void one_p_runs_first_come_first_served(void **state)
{
	const struct harness harness = {
		.proc_count = 1, .run_queue_length = QUEUE_LENGTH, .program = keep_order};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

static _Atomic uint32_t helped_count;

static void steal(void *argument)
{
	(void)argument;
	start(GOROUTINE_COUNT);
	/* This goroutine keeps its P: what has run meanwhile, others have taken. */
	for (int i = 0; i < 300; i++)
		host_yield(POINT_work, NULL);
	helped_count += shared.order_length > 0;
	expect_each_once(GOROUTINE_COUNT);
}

static void thieves_take_each_goroutine_once(void **state)
{
	const struct harness harness = {
		.proc_count = 4, .run_queue_length = QUEUE_LENGTH, .program = steal};
	(void)state;
	helped_count = 0;
	harness_each_schedule(&harness, NULL);
	assert_true(helped_count > HARNESS_SEED_COUNT);
}

/* This goroutine never gives its P up, so another M has to come: the one that was about to sleep
 * when the work came, or one that is woken for it. */
static void submit_and_spin(void *argument)
{
	(void)argument;
	start(0);
	for (uint32_t i = 0; i < GOROUTINE_COUNT; i++) {
		goroutine_start(run_once, (void *)(uintptr_t)&shared.run_counts[i], 0x1010, false,
				NULL);
		for (int patience = 20000; shared.order_length <= i; patience--) {
			ensure(patience > 0);
			host_yield(POINT_work, NULL);
		}
		for (uint32_t pause = 0; pause < 5 * i; pause++)
			host_yield(POINT_work, NULL);
	}
	expect_each_once(GOROUTINE_COUNT);
}

static void work_is_not_left_by_an_m_that_stops_looking(void **state)
{
	const struct harness harness = {
		.proc_count = 2, .run_queue_length = 16, .program = submit_and_spin};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_queue_spills_half_of_it),
		cmocka_unit_test(one_p_runs_first_come_first_served),
		cmocka_unit_test(thieves_take_each_goroutine_once),
		cmocka_unit_test(work_is_not_left_by_an_m_that_stops_looking),
	};
	return cmocka_run_group_tests_name("sched.run_queue", tests, NULL, NULL);
}
