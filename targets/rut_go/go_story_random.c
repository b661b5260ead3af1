#include "rut_go/go_story_random.h"

#include <stdio.h>
#include <string.h>

#include "base/fatal.h"
#include "choice/random.h"

enum {
	WORKER_COUNT = 3,
	WAITER_COUNT_MAX = 6, /* of each worker program */
	SEGMENT_COUNT_MAX = 4,
	CONTROLLER = 0,           /* programs: the controller, then the workers */
	CONTROLLER_SEMAPHORE = 0, /* a worker's is its program */
	TRACE_COUNT_MAX = 8,
	RELEASE_FIRST = 22,
	RELEASE_OF_FIX_76572 = 26,
	GC_PERCENT_MIN = 900, /* the driver's heap stays below its goal */
	GC_PERCENT_MAX = 1000,
	CALLBACK_COUNT_MAX = 3,
	SYSCALL_US_MAX = 300, /* the daemon may take the P, or not */
};

/* What the controller knows as it goes on. */
struct writer {
	struct scenario *scenario;
	struct choice_random random;
	unsigned trace_count;
	bool is_on;
	bool has_maxprocs;
	unsigned segment_counts[1 + WORKER_COUNT];
	/* Segments left of the goroutines that wait, first in first out. */
	unsigned waiters[1 + WORKER_COUNT][WAITER_COUNT_MAX];
	unsigned waiter_counts[1 + WORKER_COUNT];
};

static uint16_t draw(struct writer *writer, uint16_t first, uint16_t last)
{
	return (uint16_t)choice_random_range(&writer->random, first, last);
}

static void add(struct writer *writer, size_t program, uint16_t id, uint16_t a, uint16_t b)
{
	ensure(scenario_append(writer->scenario, program, id, a, b));
}

/* What any of the goroutines may do by itself, with arguments in their range. Regions are the
 * controller's: one must not begin while tracing is off. */
static void add_own(struct writer *writer, size_t program)
{
	static const uint16_t ids[] = {SCENARIO_LOG,          SCENARIO_TASK_BEGIN,
				       SCENARIO_TASK_END,     SCENARIO_CALL,
				       SCENARIO_RETURN,       SCENARIO_SET_GC_PERCENT,
				       SCENARIO_ADVANCE,      SCENARIO_SYSCALL,
				       SCENARIO_CGO_CALLBACK, SCENARIO_READ_MEM_STATS,
				       SCENARIO_LOCK_THREAD,  SCENARIO_UNLOCK_THREAD};
	uint16_t id = ids[draw(writer, 0, sizeof ids / sizeof ids[0] - 1)];
	uint16_t a = 0, b = 0;
	if (id == SCENARIO_LOG || id == SCENARIO_TASK_BEGIN)
		a = draw(writer, 0, SCENARIO_NAME_COUNT - 1);
	if (id == SCENARIO_LOG)
		b = draw(writer, 0, SCENARIO_NAME_COUNT - 1);
	if (id == SCENARIO_CALL)
		a = draw(writer, 0, SCENARIO_FUNCTION_COUNT - 1);
	if (id == SCENARIO_SET_GC_PERCENT)
		a = draw(writer, GC_PERCENT_MIN, GC_PERCENT_MAX);
	if (id == SCENARIO_SYSCALL)
		a = draw(writer, 0, SYSCALL_US_MAX);
	if (id == SCENARIO_CGO_CALLBACK)
		a = draw(writer, 1, CALLBACK_COUNT_MAX);
	add(writer, program, id, a, b);
}

/* ---- Workers: they act, let the controller go on, and wait --------------- */

static void write_worker(struct writer *writer, uint16_t program)
{
	unsigned count = draw(writer, 1, SEGMENT_COUNT_MAX);
	writer->segment_counts[program] = count;
	for (unsigned segment = 1; segment <= count; segment++) {
		for (unsigned i = draw(writer, 0, 3); i > 0; i--)
			add_own(writer, program);
		add(writer, program, SCENARIO_UNBLOCK, CONTROLLER_SEMAPHORE, 0);
		if (segment < count)
			add(writer, program, SCENARIO_BLOCK, program, 0);
	}
}

static void wait_for_worker(struct writer *writer, uint16_t program, unsigned segments_left)
{
	add(writer, CONTROLLER, SCENARIO_BLOCK, CONTROLLER_SEMAPHORE, 0);
	if (segments_left > 0)
		writer->waiters[program][writer->waiter_counts[program]++] = segments_left;
}

