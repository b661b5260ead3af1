/* What a program inside a run may ask of the executor that plays it.
 *
 * Two executors answer, chosen at link time as for host/host.h: the simulator (targets/sim) and
 * real threads (targets/threads). Any stack but a signal's, unless said otherwise. */
#ifndef EXECUTOR_EXECUTOR_H
#define EXECUTOR_EXECUTOR_H

#include <stdbool.h>
#include <stddef.h>

/* Ends the run as finished. */
_Noreturn void executor_finish(void);

/* Ends the run in the middle of everything, as a process does that crashes or exits. */
_Noreturn void executor_exit(void);

/* Ends the run: what the program observes is not what happened. TEXT is "RULE: what is wrong", and
 * copied. Any stack. */
_Noreturn void executor_find_fault(const char *text);

/* Whether the run has been long enough: its program then skips to its end. */
bool executor_is_winding_down(void);

/* How many threads of the run have ended so far. */
unsigned executor_exited_thread_count(void);

/* Something a user would call progress has happened; the clock alone is none. */
void executor_note_progress(void);

/* Memory of the run that is not the runtime's: zeroed, gone with the run. */
void *executor_allocate(size_t size_bytes);

/* Mutual exclusion for the program's own books, of which there is one set. Nobody sees it: it
 * passes no yield point and orders nothing for ThreadSanitizer. Not recursive; left before any
 * call into the runtime. */
void executor_enter_shared(void);
void executor_leave_shared(void);

#endif
