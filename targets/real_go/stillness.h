/* Whether a process has come to rest for good: look after look all its threads wait for each other,
 * at the same places and without a short time limit, but for one that naps, which is how Go's
 * monitor thread goes on. One that is starved, computes, sleeps, or waits for the outside is not
 * still. Told by /proc; where it may not be read, never. */
#ifndef REAL_GO_STILLNESS_H
#define REAL_GO_STILLNESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	STILLNESS_PERIOD_MS = 50, /* look so often ... */
	STILLNESS_LOOKS = 5,      /* ... and so many times see the same ... */
	STILLNESS_MISSES_MAX = 5, /* ... while so many may meet a thread in a signal handler */
	STILLNESS_THREAD_COUNT_MAX = 512,
};

struct stillness_thread {
	pid_t thread;
	bool is_napping;
	uint64_t place; /* what it waits for; 0 when it naps */
};

/* Zero-initialised is before the first look. */
struct stillness {
	struct stillness_thread threads[STILLNESS_THREAD_COUNT_MAX];
	unsigned thread_count;
	unsigned same_count;
	unsigned missed_count;
};

/* Looks at PROCESS, STILLNESS_PERIOD_MS after the last time. True: it is still. */
bool stillness_look(struct stillness *stillness, pid_t process);

#endif