static void begin_worker(struct writer *writer)
{
	uint16_t program = draw(writer, 1, WORKER_COUNT);
	if (writer->waiter_counts[program] == WAITER_COUNT_MAX)
		return;
	add(writer, CONTROLLER, SCENARIO_GO, program, 0);
	wait_for_worker(writer, program, writer->segment_counts[program] - 1);
}

static void wake_worker(struct writer *writer, uint16_t program)
{
	unsigned *waiters = writer->waiters[program];
	if (writer->waiter_counts[program] == 0)
		return;
	unsigned segments_left = waiters[0];
	writer->waiter_counts[program]--;
	memmove(waiters, waiters + 1, writer->waiter_counts[program] * sizeof *waiters);
	add(writer, CONTROLLER, SCENARIO_UNBLOCK, program, 0);
	wait_for_worker(writer, program, segments_left - 1);
}

/* ---- The controller ------------------------------------------------------ */

static void start(struct writer *writer)
{
	if (writer->is_on || writer->trace_count == TRACE_COUNT_MAX)
		return;
	writer->trace_count++;
	writer->is_on = true;
	add(writer, CONTROLLER, SCENARIO_START, 0, 0);
}

static void stop(struct writer *writer)
{
	writer->is_on = false;
	add(writer, CONTROLLER, SCENARIO_STOP, 0, 0);
}

static void add_region(struct writer *writer)
{
	if (choice_random_chance(&writer->random, 1, 2))
		add(writer, CONTROLLER, SCENARIO_REGION_BEGIN,
		    draw(writer, 0, SCENARIO_NAME_COUNT - 1), 0);
	else
		add(writer, CONTROLLER, SCENARIO_REGION_END, 0, 0);
}

static void add_rest(struct writer *writer)
{
	if (choice_random_chance(&writer->random, 1, 2))
		add(writer, CONTROLLER, SCENARIO_YIELD, 0, 0);
	else
		add(writer, CONTROLLER, SCENARIO_SLEEP, draw(writer, 1, 300), 0);
}

/* With workers there is one P, so that a hand-over leaves no choice. */
static void add_of_shape(struct writer *writer, bool has_workers)
{
	if (!has_workers) {
		writer->has_maxprocs = true;
		add(writer, CONTROLLER, SCENARIO_MAXPROCS, draw(writer, 1, 8), 0);
	} else if (choice_random_chance(&writer->random, 1, 3)) {
		begin_worker(writer);
	} else {
		wake_worker(writer, draw(writer, 1, WORKER_COUNT));
	}
}

static void write_controller(struct writer *writer, bool has_workers)
{
	for (unsigned i = draw(writer, 10, 40); i > 0; i--) {
		switch (draw(writer, 0, 9)) {
		case 0:
		case 1:
			start(writer);
			break;
		case 2:
			stop(writer);
			break;
		case 3:
			add_region(writer);
			break;
		case 4:
			add_rest(writer);
			break;
		case 5:
		case 6:
			add_own(writer, CONTROLLER);
			break;
		default:
			add_of_shape(writer, has_workers);
		}
	}
}

/* Every goroutine acts in a last trace, so that a stack tells whose it is. */
static void write_end(struct writer *writer)
{
	stop(writer);
	add(writer, CONTROLLER, SCENARIO_START, 0, 0);
	for (uint16_t program = 1; program <= WORKER_COUNT; program++)
		while (writer->waiter_counts[program] > 0)
			wake_worker(writer, program);
	add(writer, CONTROLLER, SCENARIO_STOP, 0, 0);
}

void go_story_random(uint64_t seed, struct scenario *ret_scenario, struct scenario_text *ret_text)
{
	struct writer writer = {.scenario = ret_scenario};
	choice_random_init(&writer.random, seed);
	scenario_init(ret_scenario);
	bool has_workers = choice_random_chance(&writer.random, 1, 2);
	ret_scenario->configuration.procs = (uint8_t)(has_workers ? 1 : draw(&writer, 1, 6));
	ret_scenario->program_count = has_workers ? 1 + WORKER_COUNT : 1;
	if (has_workers) {
		for (uint16_t program = 1; program <= WORKER_COUNT; program++)
			write_worker(&writer, program);
	}
	write_controller(&writer, has_workers);
	write_end(&writer);
	scenario_repair(ret_scenario);

	memset(ret_text, 0, sizeof *ret_text);
	snprintf(ret_text->comment, sizeof ret_text->comment, "Of seed %llu.\n",
		 (unsigned long long)seed);
	ret_text->toolchain = (struct scenario_toolchain){
		.is_given = true,
		.minor_first = writer.has_maxprocs ? RELEASE_OF_FIX_76572 : RELEASE_FIRST,
		.minor_last = SCENARIO_MINOR_NEWEST,
		.build = SCENARIO_BUILD_PLAIN,
	};
}
