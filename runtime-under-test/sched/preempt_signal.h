/* Preemption between safe points, by a signal: who asks a goroutine to make room asks its M, too,
 * whose handler looks whether the goroutine computes, and has it make room if so. Source: Go's
 * preempt.go: preemptone, preemptM, asyncPreempt.
 *
 * What the handler has it do is a flag that the goroutine looks at right after each step of
 * computing; upstream's handler changes where the interrupted code goes on. */
#ifndef SCHED_PREEMPT_SIGNAL_H
#define SCHED_PREEMPT_SIGNAL_H

#include "sched/types.h"

/* Computes: COUNT steps between which there is no safe point. User stack. */
void compute_without_safe_points(uint32_t count);

/* Whoever runs on P is to make room, as its flags say; or who runs on M. Where nobody computes
 * nothing happens, without a step. A hint: who asks asks again. Any stack. */
void preempt_p_by_signal(const struct p *p);
void preempt_m_by_signal(const struct m *m);

/* The handler, on the signal stack of M. */
void preempt_on_signal(const struct m *m);

#endif
