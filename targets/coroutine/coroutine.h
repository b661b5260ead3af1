/* Stacks that are switched by hand, pooled for the life of the process.
 *
 * Any thread may take one and give it back; one runs on one thread at a time. A stack left in the
 * middle of a call by the end of a run is simply started anew. Each has a TSan fiber where the
 * build has TSan (determinism.md 2.7, 2.8) and tells ASan where the stack is. This file's code is
 * never instrumented: it runs between two stacks. */
#ifndef COROUTINE_COROUTINE_H
#define COROUTINE_COROUTINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef void coroutine_entry(void *argument);

struct coroutine {
	void *stack_pointer; /* saved while it does not run */
	uint8_t *stack;      /* NULL for a thread's own stack */
	size_t stack_size_bytes;
	coroutine_entry *entry;
	void *argument;
	void *fiber;          /* TSan's, or NULL */
	bool is_fiber_fenced; /* the fiber has seen the start of this run */
	struct coroutine *next_pooled;
};

/* Whether the switch orders the two sides for TSan. None does where annotations are judged. */
enum coroutine_order { COROUTINE_PROGRAM_ORDER, COROUTINE_NO_ORDER };

/* Options that every host needs of ThreadSanitizer: the lock order is the runtime's own checker's
 * business; a report ends a fuzzing run but not rut's, whose next run may show the same. */
#define COROUTINE_TSAN_OPTIONS                                                                     \
	"detect_deadlocks=0:report_signal_unsafe=0:atexit_sleep_ms=0:exitcode=66:"                 \
	"suppress_equal_stacks=0:suppress_equal_addresses=0"

/* All options: each host defines its own. */
extern const char *const coroutine_tsan_options;

/* Makes OWN stand for the calling thread's own stack, so that coroutines can be entered from it. */
void coroutine_adopt(struct coroutine *own);

/* Begins a run: everything that happened before is ordered before what the run's fibers do. Call
 * from the thread's own stack, which becomes MAIN. */
void coroutine_run_begin(struct coroutine *main);

/* Ends a run, back on MAIN: whatever any fiber did is ordered before what follows; all stacks are
 * pooled again. */
void coroutine_run_end(struct coroutine *main);

/* A stack of the pool that will run ENTRY(ARGUMENT) when first switched to. ENTRY must
 * not return. Where annotations are judged, one that has not run in this run, while there are not
 * too many: a fiber cannot forget what it came after. */
struct coroutine *coroutine_take(coroutine_entry *entry, void *argument);

/* Gives one back before the end of the run. Nobody may be running on it. */
void coroutine_give_back(struct coroutine *coroutine);

/* What follows counts for TSan as done by WHOSE fiber, though the stack stays. Builds with it only.
 */
void coroutine_lend_fiber(struct coroutine *whose);

/* Leaves FROM (the current one) and goes on in TO. */
void coroutine_switch(struct coroutine *from, struct coroutine *to, enum coroutine_order order);

#endif
