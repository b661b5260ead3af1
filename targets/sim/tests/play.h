/* A play: a few threads on the simulator, without a runtime. What every test of this room needs.
 *
 * Inside a play a broken expectation is an ensure(), which ends the run as a throw and is told by
 * play_expect(): a cmocka assertion would jump across stacks. */
#ifndef SIM_TESTS_PLAY_H
#define SIM_TESTS_PLAY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/fatal.h"
#include "host/atomic.h"
#include "sim/sim.h"

struct play {
	struct scenario scenario;
	struct sim_options options; /* its scenario is set by play_run() */
	struct sim_report report;
};

static inline struct play *play_new(void)
{
	static struct play play;
	memset(&play, 0, sizeof play);
	scenario_init(&play.scenario);
	play.scenario.configuration.has_store_buffers = false;
	play.scenario.configuration.signal_rate = 0;
	play.options.step_count_max = 20000;
	return &play;
}

static inline void play_override(struct play *play, enum point point, uint16_t occurrence,
				 enum scenario_action action, uint8_t target)
{
	play->scenario.overrides[play->scenario.override_count++] = (struct scenario_override){
		.point = (uint16_t)point,
		.occurrence = occurrence,
		.action = (uint8_t)action,
		.target = target};
}

static inline void play_run(struct play *play, host_entry *entry)
{
	static uint32_t first_owner;
	play->options.scenario = &play->scenario;
	sim_run(&play->options, entry, &first_owner, &play->report);
}

static inline void play_expect(struct play *play, enum sim_ending ending, host_entry *entry)
{
	play_run(play, entry);
	if (play->report.ending != ending)
		print_error("ended with %d: %s\n", (int)play->report.ending, play->report.text);
	assert_int_equal(play->report.ending, ending);
}

/* A thread of a play, and its owner. */
struct play_thread {
	unsigned index; /* of the play, from 0; the simulator's is one more */
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

/* From the first thread: runs ENTRY on COUNT new threads, waits for them all, and finishes. */
static inline _Noreturn void play_threads(unsigned count, host_entry *entry)
{
	struct play_thread *threads = host_allocate(count * sizeof *threads);
	for (unsigned i = 0; i < count; i++) {
		threads[i] = (struct play_thread){.index = i, .entry = entry};
		host_thread_start(&threads[i], play_thread_main);
	}
	for (unsigned i = 0; i < count; i++)
		host_note_sleep(&threads[i].is_done, HOST_FOREVER);
	executor_finish();
}

#endif
