/* Virtual time: it moves with steps, and jumps to the next deadline when nobody can run. */
#include <stdio.h>
#include <string.h>

#include "base/fatal.h"
#include "lock/lock_rank.h"
#include "sim/internal.h"

enum {
	STEP_NS = 100,
	COARSE_NS = 1000000,
	/* Jumps of the clock since no operation of a scenario can still be asleep for itself: the
	 * daemons alone are awake. */
	IDLE_JUMP_COUNT_MAX = 256,
};

static const uint64_t epoch_ns = UINT64_C(1000000000);

#define NS_PER_MICROSECOND UINT64_C(1000)
#define NS_PER_SECOND UINT64_C(1000000000)
/* What the calendar of a run says when its clock stands at 0. */
#define WALL_EPOCH_SECONDS UINT64_C(1000000000)

/* Events of a goroutine in which a foreign thread calls back have no sequence where one life of it
 * ends and the next begins: readers go by time there, as in a v1 trace everywhere, so that clocks
 * have to respect causality. */
static bool has_to_respect_causality(const struct scenario *scenario)
{
	for (unsigned i = 0; i < scenario->operation_count; i++)
		if (scenario->operations[i].id == SCENARIO_CGO_CALLBACK)
			return true;
	return false;
}

/* Four rounds of the runtime's own daemon, at its slowest: so long it may take until it takes a P
 * that a foreign thread has left in a system call, which who waits for each P may wait for. */
static const uint64_t daemon_patience_ns = 40000000;

/* How long an operation sleeps for itself, or what it waits for, at most. */
static uint64_t longest_sleep_ns(const struct scenario *scenario)
{
	uint64_t longest_ns = 0;
	for (unsigned i = 0; i < scenario->operation_count; i++) {
		const struct scenario_operation *operation = &scenario->operations[i];
		const struct scenario_operation_row *row = scenario_operation_row(operation->id);
		uint64_t sleep_ns = 0;
		if (operation->id == SCENARIO_CGO_CALLBACK)
			sleep_ns = daemon_patience_ns;
		else if (row != NULL && row->a.kind == SCENARIO_ARGUMENT_TIME_US)
			sleep_ns = operation->a * NS_PER_MICROSECOND;
		if (sleep_ns > longest_ns)
			longest_ns = sleep_ns;
	}
	return longest_ns;
}

void clock_init(void)
{
	const struct scenario_configuration *configuration = &sim.scenario->configuration;
	bool is_causal = has_to_respect_causality(sim.scenario);
	uint8_t kind = is_causal ? (uint8_t)SCENARIO_CLOCK_NORMAL : configuration->clock;
	sim.now_ns = epoch_ns;
	sim.progress_ns = epoch_ns;
	sim.longest_sleep_ns = longest_sleep_ns(sim.scenario);
	sim.jumped_ns = 0;
	sim.step_ns = kind == SCENARIO_CLOCK_FROZEN ? 0 : STEP_NS;
	sim.coarse_ns = kind == SCENARIO_CLOCK_COARSE ? COARSE_NS : 1;
	sim.clock_skew = is_causal ? (uint8_t)SCENARIO_SKEW_NONE : configuration->clock_skew;
	sim.next_deadline_ns = HOST_FOREVER;
}

uint64_t clock_deadline(const struct thread *thread, uint64_t deadline_ns)
{
	if (deadline_ns > HOST_FOREVER - sim.coarse_ns)
		return HOST_FOREVER;
	uint64_t ticks = (deadline_ns + sim.coarse_ns - 1) / sim.coarse_ns;
	return ticks * sim.coarse_ns - (uint64_t)thread->skew_ns;
}

bool sim_is_asleep_until(const void *owner, uint64_t when_ns)
{
	for (unsigned i = 0; i < sim.thread_count; i++) {
		const struct thread *thread = &sim.threads[i];
		if (thread->who.owner == owner)
			return thread->state == THREAD_SLEEPING &&
			       thread->deadline_ns <= clock_deadline(thread, when_ns);
	}
	return false;
}

void clock_thaw(void)
{
	if (sim.scenario->configuration.clock_skew == SCENARIO_SKEW_NONE)
		return;
	sim.step_ns = STEP_NS;
}

