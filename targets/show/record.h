/* The parts of the observer. Internal to show; they and nothing else of it look into the
 * runtime. */
#ifndef SHOW_RECORD_H
#define SHOW_RECORD_H

#include "coroutine/sanitizer.h"
#include "oracle/grow.h"
#include "sched/types.h"
#include "show/recording.h"

/* A zeroed new item at the end of LIST of the recording, which grows on whichever simulated thread
 * makes the step: realloc() would be that thread's own. */
#define RECORD_ONE(list, count, capacity)                                                          \
	(SANITIZER_IGNORED_BEGIN(), (void)GROW_ONE(list, count, capacity),                         \
	 memset(&(list)[(count) - 1], 0, sizeof *(list)), SANITIZER_IGNORED_END(),                 \
	 &(list)[(count) - 1])

/* What an M announced last; done when it is seen again. */
struct record_pending {
	enum point point;
	const void *object;
	uint32_t step;
};

extern struct record_pending record_pending[SIM_THREAD_COUNT_MAX];

/* Of which step a change is told that THREAD is seen to have made when it announces STEP: of the
 * one whose operation did it, unless others had steps meanwhile, who had not seen it then. */
static inline uint32_t record_step_of_change(unsigned thread, uint32_t step)
{
	return record_pending[thread].step + 1 == step ? step - 1 : step;
}

/* ---- record_locks.c ------------------------------------------------------ */

void record_locks_begin(void);
/* Thread THREAD announces POINT on OBJECT in STEP. */
void record_locks(unsigned thread, enum point point, const void *object, uint32_t step);
/* Who has got what it waited for before STEP. */
void record_locks_look(uint32_t step);

/* ---- record_state.c: words of the scheduler ------------------------------ */

void record_state_begin(void);
/* Index of G + 1; 0 for NULL. */
uint16_t record_goroutine(const struct g *g);
/* Index of the operation at PC; 0 for none. */
uint16_t record_operation(uint32_t pc);
/* THREAD's operation PENDING is done. */
void record_state_done(const struct record_pending *pending);
/* THREAD will take a P, whose word WORD is, in STEP. */
void record_steal(unsigned thread, const void *word, uint32_t step);
/* Changes are told of STEP. */
void record_state_look(uint32_t step);

/* ---- record_buffers.c: words of the tracers ------------------------------ */

void record_buffers_begin(void);
/* The same of what THREAD, which has M, or none, has changed. */
void record_buffers_look(const struct m *m, unsigned thread, uint32_t step);

#endif
