/* A goroutine enters a system call (algorithms.md 16.8) when it has been asked to make room, since
 * the world stops, and stays there until it has: it leaves its P to the stop. Nobody else takes it.
 */
#include "exhaust/system_call.h"

static void set_up(void)
{
	system_call_set_up(true);
}

static void look_at_nothing(void)
{
}

const struct world world_syscall_stop_asked = {
	.name = "syscall-stop-asked",
	.number = 34,
	.sentence = "a system call comes while the world stops, and lasts until it has",
	.set_up = set_up,
	.threads = {[SYSTEM_CALLER] = {.name = "caller", .run = system_call_compute_and_block},
		    [SYSTEM_CALL_SYSMON] = {.name = "sysmon", .run = look_at_nothing},
		    [SYSTEM_CALL_STOPPER] = {.name = "stopper",
					     .run = system_call_stop_world_for_entry}},
	.check = system_call_check,
};
