/* Yield points, and the small things that every M asks its host. */
#include <sched.h>

#include "arena/arena.h"
#include "base/fatal.h"
#include "threads/internal.h"

enum { FIRST_THREAD_ID = 100 };

enum {
	TARGET_ODDS = 2,
	NAP_ODDS = 32, /* of the perturbed steps: away from the processor, not just at its back */
	NAP_NS_MAX = 50000,
};

uint64_t monotonic_ns(void)
{
	struct timespec now;
	ensure(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* Lets others overtake here, at random by the scenario's seed. */
static void perturb(struct thread *thread, enum point point)
{
	const struct scenario_schedule *schedule = &world.options.scenario->schedule;
	bool is_target = schedule->policy == SCENARIO_TARGET_BIASED &&
			 point == (enum point)schedule->target_point;
	if (choice_random_below(&thread->random, is_target ? TARGET_ODDS : world.perturb_odds) > 0)
		return;
	if (choice_random_below(&thread->random, NAP_ODDS) > 0) {
		sched_yield();
		return;
	}
	const struct timespec nap = {
		.tv_nsec = 1 + (long)choice_random_below(&thread->random, NAP_NS_MAX)};
	clock_nanosleep(CLOCK_MONOTONIC, 0, &nap, NULL);
}

unsigned host_yield(enum point point, const void *object)
{
	struct thread *thread = thread_at_host_call();
	signal_poll();
	COUNT(thread->step_count);
	if (thread->stack_kind != HOST_STACK_SIGNAL)
		COUNT(thread->own_step_count);
	if (world.options.observer != NULL)
		world.options.observer(world.options.observer_context, thread->index, point,
				       object);
	perturb(thread, point);
	return 0; /* no store is held back but by the processor */
}

void host_pause(enum point point)
{
	host_yield(point, NULL);
	sched_yield();
}

void *host_self(void)
{
	return thread_self()->owner;
}

uint64_t host_nanotime(void)
{
	host_yield(POINT_host_nanotime, NULL);
	return monotonic_ns();
}

uint64_t host_cputicks(void)
{
	return host_nanotime();
}

struct host_wall_time host_wall_time(void)
{
	struct timespec now;
	uint64_t time_ns = host_nanotime();
	ensure(clock_gettime(CLOCK_REALTIME, &now) == 0);
	return (struct host_wall_time){
		.seconds = (uint64_t)now.tv_sec,
		.ns = (uint32_t)now.tv_nsec,
		.monotonic_ns = time_ns,
	};
}

bool host_stack_grows(enum point point)
{
	(void)point;
	struct thread *thread = thread_at_host_call();
	uint8_t rate = world.options.scenario->configuration.stack_growth_rate;
	return rate > 0 && choice_random_below(&thread->random, 256) < rate;
}

void host_thread_start(void *owner, host_entry *entry)
{
	host_yield(POINT_host_thread_start, owner);
	thread_at_host_call();
	thread_start(owner, owner, entry, false);
}

void host_daemon_thread_start(void *owner, host_entry *entry)
{
	host_yield(POINT_host_thread_start, owner);
	thread_at_host_call();
	thread_start(owner, owner, entry, true);
}

void host_foreign_thread_start(void *argument, host_entry *entry)
{
	host_yield(POINT_host_thread_start, argument);
	thread_at_host_call();
	thread_start(NULL, argument, entry, false);
}

uint64_t host_thread_id(void)
{
	return FIRST_THREAD_ID + thread_self()->index;
}

void host_set_self(void *owner)
{
	thread_at_host_call()->owner = owner;
}

_Noreturn void host_thread_exit(void)
{
	struct thread *thread = thread_at_host_call();
	thread->has_exited = true;
	ADD(world.exited_count, 1);
	thread_leave(thread);
}

/* ---- Store buffers: the processor's. host_yield() never offers another. -- */

void host_store_hold(void *word, uint64_t value, size_t size_bytes, int order,
		     enum host_held_kind kind)
{
	(void)word;
	(void)value;
	(void)size_bytes;
	(void)order;
	(void)kind;
	fatal("a store was held back although nobody offered it");
}

bool host_store_find(const void *word, uint64_t *ret_value)
{
	(void)word;
	(void)ret_value;
	return false;
}

void host_store_settle(const void *word)
{
	(void)word;
}

void host_store_order(void)
{
}

void host_store_drain(void)
{
}

/* ---- Race contexts: annotations are judged in the simulator. ------------- */

struct host_race_context *host_race_context_new(struct host_stack *stack,
						struct host_race_context *parent)
{
	static char somebody; /* who it is makes no difference */
	(void)stack;
	(void)parent;
	return (struct host_race_context *)(void *)&somebody;
}

void host_race_release(struct host_race_context *context, const void *address)
{
	(void)context;
	(void)address;
}

void host_race_acquire(struct host_race_context *context, const void *address)
{
	(void)context;
	(void)address;
}

void host_race_access(struct host_race_context *context, const void *address, bool is_write,
		      const void *pc)
{
	(void)context;
	(void)address;
	(void)is_write;
	(void)pc;
}

/* ---- Memory -------------------------------------------------------------- */

static void refuse_in_signal(void)
{
	if (thread_at_host_call()->stack_kind == HOST_STACK_SIGNAL)
		host_violate(HOST_SIGNAL_UNSAFE,
			     "memory is allocated or freed in a signal handler");
}

void *executor_allocate(size_t size_bytes)
{
	return arena_take(size_bytes);
}

void *host_allocate(size_t size_bytes)
{
	refuse_in_signal();
	return arena_take(size_bytes);
}

void *host_pages_allocate(size_t size_bytes)
{
	refuse_in_signal();
	return arena_pages_take(size_bytes);
}

void host_pages_free(void *pages, size_t size_bytes)
{
	refuse_in_signal();
	arena_pages_give_back(pages, size_bytes);
}
