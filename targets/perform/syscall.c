/* System calls, of which so many at a time are allowed that their Ms are there, and threads of C.
 */
#include "api/runtime.h"
#include "executor/executor.h"
#include "perform/internal.h"

uint32_t perform_ending_count(void)
{
	return performance.ending_count - executor_exited_thread_count();
}

static bool begin(bool starts_thread)
{
	executor_enter_shared();
	bool is_allowed = performance.syscall_count < SYSCALL_COUNT_MAX &&
			  (!starts_thread || perform_ending_count() < ENDING_COUNT_MAX);
	performance.syscall_count += is_allowed;
	performance.ending_count += is_allowed && starts_thread;
	executor_leave_shared();
	return is_allowed;
}

static void end(void)
{
	executor_enter_shared();
	performance.syscall_count--;
	executor_leave_shared();
}

static void yield(void *argument)
{
	(void)argument;
	runtime_yield();
}

void perform_syscall(const struct scenario_operation *operation)
{
	const uint64_t duration_ns = (uint64_t)operation->a * 1000;
	if (!begin(operation->id == SCENARIO_CGO_CALLBACK))
		return;
	if (operation->id == SCENARIO_CGO_CALLBACK)
		runtime_call_back_from_c(operation->a, yield, NULL);
	else if (operation->id == SCENARIO_CGO_CALL)
		runtime_cgo_call(duration_ns);
	else
		runtime_syscall(duration_ns);
	end();
}