static void find_next_deadline(void)
{
	uint64_t earliest_ns = HOST_FOREVER;
	for (unsigned i = 0; i < sim.thread_count; i++) {
		const struct thread *thread = &sim.threads[i];
		if (thread->state == THREAD_SLEEPING && thread->deadline_ns < earliest_ns)
			earliest_ns = thread->deadline_ns;
	}
	sim.next_deadline_ns = earliest_ns;
}

void clock_wake_sleepers(void)
{
	for (unsigned i = 0; i < sim.thread_count; i++) {
		struct thread *thread = &sim.threads[i];
		if (thread->state != THREAD_SLEEPING || thread->deadline_ns > sim.now_ns)
			continue;
		thread->note->sleeper_plus_one = 0;
		thread->has_slept_enough = true;
		sim_make_runnable(thread);
	}
	find_next_deadline();
}

static _Noreturn void end_in_deadlock(void)
{
	static char text[SIM_TEXT_SIZE_BYTES];
	text[0] = '\0';
	sim_describe_threads(text, sizeof text);
	if (sim.deadlock_describer != NULL)
		sim.deadlock_describer(text, sizeof text);
	sim_end(SIM_DEADLOCK, text);
}

void clock_note_progress(void)
{
	sim.progress_ns = sim.now_ns;
	sim.idle_jumps = 0;
}

void clock_skip_idle(void)
{
	bool stands_still = sim.now_ns >= sim.next_deadline_ns;
	if (stands_still || sim.now_ns - sim.progress_ns > sim.longest_sleep_ns)
		sim.idle_jumps++;
	if (sim.next_deadline_ns == HOST_FOREVER || sim.idle_jumps > IDLE_JUMP_COUNT_MAX)
		end_in_deadlock();
	if (!stands_still) {
		sim.jumped_ns += sim.next_deadline_ns - sim.now_ns;
		sim.now_ns = sim.next_deadline_ns;
	}
	clock_wake_sleepers();
}

uint64_t host_nanotime(void)
{
	struct thread *thread = sim.current;
	host_yield(POINT_host_nanotime, NULL);
	uint64_t time_ns = sim.now_ns + (uint64_t)thread->skew_ns;
	time_ns -= time_ns % sim.coarse_ns;
	if (time_ns < thread->last_time_ns)
		time_ns = thread->last_time_ns;
	thread->last_time_ns = time_ns;
	return time_ns;
}

uint64_t host_cputicks(void)
{
	struct thread *thread = sim.current;
	host_yield(POINT_host_nanotime, NULL);
	thread->last_tick_ns = epoch_ns + sim.step_count * STEP_NS + sim.jumped_ns;
	return thread->last_tick_ns;
}

struct host_wall_time sim_wall_time(uint64_t time_ns)
{
	return (struct host_wall_time){
		.seconds = WALL_EPOCH_SECONDS + time_ns / NS_PER_SECOND,
		.ns = (uint32_t)(time_ns % NS_PER_SECOND),
		.monotonic_ns = time_ns,
	};
}

struct host_wall_time host_wall_time(void)
{
	return sim_wall_time(host_nanotime());
}

uint64_t sim_thread_last_time_ns(void)
{
	return sim.current->last_time_ns;
}

uint64_t sim_thread_last_tick_ns(void)
{
	return sim.current->last_tick_ns;
}

void sim_describe_threads(char *text, size_t size_bytes)
{
	for (unsigned i = 0; i < sim.thread_count; i++) {
		const struct thread *thread = &sim.threads[i];
		size_t used = strlen(text);
		if (used + 1 >= size_bytes)
			return;
		if (thread->state == THREAD_LOCKING)
			snprintf(text + used, size_bytes - used, "M%u waits at %s, held by M%u\n",
				 i, lock_rank_point_name((uint16_t)thread->waiting_point),
				 thread->mutex->owner_plus_one - 1);
		else if (thread->state == THREAD_SLEEPING)
			snprintf(text + used, size_bytes - used, "M%u sleeps%s\n", i,
				 thread->deadline_ns == HOST_FOREVER ? "" : " until a time");
	}
}
