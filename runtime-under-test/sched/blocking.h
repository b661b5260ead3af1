/* Waiting for a note from wherever an M is. */
#ifndef SCHED_BLOCKING_H
#define SCHED_BLOCKING_H

#include "host/host.h"

/* Waits for NOTE; who owns it clears it afterwards. On a system stack the M sleeps; from a user
 * stack the goroutine waits as in a blocking system call, its P handed off. */
void m_sleep_on_note(struct host_note *note);

#endif
