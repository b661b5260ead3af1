/* Semaphores: they exclude, lose no wakeup, serve in order, and hand off at once when asked. */
#include "sched/semaphore.h"
#include "sched/tests/harness.h"

enum { WORKER_COUNT = 4, ROUND_COUNT = 8, WAITER_COUNT = 3 };

static struct {
	struct semaphore gate;
	struct semaphore ended;
	uint32_t inside; /* under gate */
	uint32_t total;  /* under gate */
	_Atomic uint32_t served_count;
	_Atomic uint32_t served[WAITER_COUNT];
	bool hands_off;
} shared;

static void reset(void)
{
	bool hands_off = shared.hands_off;
	memset(&shared, 0, sizeof shared);
	shared.hands_off = hands_off;
	semaphore_init(&shared.ended, 0);
}

static void enter_often(void *argument)
{
	(void)argument;
	for (uint32_t i = 0; i < ROUND_COUNT; i++) {
		semaphore_acquire(&shared.gate);
		ensure(shared.inside++ == 0);
		function_prologue(POINT_work);
		shared.total++;
		ensure(--shared.inside == 0);
		semaphore_release(&shared.gate, shared.hands_off);
	}
	semaphore_release(&shared.ended, false);
}

static void workers_enter(void *argument)
{
	(void)argument;
	reset();
	semaphore_init(&shared.gate, 1);
	for (uint32_t i = 0; i < WORKER_COUNT; i++)
		goroutine_start(enter_often, NULL, 0x1010, false, NULL);
	for (uint32_t i = 0; i < WORKER_COUNT; i++)
		semaphore_acquire(&shared.ended);
	semaphore_acquire(&shared.gate);
	ensure(shared.total == WORKER_COUNT * ROUND_COUNT);
	ensure(atomic_u32_peek(&shared.gate.value) == 0);
	ensure(atomic_u32_peek(&shared.gate.waiter_count) == 0);
	executor_finish();
}

static void one_at_a_time_and_nobody_forgotten(void **state)
{
	const struct harness harness = {
		.proc_count = 3, .run_queue_length = 8, .program = workers_enter};
	(void)state;
	for (int hands_off = 0; hands_off < 2; hands_off++) {
		shared.hands_off = hands_off != 0;
		harness_each_schedule(&harness, NULL);
	}
}

static void wait_in_line(void *argument)
{
	const uint32_t *number = argument;
	semaphore_acquire(&shared.gate);
	shared.served[shared.served_count++] = *number;
	semaphore_release(&shared.ended, false);
}

/* Starts one waiter after the other has queued up. */
static void line_up(void)
{
	static const uint32_t numbers[WAITER_COUNT] = {0, 1, 2};
	for (uint32_t i = 0; i < WAITER_COUNT; i++) {
		goroutine_start(wait_in_line, (void *)(uintptr_t)&numbers[i], 0x1010, false, NULL);
		while (atomic_u32_peek(&shared.gate.waiter_count) != i + 1)
			goroutine_yield();
		/* From registering to waiting it holds the lock. */
		lock_acquire(&shared.gate.lock);
		lock_release(&shared.gate.lock);
	}
}

static void serve(void *argument)
{
	(void)argument;
	reset();
	semaphore_init(&shared.gate, 0);
	line_up();
	for (uint32_t i = 0; i < WAITER_COUNT; i++) {
		semaphore_release(&shared.gate, shared.hands_off);
		/* With one P, handed off means that the waiter has run. */
		ensure(shared.served_count == (shared.hands_off ? i + 1 : 0));
	}
	for (uint32_t i = 0; i < WAITER_COUNT; i++)
		semaphore_acquire(&shared.ended);
	for (uint32_t i = 0; i < WAITER_COUNT; i++)
		ensure(shared.served[i] == i);
	executor_finish();
}

static void waiters_are_served_in_order_and_at_once_when_handed_off(void **state)
{
	const struct harness harness = {.proc_count = 1, .run_queue_length = 8, .program = serve};
	(void)state;
	for (int hands_off = 0; hands_off < 2; hands_off++) {
		shared.hands_off = hands_off != 0;
		harness_each_schedule(&harness, NULL);
	}
}

/* A ticket belongs to its waiter: the value is 0 at once, so nobody else gets in between. */
static void hand_off_and_look(void *argument)
{
	(void)argument;
	reset();
	semaphore_init(&shared.gate, 0);
	line_up();
	for (uint32_t i = 0; i < WAITER_COUNT; i++) {
		semaphore_release(&shared.gate, true);
		ensure(atomic_u32_peek(&shared.gate.value) == 0);
	}
	for (uint32_t i = 0; i < WAITER_COUNT; i++)
		semaphore_acquire(&shared.ended);
	executor_finish();
}

static void a_ticket_is_nobody_elses(void **state)
{
	const struct harness harness = {
		.proc_count = 3, .run_queue_length = 8, .program = hand_off_and_look};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_at_a_time_and_nobody_forgotten),
		cmocka_unit_test(waiters_are_served_in_order_and_at_once_when_handed_off),
		cmocka_unit_test(a_ticket_is_nobody_elses),
	};
	return cmocka_run_group_tests_name("sched.semaphore", tests, NULL, NULL);
}
