/* A goroutine goes through a system call (algorithms.md 16.8) while the world is stopped and sysmon
 * looks, too: of those who want its P one gets it, and the stop does not wait for a system call. */
#include "exhaust/system_call.h"

static void set_up(void)
{
	system_call_set_up(true);
}

const struct world world_syscall_stop = {
	.name = "syscall-stop",
	.number = 21,
	.sentence = "the world stops, and sysmon looks, while a system call comes, stays or ends",
	.set_up = set_up,
	.threads = {[SYSTEM_CALLER] = {.name = "caller", .run = system_call_go_through},
		    [SYSTEM_CALL_SYSMON] = {.name = "sysmon", .run = system_call_retake},
		    [SYSTEM_CALL_STOPPER] = {.name = "stopper", .run = system_call_stop_world}},
	.check = system_call_check,
};
