/* System calls of the scenario, each of which keeps an M for itself. */
#include "api/runtime.h"
#include "executor/executor.h"
#include "perform/internal.h"

void perform_syscall(uint64_t duration_ns)
{
	executor_enter_shared();
	bool is_allowed = performance.syscall_count < SYSCALL_COUNT_MAX;
	performance.syscall_count += is_allowed;
	executor_leave_shared();
	if (!is_allowed)
		return;
	runtime_syscall(duration_ns);
	executor_enter_shared();
	performance.syscall_count--;
	executor_leave_shared();
}
