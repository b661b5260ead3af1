/* A play: a few Ms on real threads, without a runtime. What every test of this room needs.
 *
 * Inside a play a broken expectation is an ensure(), which ends the run as a throw and is told by
 * play_expect(): a cmocka assertion would jump across stacks. Times are bounds that nothing but a
 * broken host comes near. */
#ifndef THREADS_TESTS_PLAY_H
#define THREADS_TESTS_PLAY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/fatal.h"
#include "host/atomic.h"
#include "threads/threads.h"

struct play {
	struct scenario scenario;
	struct threads_options options; /* its scenario is set by play_run() */
	struct threads_report report;
};

static inline struct play *play_new(void)
{
	static struct play play;
	memset(&play, 0, sizeof play);
	scenario_init(&play.scenario);
	play.options = threads_options_for(&play.scenario);
	play.options.signal_rate_hz = 0;
	play.options.patience_ms = 60000;
	return &play;
}

static inline void play_run(struct play *play, host_entry *entry)
{
	static uint32_t first_owner;
	play->options.scenario = &play->scenario;
	threads_run(&play->options, entry, &first_owner, &play->report);
}

static inline void play_expect(struct play *play, enum threads_ending ending, host_entry *entry)
{
	play_run(play, entry);
	if (play->report.ending != ending)
		print_error("ended with %d: %s\n", (int)play->report.ending, play->report.text);
	assert_int_equal(play->report.ending, ending);
}

/* An M of a play, and its owner. */
struct play_thread {
	unsigned index; /* of the play, from 0; the host's is one more */
	host_entry *entry;
	struct host_note is_done;
};

static inline void play_thread_main(void *argument)
{
	struct play_thread *thread = argument;
	thread->entry(thread);
	host_note_wake(&thread->is_done);
	host_thread_exit();
}

static inline void play_start(struct play_thread *threads, unsigned count, host_entry *entry)
{
	for (unsigned i = 0; i < count; i++) {
		threads[i].index = i;
		threads[i].entry = entry;
		host_thread_start(&threads[i], play_thread_main);
	}
}

static inline void play_wait(struct play_thread *threads, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		host_note_sleep(&threads[i].is_done, HOST_FOREVER);
}

/* From the first M: runs ENTRY on COUNT new ones, waits for them all, and finishes. */
static inline _Noreturn void play_threads(unsigned count, host_entry *entry)
{
	struct play_thread *threads = host_allocate(count * sizeof *threads);
	play_start(threads, count, entry);
	play_wait(threads, count);
	executor_finish();
}

#endif
