#include "wait_graph/wait_graph.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "trace/symbol.h"
#include "trace_v1/tracer.h"
#include "trace_v2/tracer.h"

const char *wait_graph_status_name(uint32_t status)
{
	switch (status & ~(uint32_t)G_SCAN) {
	case G_RUNNABLE:
		return "runnable";
	case G_RUNNING:
		return "running";
	case G_SYSCALL:
		return "in a system call";
	case G_WAITING:
		return "waiting";
	case G_PREEMPTED:
		return "preempted";
	case G_DEAD_EXTRA:
		return "lent to no thread";
	default:
		return "in an unknown status";
	}
}

const char *wait_graph_reason_name(unsigned reason)
{
	static const char *const names[] = {
		[WAIT_NONE] = "no reason",
		[WAIT_SEMAPHORE] = "semaphore",
		[WAIT_CHANNEL_RECEIVE] = "channel receive",
		[WAIT_SLEEP] = "sleep",
		[WAIT_TRACE_READER] = "trace reader",
		[WAIT_SYSTEM] = "system goroutine",
		[WAIT_PREEMPTED] = "preempted",
		[WAIT_GC_ASSIST] = "GC assist wait",
		[WAIT_GC_SWEEP] = "GC sweep wait",
		[WAIT_GC_CYCLE] = "wait for GC cycle",
		[WAIT_NETWORK] = "network",
		[WAIT_COROUTINE] = "coroutine",
		[WAIT_STOPPING_THE_WORLD] = "stopping the world",
		[WAIT_FOR_EACH_P] = "for each P",
		[WAIT_TRACE_GOROUTINE_STATUS] = "suspending a goroutine",
		[WAIT_GC_WORKER_ACTIVE] = "GC worker (active)",
		[WAIT_GC_ASSIST_MARKING] = "GC assist marking",
		[WAIT_GARBAGE_COLLECTION] = "garbage collection",
	};
	return names[reason];
}

static bool is_waiting_for(const struct g *g, const struct semaphore *semaphore)
{
	for (const struct sudog *waiter = semaphore->head; waiter != NULL; waiter = waiter->next)
		if (waiter->g == g)
			return true;
	return false;
}

struct named_semaphore {
	const struct semaphore *semaphore;
	const char *name;
};

static const char *name_of(const struct g *g, const struct named_semaphore *known, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_waiting_for(g, known[i].semaphore))
			return known[i].name;
	return NULL;
}

/* Both tracers are linked in; the run's has given its hooks to the scheduler. */
static bool is_v1(void)
{
	return trace_hooks == &tracer_v1_hooks;
}

static const char *semaphore_of_v1(const struct g *g)
{
	const struct named_semaphore known[] = {
		{&tracer_v1->shutdown_semaphore, "the shutdown semaphore"},
	};
	return name_of(g, known, sizeof known / sizeof known[0]);
}

static const char *semaphore_of_v2(const struct g *g)
{
	const struct named_semaphore known[] = {
		{&tracer->advance_semaphore, "the advance semaphore"},
		{&tracer->shutdown_semaphore, "the shutdown semaphore"},
		{&tracer->done_semaphores[0], "the done semaphore of even generations"},
		{&tracer->done_semaphores[1], "the done semaphore of odd generations"},
		{&tracer->advancer.done, "the end of the advancer"},
		{&tracer->samples.logger_done, "the end of the logger of samples"},
	};
	return name_of(g, known, sizeof known / sizeof known[0]);
}

/* The runtime's own semaphores have names; all others are the program's. */
static const char *semaphore_of(const struct g *g)
{
	if (is_waiting_for(g, &sched->world_semaphore))
		return "the world semaphore";
	const char *name = is_v1() ? semaphore_of_v1(g) : semaphore_of_v2(g);
	return name != NULL ? name : "a semaphore of the program";
}

static uintptr_t registered_reader(void)
{
	return atomic_address_peek(is_v1() ? &tracer_v1->reader : &tracer->reader);
}

/* v1 has no goroutines of its own. */
static const char *wake_up_of(const struct g *g)
{
	if (is_v1())
		return NULL;
	const struct wakeup_channel *advancer = tracer->advancer.sleep.channel;
	const struct wakeup_channel *logger = tracer->samples.sleep.channel;
	if (advancer != NULL && advancer->receiver == g)
		return "the advancer's wake-up";
	return logger != NULL && logger->receiver == g ? "the wake-up of the logger of samples"
						       : NULL;
}

static const char *object_of(const struct g *g)
{
	if (registered_reader() == (uintptr_t)g)
		return "a trace buffer, registered as reader";
	if (g->wait_reason == WAIT_CHANNEL_RECEIVE)
		return wake_up_of(g);
	return g->wait_reason == WAIT_SEMAPHORE ? semaphore_of(g) : NULL;
}

/* The operation of the runtime that it is in, as ", in runtime.ReadTrace". */
static void describe_operation(const struct g *g, char *text, size_t size_bytes)
{
	struct symbol_frame frame;
	text[0] = '\0';
	if (g->operation_pc == 0)
		return;
	symbol_describe(g->operation_pc, &frame);
	snprintf(text, size_bytes, ", in %s", frame.function);
}

static int describe(const struct g *g, char *text, size_t size_bytes)
{
	uint32_t status = atomic_u32_peek(&g->status);
	bool is_waiting = (status & ~(uint32_t)G_SCAN) == G_WAITING;
	const char *object = is_waiting ? object_of(g) : NULL;
	char m[32] = "";
	if (g->m != NULL)
		snprintf(m, sizeof m, " on M %" PRIu64, g->m->procid);
	char operation[SYMBOL_NAME_SIZE_BYTES + 8];
	describe_operation(g, operation, sizeof operation);
	char locked[48] = "";
	if (g->locked_m != NULL)
		snprintf(locked, sizeof locked, ", locked to M %" PRIu64, g->locked_m->procid);
	return snprintf(text, size_bytes, "goroutine %" PRIu64 " %s%s%s%s%s%s%s%s%s\n", g->id,
			wait_graph_status_name(status),
			(status & G_SCAN) != 0 ? ", held by a suspender" : "", m, locked, operation,
			is_waiting ? ": " : "",
			is_waiting ? wait_graph_reason_name(g->wait_reason) : "",
			object != NULL ? ", for " : "", object != NULL ? object : "");
}

void wait_graph_describe_goroutines(char *text, size_t size_bytes)
{
	size_t used = strnlen(text, size_bytes);
	uint32_t count = atomic_u32_peek(&sched->g_count);
	for (uint32_t i = 0; i < count && used + 1 < size_bytes; i++) {
		const struct g *g = sched->all_gs[i];
		uint32_t status = atomic_u32_peek(&g->status) & ~(uint32_t)G_SCAN;
		if (status != G_DEAD && status != G_DEAD_EXTRA)
			used += (size_t)describe(g, text + used, size_bytes - used);
	}
}
