/* The ring of CPU samples in use, judged by its model; on either executor.
 *
 * A closer (m0) and a reader (m1) run beside 1 to 3 workers (`procs`), each as long as a program of
 * the scenario; a signal may hit them all, and writes as it is handled. The ring has
 * buffer-bytes / 16 words and run-queue-length tags; its counters begin at initial-generation;
 * `tracer` says how long headers are. The seed of the schedule draws samples and ways to read.
 *
 * Whatever the interleaving, the reader gets every sample that was written, in order and as
 * written, or counted as lost in its place, then the end; when it waits, it is woken when it has to
 * be. What is not so ends the run by executor_find_fault(), a reader that sleeps on as a deadlock.
 * ThreadSanitizer judges what this room does with the ring. */
#ifndef RING_PLAY_RING_PLAY_H
#define RING_PLAY_RING_PLAY_H

#include <stdint.h>

#include "scenario/scenario.h"

/* Before each run: as if none had been. Gives the argument, and owner, of the first M. */
void *ring_play_prepare(const struct scenario *scenario, uint32_t samples_per_signal);

/* Entry for the executor: never returns. */
void ring_play_main(void *argument);

#endif
