/* The controller waits for the end of a run, and tells when none will come.
 *
 * A deadlock is seen, not guessed from time: every M waits, none for a time, and nobody took a step
 * between two looks. What does not make progress for the run's patience, although some M sleeps
 * for a time or runs, is ended too: a deadlock when nearly always all Ms waited, else a livelock,
 * if they took as many steps meanwhile as those take that run in vain. On a machine that leaves
 * them no processor they did not, and get more time. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/fatal.h"
#include "lock/lock_rank.h"
#include "threads/internal.h"

static const uint64_t tick_ns = 20000000;
enum {
	/* A minute: a thread leaves at its next host call. */
	END_TICK_COUNT_MAX = 3000,
	VAIN_STEPS_PER_MS = 100, /* of the patience; a free processor does ten times as many */
	/* So many times the patience without them is no machine's fault. */
	STARVED_FACTOR = 6,
};

struct watch {
	uint64_t begin_ns;
	uint64_t step_count;     /* at the last look */
	uint64_t progress_count; /* at the last look */
	uint64_t progress_ns;
	uint64_t progress_step_count; /* when it was made */
	uint64_t look_count;          /* since the last progress */
	uint64_t still_count;         /* of them, in which all Ms waited */
	bool was_stuck;
};

static bool is_waiting_for_good(const struct thread *thread)
{
	uint32_t state = LOAD(thread->state);
	if (state == THREAD_LOCKING)
		return !LOAD(thread->is_granted);
	if (state == THREAD_SLEEPING)
		return !LOAD(thread->note->is_set);
	return state == THREAD_IDLE || state == THREAD_ENDED;
}

static bool is_waiting(const struct thread *thread)
{
	return LOAD(thread->state) == THREAD_SLEEPING_UNTIL || is_waiting_for_good(thread);
}

static bool are_all(bool (*is)(const struct thread *thread))
{
	for (uint32_t i = 0, count = LOAD(world.thread_count); i < count; i++)
		if (!is(&threads[i]))
			return false;
	return true;
}

static uint64_t count_steps(void)
{
	uint64_t step_count = 0;
	for (uint32_t i = 0, count = LOAD(world.thread_count); i < count; i++)
		step_count += LOAD(threads[i].step_count);
	return step_count;
}

/* Of a mutex that is not held any more, nobody. */
static int describe(const struct thread *thread, char *text, size_t size_bytes)
{
	const struct host_mutex *mutex = thread->mutex;
	switch (LOAD(thread->state)) {
	case THREAD_LOCKING:
		return snprintf(text, size_bytes, "M%u waits at %s, held by M%d\n", thread->index,
				lock_rank_point_name((uint16_t)thread->waiting_point),
				mutex != NULL ? (int)LOAD(mutex->owner_plus_one) - 1 : -1);
	case THREAD_SLEEPING:
		return snprintf(text, size_bytes, "M%u sleeps\n", thread->index);
	case THREAD_SLEEPING_UNTIL:
		return snprintf(text, size_bytes, "M%u sleeps until a time\n", thread->index);
	case THREAD_IDLE:
	case THREAD_ENDED:
		return snprintf(text, size_bytes, "M%u has ended\n", thread->index);
	default:
		return snprintf(text, size_bytes, "M%u runs\n", thread->index);
	}
}

static void give_up(enum threads_ending ending)
{
	static char text[THREADS_TEXT_SIZE_BYTES];
	size_t used = 0;
	text[0] = '\0';
	for (uint32_t i = 0, count = LOAD(world.thread_count); i < count && used + 1 < sizeof text;
	     i++)
		used += (size_t)describe(&threads[i], text + used, sizeof text - used);
	world_end(ending, text);
}

/* Whether it is to end, how it ends. */
static bool is_out_of_patience(const struct watch *watch, uint64_t now_ns, uint64_t step_count,
			       enum threads_ending *ret_ending)
{
	const uint64_t patience_ms = world.options.patience_ms;
	const uint64_t waited_ms = (now_ns - watch->progress_ns) / 1000000;
	const uint64_t vain_count = step_count - watch->progress_step_count;
	const bool is_still = watch->still_count * 10 >= watch->look_count * 9;
	*ret_ending = is_still ? THREADS_DEADLOCK : THREADS_LIVELOCK;
	return waited_ms >= patience_ms &&
	       (is_still || vain_count >= patience_ms * VAIN_STEPS_PER_MS ||
		waited_ms >= patience_ms * STARVED_FACTOR);
}

static void look(struct watch *watch)
{
	enum threads_ending ending;
	uint64_t now_ns = monotonic_ns();
	uint64_t step_count = count_steps();
	uint64_t progress_count = LOAD(world.progress_count);
	bool is_stuck = step_count == watch->step_count && are_all(is_waiting_for_good);
	if (progress_count != watch->progress_count) {
		watch->progress_ns = now_ns;
		watch->progress_step_count = step_count;
		watch->look_count = 0;
		watch->still_count = 0;
	}
	watch->look_count++;
	watch->still_count += are_all(is_waiting);
	if (now_ns - watch->begin_ns >= (uint64_t)world.options.wind_down_ms * 1000000)
		STORE(world.is_winding_down, 1);
	if (is_stuck && watch->was_stuck)
		give_up(THREADS_DEADLOCK);
	else if (is_out_of_patience(watch, now_ns, step_count, &ending))
		give_up(ending);
	watch->step_count = step_count;
	watch->progress_count = progress_count;
	watch->was_stuck = is_stuck;
}

void watchdog_wait(void)
{
	struct watch watch = {.begin_ns = monotonic_ns()};
	watch.progress_ns = watch.begin_ns;
	uint64_t next_ns = watch.begin_ns + tick_ns;
	for (unsigned ticks_after_end = 0;;) {
		const struct timespec until = {.tv_sec = (time_t)(next_ns / 1000000000),
					       .tv_nsec = (long)(next_ns % 1000000000)};
		if (sem_clockwait(&world.done, CLOCK_MONOTONIC, &until) == 0)
			return;
		ensure(errno == ETIMEDOUT || errno == EINTR);
		if (errno != ETIMEDOUT)
			continue;
		next_ns += tick_ns;
		if (!LOAD(world.is_over))
			look(&watch);
		else if (++ticks_after_end == END_TICK_COUNT_MAX)
			fatal("a thread does not leave a run that is over");
	}
}
