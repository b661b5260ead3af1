/* Coroutine-style transfers of control: a coro is a place where one goroutine waits at any time,
 * and who switches to it waits there instead, while the M goes on with the other at once. No queue,
 * and nobody who makes anybody ready. Go's runtime/coro.go, below iter.Pull.
 *
 *          | new | switch | exit
 * new      |  -  |   X    |  X
 * switch   |  X  |   X    |  X
 * exit     |  X  |   X    |  X
 *
 * X by the caller: whoever runs is the only one that may switch. Goroutines that are locked to
 * their M keep it: both sides run on the M, and with the count of locks, that there were when the
 * coro was made, else `coro: OS thread locking must match ...`. */
#ifndef SCHED_CORO_H
#define SCHED_CORO_H

#include "sched/types.h"

struct coro {
	/* Who waits in it; 0: it has come to its end. Relaxed: who switches comes after who did so
	 * before, since only one of the two runs. upstream: a seq_cst CAS after a plain look. */
	struct atomic_address g;

	/* Immutable. */
	g_entry *body;
	void *argument;
	struct m *m; /* of who made it, if locked to it; NULL: any */
	uint32_t thread_lock_count;
};

/* A goroutine that will run BODY(ARGUMENT), with PC as its outermost frame, waits in CORO. False:
 * too many are alive. User stack. */
bool coro_begin(struct coro *coro, g_entry *body, void *argument, uint32_t pc, void *user);

/* Goes on with who waits in CORO, and waits there itself. When BODY returns, its goroutine ends and
 * who waits then goes on. User stack. */
void coro_switch(struct coro *coro);

#endif
