/* The network, and functions that run later. */
#include "api/runtime.h"
#include "executor/executor.h"
#include "perform/internal.h"

/* Coarse, so that several goroutines are ready at once. */
static const uint64_t network_resolution_ns = 20000;

void perform_net_poll(uint32_t count)
{
	for (uint32_t i = 0; i < count && !executor_is_winding_down(); i++)
		runtime_wait_for_network(network_resolution_ns);
}

static void run_later(void *argument)
{
	user_data_birth_read(argument);
	executor_enter_shared();
	performance.timer_count--;
	executor_leave_shared();
}

void perform_timer(uint64_t duration_ns)
{
	executor_enter_shared();
	bool is_allowed = performance.timer_count < TIMER_COUNT_MAX;
	performance.timer_count += is_allowed;
	executor_leave_shared();
	if (is_allowed)
		runtime_after_func(duration_ns, run_later, user_data_birth_write());
}
