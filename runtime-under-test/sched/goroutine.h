/* Goroutines: create, run, wait, end. Source: algorithms.md 8, 16.8. */
#ifndef SCHED_GOROUTINE_H
#define SCHED_GOROUTINE_H

#include "sched/types.h"

/* Starts ENTRY(ARGUMENT) as a goroutine whose outermost frame is PC. From a user stack. It ends
 * when ENTRY returns. Returns its id, since it may have ended and be somebody else by now; 0 when
 * G_COUNT_MAX are alive. */
uint64_t goroutine_start(g_entry *entry, void *argument, uint32_t pc, bool is_system, void *user);

/* The first goroutine, before the scheduler runs. System stack of the first M, which has a P. */
uint64_t goroutine_start_first(g_entry *entry, void *argument, uint32_t pc);

/* As goroutine_start(), but it waits, owned by the caller; NULL when G_COUNT_MAX are alive. */
struct g *goroutine_create_waiting(g_entry *entry, void *argument, uint32_t pc, void *user);

/* G is dead and nobody's: for reuse. On the system stack. */
void goroutine_give_back(struct g *g);

/* The goroutine of extra M M, which is to run RUN(g) in its first call. ENTRY_PC is its outermost
 * frame, OPERATION_PC its innermost one in C. On a system stack with a P; the M is nobody else's.
 */
struct g *goroutine_new_extra(struct m *m, void (*run)(void *g), uint32_t entry_pc,
			      uint32_t operation_pc);

/* The next events of G, the caller's, are those of a new goroutine. */
void goroutine_reset_sequence(struct g *g);

/* Changes status FROM to TO; waits while somebody holds the scan bit. The caller owns the G. */
void g_change_status(struct g *g, enum g_status from, enum g_status to);

/* Takes or drops the scan bit: whoever holds it owns transitions. */
bool g_try_set_scan(struct g *g, enum g_status status);
void g_drop_scan(struct g *g, enum g_status status);

/* ---- From a user stack, about the current goroutine. --------------------- */

/* Waits until made ready. UNLOCK runs on the system stack once the G is waiting and off its M:
 * from then on others may make it ready; if it returns false the G goes on at once. May be NULL. */
void goroutine_park(park_unlock *unlock, void *argument, enum wait_reason reason);

/* Waits, and releases LOCK once waiting. */
void goroutine_park_unlock(struct lock *lock, enum wait_reason reason);

/* Gosched: to the end of the global run queue. */
void goroutine_yield(void);

/* What a signal's handler has it do: makes room, or stops for who wants to look at it. */
void goroutine_stop_at_signal(void);

/* To the end of the local run queue: so that one just made ready runs now. */
void goroutine_yield_local(void);

_Noreturn void goroutine_exit(void);

/* Leaves the goroutine until somebody runs it again; CALL goes on with it on the system stack, and
 * may return a goroutine to run at once. */
void goroutine_call_and_leave(struct g *(*call)(struct g *g));

/* The current goroutine is no longer this M's. On the system stack. */
void goroutine_drop(struct g *g);

/* Makes a waiting G runnable, which is in no queue then; the caller owns it. System stack. */
void goroutine_make_runnable(struct g *g);
/* The same, and puts it into the queue of the caller's P. Any stack. */
void goroutine_ready(struct g *g);

/* ---- Stacks -------------------------------------------------------------- */

/* Runs CALL(ARGUMENT) on the system stack of the M; directly when already there. */
void on_system_stack(void (*call)(void *argument), void *argument);

/* Every function that Go's compiler would give a stack check calls this first. On a user stack: a
 * safe point, where the goroutine may be preempted, and where its stack may grow, which takes
 * gscan, stackpool and mheap. On a system stack nothing. */
void function_prologue(enum point point);

/* The same of a function whose frame has SIZE_BYTES: a goroutine's stack would grow, the system
 * stack of an M is all there is. */
void function_frame(size_t size_bytes);

/* Shadow stack: what a stack trace shows. Own goroutine. */
bool shadow_push(uint32_t pc);
void shadow_pop(void);

#endif
