/* A goroutine goes through a system call (algorithms.md 16.8) while somebody takes its P and goes
 * through one with it: who comes back may take the P that it had from the other. */
#include "exhaust/system_call.h"

const struct world world_syscall_two = {
	.name = "syscall-two",
	.number = 27,
	.sentence = "two goroutines go through system calls, the second with the first one's P",
	.set_up = system_call_set_up_two,
	.threads = {[SYSTEM_CALLER] = {.name = "caller", .run = system_call_go_through},
		    [SYSTEM_CALL_SYSMON] = {.name = "second caller",
					    .run = system_call_retake_and_go_through}},
	.check = system_call_check,
};
