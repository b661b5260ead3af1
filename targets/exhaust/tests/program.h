/* Small programs to explore: a few threads with a function each. */
#ifndef EXHAUST_TESTS_PROGRAM_H
#define EXHAUST_TESTS_PROGRAM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/fatal.h"
#include "exhaust/explorer.h"
#include "host/atomic.h"

struct program {
	unsigned thread_count;
	host_entry *entry; /* of every thread; its owner tells which */
	host_signal_handler *handler;
	struct exhaust_options options;
	struct exhaust_result result;
};

static struct program program;

/* What the threads share, anew for each execution. */
static struct {
	struct atomic_u32 words[8];
	struct host_mutex mutex;
	struct host_note note;
	uint32_t seen[EXHAUST_THREAD_COUNT_MAX];
} shared;

static unsigned owners[EXHAUST_THREAD_COUNT_MAX];

static inline unsigned program_thread(void)
{
	return *(unsigned *)host_self();
}

static void program_thread_main(void *argument)
{
	program.entry(argument);
	host_thread_exit();
}

static void program_set_up(void *argument)
{
	(void)argument;
	memset(&shared, 0, sizeof shared);
	if (program.handler != NULL)
		host_set_signal_handler(program.handler);
	for (unsigned i = 0; i < program.thread_count; i++) {
		owners[i] = i;
		host_thread_start(&owners[i], program_thread_main);
	}
	host_thread_exit();
}

static inline void program_new(unsigned thread_count, host_entry *entry)
{
	memset(&program, 0, sizeof program);
	program.thread_count = thread_count;
	program.entry = entry;
	program.options.set_up = program_set_up;
}

static inline void program_explore(void)
{
	static unsigned first_owner;
	program.options.set_up_argument = &first_owner;
	exhaust(&program.options, &program.result);
}

/* All of it, clean, and no order twice. */
static inline void program_expect_classes(uint64_t count)
{
	program_explore();
	if (program.result.ending != SIM_FINISHED)
		print_error("ended with %d: %s\n", (int)program.result.ending, program.result.text);
	assert_int_equal(program.result.ending, SIM_FINISHED);
	assert_true(program.result.is_exhausted);
	assert_int_equal(program.result.class_count, count);
	assert_int_equal(program.result.execution_count, count);
}

#endif
