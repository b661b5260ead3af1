/* The parts of the observer: what each step of an M shows. Internal to truth. */
#ifndef TRUTH_OBSERVE_H
#define TRUTH_OBSERVE_H

#include "truth/log.h"
#include "truth/rule.h"

/* What there is to see at a point. */
enum {
	TRUTH_ANNOUNCED = 1, /* before its operation */
	TRUTH_DONE = 2,      /* after it */
	TRUTH_RING = 4,      /* both, at a word of a ring of samples or of the profiler */
	TRUTH_SLEEP = 8,     /* after it */
	TRUTH_PROLOGUE = 16, /* before it an M has done what it had to do for others */
	TRUTH_BEFORE = TRUTH_ANNOUNCED | TRUTH_RING | TRUTH_PROLOGUE,
	TRUTH_AFTER = TRUTH_DONE | TRUTH_RING | TRUTH_SLEEP,
};

/* 0: nothing. */
extern const uint8_t truth_traits[POINT_LIMIT];

/* Ends the run with truth-mismatch: RULE's sentence and the details. */
__attribute__((format(printf, 2, 3))) _Noreturn void truth_end_run(enum truth_rule rule,
								   const char *format, ...);

/* ---- transition.c -------------------------------------------------------- */

/* SEEN has done an operation on the status word of G. */
void truth_status_seen(struct truth_m *seen, const struct g *g);

/* SEEN is about to enter a section: maybe since its goroutine enters a system call. */
void truth_see_syscall(struct truth_m *seen);

/* SEEN has taken P from an M that is in a system call. */
void truth_p_taken(struct truth_m *seen, const struct p *p);

/* The P of SEEN is another than when it was seen last. */
void truth_p_changed(struct truth_m *seen);

/* ---- pending.c: events that follow the change ---------------------------- */

/* SEEN will write PENDING in its next section. */
void truth_pend(struct truth_m *seen, struct truth_pending pending);

/* The same, before what it is to write else. */
void truth_pend_first(struct truth_m *seen, struct truth_pending pending);

/* SEEN has entered a section of GENERATION. */
void truth_section_entered(struct truth_m *seen, uint64_t generation);

/* SEEN leaves a section. */
void truth_section_left(struct truth_m *seen);

/* The last record of SEEN is the way out of a system call: its time is that of the M's LOOK_COUNTth
 * look at the clock from here on. v1 only. */
void truth_exit_recorded(struct truth_m *seen, uint32_t look_count);

/* SEEN wanted to and found tracing off. */
void truth_section_refused(struct truth_m *seen);

/* SEEN has started the world: GOMAXPROCS is known. */
void truth_world_started(struct truth_m *seen);

/* ---- observe_gc.c --------------------------------------------------------- */

/* SEEN has done an operation of the garbage collector. */
void truth_gc_done(struct truth_m *seen);

/* Whether there is a mark phase. */
bool truth_is_marking(void);

/* For which of the collector's stops G stops the world; NULL: for none. */
const char *truth_gc_stop_kind(const struct g *g);

/* SEEN has entered a section in which it sweeps: PENDING_KIND says what. */
void truth_sweep_section(struct truth_m *seen, uint8_t pending_kind);

/* ---- observe_memory.c ----------------------------------------------------- */

/* The goroutine of SEEN has moved to another stack, or left the one before. */
void truth_stack_moved(struct truth_m *seen);

/* ---- invariant.c --------------------------------------------------------- */

void truth_check_section_flag(const struct truth_m *seen);
/* The M has got a P. */
void truth_check_proc_taken(const struct truth_m *seen);
/* v2: SEEN has entered a section, or is about to leave it. */
void truth_check_buffers(const struct truth_m *seen);
void truth_remember_buffers(struct truth_m *seen);
void truth_check_stop(void);
void truth_check_start(void);
void truth_check_reader_generation(const struct truth_m *seen);
/* The reader, if one has registered, waits. */
void truth_check_reader(const struct truth_m *seen);

/* ---- v1_observe.c -------------------------------------------------------- */

/* SEEN has looked whether the v1 tracer is on, and so has entered a section or not; it announces
 * NEXT. */
void truth_v1_check_section(const struct truth_m *seen, enum point next);

/* The P of SEEN is another than before. */
void truth_v1_p_changed(const struct truth_m *seen);

/* SEEN has done its last operation; it announces POINT. */
void truth_v1_done(struct truth_m *seen);
void truth_v1_announced(struct truth_m *seen, enum point point);

/* ---- idle.c -------------------------------------------------------------- */

/* Some M has announced a prologue, and everything before it is done. */
void truth_check_idle(void);
/* WOKEN has slept and done nothing since. */
void truth_check_all_asleep(const struct m *woken);

#endif
