/* A goroutine goes through a system call (algorithms.md 16.8) while sysmon takes its P: either it
 * comes back with the P that it had, or that is gone and it looks for another. */
#include "exhaust/system_call.h"

static void set_up(void)
{
	system_call_set_up(false);
}

const struct world world_syscall_retake = {
	.name = "syscall-retake",
	.number = 20,
	.sentence = "sysmon takes the P of a system call that comes, stays or ends",
	.set_up = set_up,
	.threads = {[SYSTEM_CALLER] = {.name = "caller", .run = system_call_go_through},
		    [SYSTEM_CALL_SYSMON] = {.name = "sysmon", .run = system_call_retake}},
	.check = system_call_check,
};
