/* One run, from its first thread to the last one's return to the pool. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena/arena.h"
#include "base/fatal.h"
#include "coroutine/sanitizer.h"
#include "lock/lock_rank.h"
#include "threads/internal.h"

enum {
	SIGNAL_RATE_HZ = 1000,
	WIND_DOWN_MS = 100,
	PATIENCE_MS = 10000,
	/* Signals sent to an M, and steps it took since the first one, that prove it deaf. */
	DEAF_SENT_COUNT = 50,
	DEAF_STEP_COUNT = 1000,
};

#ifndef THREADS_TSAN_CAN_DELAY
#define THREADS_TSAN_CAN_DELAY 0
#endif

struct world world;

/* Newer runtimes can delay threads at accesses that others may be about to make. */
#if THREADS_TSAN_CAN_DELAY
const char *const coroutine_tsan_options = COROUTINE_TSAN_OPTIONS ":enable_adaptive_delay=1";
#else
const char *const coroutine_tsan_options = COROUTINE_TSAN_OPTIONS;
#endif

struct threads_options threads_options_for(const struct scenario *scenario)
{
	return (struct threads_options){.scenario = scenario,
					.signal_rate_hz = SIGNAL_RATE_HZ,
					.signal_source = THREADS_SAMPLER,
					.wind_down_ms = WIND_DOWN_MS,
					.patience_ms = PATIENCE_MS};
}

/* A loop of its own: snprintf() would be ThreadSanitizer's business, and signals would be delivered
 * in the middle of it. */
static void copy_text(char *to, const char *from, size_t size_bytes)
{
	size_t i = 0;
	for (; i + 1 < size_bytes && from[i] != '\0'; i++)
		to[i] = from[i];
	to[i] = '\0';
}

void world_end(enum threads_ending ending, const char *text)
{
	if (__atomic_exchange_n(&world.is_ending, 1, __ATOMIC_SEQ_CST) != 0)
		return;
	world.report->ending = ending;
	copy_text(world.report->text, text, sizeof world.report->text);
	STORE(world.is_over, 1);
	/* A thread that is not counted yet looks before it waits. */
	for (uint32_t i = 0, count = LOAD(world.thread_count); i < count; i++)
		if (threads[i].is_made)
			sem_post(&threads[i].wake);
}

_Noreturn void world_end_and_leave(enum threads_ending ending, const char *text)
{
	world_end(ending, text);
	thread_leave(thread_self());
}

_Noreturn void executor_finish(void)
{
	world_end_and_leave(THREADS_FINISHED, "");
}

_Noreturn void executor_exit(void)
{
	world_end_and_leave(THREADS_EXITED, "");
}

_Noreturn void executor_find_fault(const char *text)
{
	world_end_and_leave(THREADS_TRUTH_MISMATCH, text);
}

_Noreturn void host_violate(enum host_violation violation, const char *text)
{
	static const enum threads_ending endings[] = {
		[HOST_LOCK_ORDER] = THREADS_LOCK_ORDER,
		[HOST_WRONG_STACK] = THREADS_WRONG_STACK,
		[HOST_NO_RACE_CONTEXT] = THREADS_NO_RACE_CONTEXT,
		[HOST_SIGNAL_UNSAFE] = THREADS_SIGNAL_UNSAFE,
	};
	world_end_and_leave(endings[violation], text);
}

static void on_fatal(const char *text)
{
	const struct thread *thread = thread_self();
	if (thread != NULL && LOAD(thread->state) > THREAD_ENDED)
		world_end_and_leave(THREADS_THROW, text);
	fprintf(stderr, "harness failure: %s\n", text);
	_Exit(3);
}

bool executor_is_winding_down(void)
{
	thread_at_host_call();
	return LOAD(world.is_winding_down) != 0;
}

void executor_note_progress(void)
{
	COUNT(world.progress_count);
}

void executor_enter_shared(void)
{
	struct thread *thread = thread_at_host_call();
	spin_lock(&world.shared);
	thread->is_in_shared = true;
}

unsigned executor_exited_thread_count(void)
{
	return LOAD(world.exited_count);
}

void executor_leave_shared(void)
{
	thread_self()->is_in_shared = false;
	spin_unlock(&world.shared);
}

static void run_begin(const struct threads_options *options, struct threads_report *report)
{
	static bool is_process_begun;
	if (!is_process_begun) {
		is_process_begun = true;
		ensure(sem_init(&world.done, 0, 0) == 0);
		signal_process_begin();
		lock_rank_init(); /* the watchdog names locks beside the Ms */
	}
	memset(report, 0, sizeof *report);
	world.options = *options;
	world.report = report;
	world.signal_handler = NULL;
	world.run_number++;
	world.perturb_odds = 8u << (options->scenario->schedule.parameter % 6);
	world.thread_count = 0;
	world.active_count = 0;
	world.exited_count = 0;
	for (unsigned i = 0; i < THREADS_COUNT_MAX; i++)
		threads[i].state = THREAD_IDLE;
	world.is_ending = 0;
	world.is_over = 0;
	world.is_winding_down = 0;
	world.progress_count = 0;
	arena_run_begin();
	block_run_begin();
}

static bool is_deaf(const struct thread *thread)
{
	return thread->sent_count >= DEAF_SENT_COUNT && thread->handled_count == 0 &&
	       thread->stray_count == 0 &&
	       thread->step_count - thread->first_signal_step >= DEAF_STEP_COUNT;
}

static void sum_up(struct threads_report *report)
{
	report->thread_count = world.thread_count;
	for (uint32_t i = 0; i < world.thread_count; i++) {
		const struct thread *thread = &threads[i];
		report->step_count += thread->step_count;
		report->signals.sent += thread->sent_count;
		report->signals.handled += thread->handled_count;
		report->signals.strays += thread->stray_count;
		report->has_deaf_thread |= is_deaf(thread);
	}
	report->pages_outstanding = arena_pages_outstanding();
}

static bool is_stuck(const struct threads_report *report)
{
	return report->ending == THREADS_DEADLOCK || report->ending == THREADS_LIVELOCK;
}

void threads_run(const struct threads_options *options, host_entry *entry, void *argument,
		 struct threads_report *ret_report)
{
	struct coroutine main = {0};
	fatal_set_handler(on_fatal);
	run_begin(options, ret_report);
	coroutine_run_begin(&main);
	signal_run_begin();
	thread_start(argument, argument, entry, false);
	watchdog_wait();
	signal_run_end();
	coroutine_run_end(&main);
	sum_up(ret_report);
	if (is_stuck(ret_report) && options->describer != NULL)
		options->describer(ret_report->text, sizeof ret_report->text);
}
