/* Who waits for the network is made ready at its time, by whoever polls, and no earlier. */
#include "sched/netpoll.h"
#include "sched/semaphore.h"
#include "sched/tests/harness.h"

enum { WAITER_COUNT = 5, MICROSECOND_NS = 1000 };

static struct {
	uint64_t ready_ns; /* of all; fixed before they begin */
	_Atomic uint32_t begun_count;
	_Atomic uint32_t ready_count;
	struct semaphore ended;
} shared;

static void reset(uint64_t delay_ns)
{
	memset(&shared, 0, sizeof shared);
	semaphore_init(&shared.ended, 0);
	shared.ready_ns = host_nanotime() + delay_ns;
}

static void begin(g_entry *entry)
{
	for (int i = 0; i < WAITER_COUNT; i++)
		goroutine_start(entry, NULL, 0x1010, false, NULL);
}

static _Noreturn void end(void)
{
	for (int i = 0; i < WAITER_COUNT; i++)
		semaphore_acquire(&shared.ended);
	ensure(shared.ready_count == WAITER_COUNT);
	ensure(!netpoll_may_wait());
	executor_finish();
}

static void wait_for_network(void *argument)
{
	(void)argument;
	shared.begun_count++;
	netpoll_wait(shared.ready_ns);
	shared.ready_count++;
	semaphore_release(&shared.ended, false);
}

/* Nobody but those who look for work, and the daemon, makes them ready. */
static void wait_until_ready(void *argument)
{
	(void)argument;
	reset(300 * MICROSECOND_NS);
	begin(wait_for_network);
	while (shared.ready_count == 0)
		goroutine_yield();
	ensure(host_nanotime() >= shared.ready_ns);
	end();
}

static void all_become_ready_and_none_before_its_time(void **state)
{
	const struct harness harness = {
		.proc_count = 3, .run_queue_length = 2, .program = wait_until_ready};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

static void poll_on_system_stack(void *argument)
{
	const uint64_t *before_ns = argument;
	netpoll_make_ready(*before_ns);
}

static void poll(uint64_t before_ns)
{
	on_system_stack(poll_on_system_stack, &before_ns);
}

/* The time never comes by itself: this goroutine is always runnable. */
static void make_ready_by_hand(void *argument)
{
	(void)argument;
	reset(UINT64_C(1000000000) * MICROSECOND_NS);
	begin(wait_for_network);
	while (shared.begun_count < WAITER_COUNT)
		goroutine_yield();
	poll(shared.ready_ns - 1);
	for (int i = 0; i < 10; i++)
		goroutine_yield();
	ensure(shared.ready_count == 0);
	ensure(netpoll_may_wait());
	/* The last of them may not be parked yet. */
	while (shared.ready_count < WAITER_COUNT) {
		poll(shared.ready_ns);
		goroutine_yield();
	}
	end();
}

static void a_poll_makes_those_ready_whose_time_has_come(void **state)
{
	const struct harness harness = {
		.proc_count = 2, .run_queue_length = 2, .program = make_ready_by_hand};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_become_ready_and_none_before_its_time),
		cmocka_unit_test(a_poll_makes_those_ready_whose_time_has_come),
	};
	return cmocka_run_group_tests_name("sched.netpoll", tests, NULL, NULL);
}
