/* A goroutine computes until it is asked to make room, and then is in a system call (algorithms.md
 * 16.8) that lasts, while each P is called at a safe point: nobody waits for the call. */
#include "exhaust/system_call.h"

static void set_up(void)
{
	system_call_set_up(true);
}

const struct world world_syscall_safe_point = {
	.name = "syscall-safe-point",
	.number = 29,
	.sentence =
		"each P comes to a safe point while a goroutine computes and a system call lasts",
	.set_up = set_up,
	.threads = {[SYSTEM_CALLER] = {.name = "caller", .run = system_call_compute_and_block},
		    [SYSTEM_CALL_SYSMON] = {.name = "sysmon", .run = system_call_retake},
		    [SYSTEM_CALL_STOPPER] = {.name = "caller of safe points",
					     .run = system_call_run_safe_points_and_release}},
	.check = system_call_check,
};
