/* A goroutine is in a system call (algorithms.md 16.8) that lasts until the world is stopped, and
 * sysmon looks: the stop takes its P, or finds it idle, and does not wait for the call. */
#include "exhaust/system_call.h"

static void set_up(void)
{
	system_call_set_up(true);
}

const struct world world_syscall_stop_blocked = {
	.name = "syscall-stop-blocked",
	.number = 28,
	.sentence = "the world stops, and sysmon looks, while a system call lasts",
	.set_up = set_up,
	.threads = {[SYSTEM_CALLER] = {.name = "caller", .run = system_call_block},
		    [SYSTEM_CALL_SYSMON] = {.name = "sysmon", .run = system_call_retake},
		    [SYSTEM_CALL_STOPPER] = {.name = "stopper",
					     .run = system_call_stop_world_and_release}},
	.check = system_call_check,
};
