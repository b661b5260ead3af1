#include "exhaust/world.h"

#include "base/fatal.h"
#include "executor/executor.h"
#include "sched/goroutine.h"

#define WORLD(name) extern const struct world world_##name;
#include "exhaust/world_list.def"
#undef WORLD

const struct world *const worlds[] = {
#define WORLD(name) &world_##name,
#include "exhaust/world_list.def"
#undef WORLD
	NULL,
};

static const struct world *current;

/* Of the execution: 0 is the M that sets up. */
static struct m *ms[EXHAUST_THREAD_COUNT_MAX];

struct m *world_m(unsigned index)
{
	return ms[index + 1];
}

struct g *world_g(unsigned index)
{
	return ms[index + 1]->current_g;
}

/* Of the execution, when it is played and not explored. */
static struct {
	bool is_on;
	unsigned running_count;
	uint32_t signal_count;
} play;

/* The last thread's end is that of the run; all that was stored is visible then. */
static void end_of_thread(void)
{
	if (!play.is_on)
		return;
	host_store_drain();
	if (--play.running_count == 0)
		executor_finish();
}

static void run_thread(void *owner)
{
	const struct m *m = owner;
	current->threads[m->id - 1].run();
	end_of_thread();
	host_thread_exit();
}

/* A signal may hit whom the schedule wants; the world says who handles it. */
static void handle_in_play(void *owner)
{
	const struct m *m = owner;
	if (m->id == 0 || !current->threads[m->id - 1].is_signalled ||
	    play.signal_count == current->signal_count_max)
		return;
	play.signal_count++;
	current->handle_signal(owner);
}

static void make_m(unsigned index)
{
	struct g *g = host_allocate(sizeof *g);
	g->id = index + 1;
	g->race_context = host_race_context_new(NULL, NULL);
	g->status.value = G_RUNNING;
	struct m *m = host_allocate(sizeof *m);
	m->id = index;
	m->procid = 100 + index;
	m->current_g = g;
	g->m = m;
	ms[index] = m;
}

static unsigned thread_count(const struct world *world)
{
	unsigned count = 0;
	while (count < WORLD_THREAD_COUNT_MAX && world->threads[count].name != NULL)
		count++;
	return count;
}

/* What holds at the end of any world: who is done holds nothing. */
static const char *check_world(void)
{
	for (unsigned i = 0; i < thread_count(current); i++) {
		const struct lock_thread *thread = &world_m(i)->lock;
		if (thread->held_count != 0 || thread->preemption_off_count != 0)
			return "an M is done and holds a lock, or is not preemptible";
	}
	return current->check != NULL ? current->check() : NULL;
}

static void set_up(void *argument)
{
	struct m *first_m = argument;
	*first_m = (struct m){0};
	unsigned count = thread_count(current);
	for (unsigned i = 1; i <= count; i++)
		make_m(i);
	current->set_up();
	host_set_signal_handler(play.is_on && current->handle_signal != NULL
					? handle_in_play
					: current->handle_signal);
	for (unsigned i = 1; i <= count; i++)
		host_thread_start(ms[i], run_thread);
	host_thread_exit();
}

void world_exhaust(const struct world *world, const struct exhaust_options *options,
		   struct exhaust_result *ret_result)
{
	static struct m first_m;
	struct exhaust_options of_world = *options;
	of_world.set_up = set_up;
	of_world.set_up_argument = &first_m;
	of_world.check = check_world;
	of_world.has_store_buffers = world->has_store_buffers;
	of_world.signal_count_max = world->signal_count_max;
	of_world.signalled_threads = 0;
	for (unsigned i = 0; i < thread_count(world); i++)
		of_world.signalled_threads |= (uint32_t)world->threads[i].is_signalled << (i + 1);
	current = world;
	play.is_on = false;
	exhaust(&of_world, ret_result);
}

void *world_play_prepare(const struct world *world)
{
	static struct m first_m;
	current = world;
	play.is_on = true;
	play.running_count = thread_count(world);
	play.signal_count = 0;
	first_m = (struct m){0};
	return &first_m;
}

void world_play(void *argument)
{
	set_up(argument);
}

const char *world_play_check(void)
{
	return check_world();
}

const struct world *world_of_scenario(struct scenario *scenario)
{
	enum { PROCS_COMMON_COUNT = 8 }; /* most scenarios have no more Ps than that */
	const uint32_t wanted = (scenario->configuration.procs - 1U +
				 PROCS_COMMON_COUNT * (scenario->program_count - 1U)) %
				WORLD_NUMBER_LIMIT;
	uint32_t count = 0;
	const struct world *world = NULL;
	for (; worlds[count] != NULL; count++)
		if (worlds[count]->number == wanted)
			world = worlds[count];
	if (world == NULL)
		world = worlds[wanted % count];
	scenario->configuration.has_store_buffers &= world->has_store_buffers;
	return world;
}
