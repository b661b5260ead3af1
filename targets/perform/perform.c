#include "perform/perform.h"

#include <stdlib.h>
#include <string.h>

#include "api/runtime.h"
#include "base/fatal.h"
#include "executor/executor.h"
#include "perform/internal.h"
#include "user_data/user_data.h"

enum {
	TASK_DEPTH_MAX = 4,
	REGION_DEPTH_MAX = 4,
	CALL_DEPTH_MAX = 6,
};

struct region {
	uint64_t task;
	const char *name;
	bool is_none; /* begun while tracing was off: package runtime/trace keeps none then */
};

/* One goroutine of the scenario. */
struct performer {
	uint16_t program;
	struct scenario_cursor cursor;
	uint64_t tasks[TASK_DEPTH_MAX];
	uint32_t task_count;
	struct region regions[REGION_DEPTH_MAX];
	uint32_t region_count;
	uint32_t call_depth;
	uint32_t thread_lock_count;
	struct pulls pulls;
	bool is_unwanted; /* nobody asks the sequence any more */
	const struct user_word *birth;
};

struct performance performance;

static void perform_program(void *argument);

/* ---- Who is alive -------------------------------------------------------- */

/* Within the books: whether the caller has to wake main once it has left them. */
static bool leave_live(void)
{
	ensure(performance.live_count > 0);
	performance.live_count--;
	if (performance.live_count > 0 || !performance.is_main_waiting)
		return false;
	performance.is_main_waiting = false;
	return true;
}

static void wake_main(void)
{
	runtime_release(performance.main_semaphore);
}

static void spawn(uint16_t program)
{
	executor_enter_shared();
	bool is_allowed = performance.alive_count < GOROUTINE_COUNT_MAX;
	if (is_allowed) {
		performance.alive_count++;
		performance.live_count++;
	}
	executor_leave_shared();
	if (!is_allowed)
		return;
	struct performer *performer = executor_allocate(sizeof *performer);
	performer->program = program;
	performer->birth = user_data_birth_write();
	if (runtime_go(perform_program, performer, performer) == 0)
		fatal("no goroutine for a program");
}

/* ---- Operations ---------------------------------------------------------- */

static void note(enum perform_note kind, uint64_t task, uint64_t parent, const char *first,
		 const char *second)
{
	if (performance.options.noter != NULL)
		performance.options.noter(kind, runtime_goroutine_id(), task, parent, first,
					  second);
}

static uint64_t open_task(const struct performer *performer)
{
	return performer->task_count == 0 ? 0 : performer->tasks[performer->task_count - 1];
}

static void begin_task(struct performer *performer, const char *name)
{
	if (performer->task_count == TASK_DEPTH_MAX)
		return;
	uint64_t parent = open_task(performer);
	executor_enter_shared();
	uint64_t task = ++performance.last_task;
	executor_leave_shared();
	performer->tasks[performer->task_count++] = task;
	note(PERFORM_TASK_BEGIN, task, parent, name, NULL);
	runtime_task_begin(task, parent, name);
}

static void end_task(struct performer *performer)
{
	if (performer->task_count == 0)
		return;
	uint64_t task = performer->tasks[--performer->task_count];
	note(PERFORM_TASK_END, task, 0, NULL, NULL);
	runtime_task_end(task);
}

static void begin_region(struct performer *performer, const char *name)
{
	if (performer->region_count == REGION_DEPTH_MAX)
		return;
	executor_enter_shared();
	/* Package runtime/trace is on for the recorder, too. */
	bool is_none = !performance.is_tracing && performance.recorder_count == 0;
	executor_leave_shared();
	struct region region = {.task = open_task(performer), .name = name, .is_none = is_none};
	performer->regions[performer->region_count++] = region;
	if (region.is_none)
		return;
	note(PERFORM_REGION_BEGIN, region.task, 0, name, NULL);
	runtime_region_begin(region.task, name);
}

static void end_region(struct performer *performer)
{
	if (performer->region_count == 0)
		return;
	struct region region = performer->regions[--performer->region_count];
	if (region.is_none)
		return;
	note(PERFORM_REGION_END, region.task, 0, region.name, NULL);
	runtime_region_end(region.task, region.name);
}

static void block(struct user_semaphore *semaphore)
{
	executor_enter_shared();
	bool has_token = semaphore->token_count > 0;
	bool is_last = false;
	if (has_token) {
		semaphore->token_count--;
	} else {
		semaphore->waiter_count++;
		is_last = leave_live();
	}
	executor_leave_shared();
	if (is_last)
		wake_main();
	if (has_token)
		return;
	const struct user_word *seen = user_data_before_acquire(&semaphore->shared);
	runtime_acquire(semaphore->semaphore);
	user_data_after_acquire(seen);
}

static void unblock(struct user_semaphore *semaphore,
		    void (*release)(struct runtime_semaphore *semaphore))
{
	executor_enter_shared();
	bool has_waiter = semaphore->waiter_count > 0;
	if (has_waiter) {
		semaphore->waiter_count--;
		performance.live_count++;
	} else {
		semaphore->token_count++;
	}
	executor_leave_shared();
	if (!has_waiter)
		return;
	const struct user_word *written = user_data_before_release();
	release(semaphore->semaphore);
	user_data_after_release(&semaphore->shared, written);
}

static void call(struct performer *performer, uint32_t function)
{
	if (performer->call_depth < CALL_DEPTH_MAX && runtime_call(function))
		performer->call_depth++;
}

static void call_return(struct performer *performer)
{
	if (performer->call_depth == 0)
		return;
	performer->call_depth--;
	runtime_return();
}

static void lock_thread(struct performer *performer)
{
	if (perform_pull_is_going_on(&performer->pulls))
		return;
	executor_enter_shared();
	bool is_first = performer->thread_lock_count == 0;
	bool is_allowed = !is_first ||
			  performance.locked_count + perform_ending_count() < LOCKED_COUNT_MAX;
	if (is_first && is_allowed)
		performance.locked_count++;
	executor_leave_shared();
	if (!is_allowed)
		return;
	performer->thread_lock_count++;
	runtime_lock_thread();
}

static void forget_thread_locks(struct performer *performer)
{
	executor_enter_shared();
	if (performer->thread_lock_count > 0)
		performance.locked_count--;
	executor_leave_shared();
	performer->thread_lock_count = 0;
}

static void unlock_thread(struct performer *performer)
{
	if (perform_pull_is_going_on(&performer->pulls))
		return;
	runtime_unlock_thread();
	if (performer->thread_lock_count > 1)
		performer->thread_lock_count--;
	else
		forget_thread_locks(performer);
}

static void yield(struct performer *performer)
{
	if (performer->pulls.own == NULL)
		runtime_yield();
	else
		performer->is_unwanted = !perform_pull_yield(&performer->pulls);
}

static void perform_annotation(struct performer *performer,
			       const struct scenario_operation *operation)
{
	switch (operation->id) {
	case SCENARIO_LABEL:
		runtime_label((uint8_t)operation->a);
		break;
	case SCENARIO_TASK_BEGIN:
		begin_task(performer, perform_name(operation->a));
		break;
	case SCENARIO_TASK_END:
		end_task(performer);
		break;
	case SCENARIO_REGION_BEGIN:
		begin_region(performer, perform_name(operation->a));
		break;
	case SCENARIO_REGION_BEGIN_LONG:
		begin_region(performer, perform_long_name(operation->a));
		break;
	case SCENARIO_REGION_END:
		end_region(performer);
		break;
	case SCENARIO_PULL:
		perform_pull(&performer->pulls, operation->a);
		break;
	case SCENARIO_PULL_NEXT:
		perform_pull_next(&performer->pulls);
		break;
	case SCENARIO_LOG:
		note(PERFORM_LOG, open_task(performer), 0, perform_name(operation->a),
		     perform_name(operation->b));
		runtime_log(open_task(performer), perform_name(operation->a),
			    perform_name(operation->b));
		break;
	default:
		perform_controller(operation);
	}
}

/* What a goroutine waits for, or has happen later. */
static void perform_wait(struct performer *performer, const struct scenario_operation *operation)
{
	switch (operation->id) {
	case SCENARIO_BLOCK:
		block(&performance.semaphores[operation->a]);
		break;
	case SCENARIO_UNBLOCK:
		unblock(&performance.semaphores[operation->a], runtime_release);
		break;
	case SCENARIO_HAND_OFF:
		unblock(&performance.semaphores[operation->a], runtime_hand_off);
		break;
	case SCENARIO_SLEEP:
		runtime_sleep((uint64_t)operation->a * 1000);
		break;
	case SCENARIO_NET_POLL:
		perform_net_poll(operation->a);
		break;
	case SCENARIO_TIMER:
		perform_timer((uint64_t)operation->a * 1000);
		break;
	case SCENARIO_SYSCALL:
	case SCENARIO_CGO_CALL:
	case SCENARIO_CGO_CALLBACK:
		perform_syscall(operation);
		break;
	default:
		perform_annotation(performer, operation);
	}
}

static void perform_operation(struct performer *performer,
			      const struct scenario_operation *operation)
{
	switch (operation->id) {
	case SCENARIO_YIELD:
		yield(performer);
		break;
	case SCENARIO_CALL:
		call(performer, operation->a);
		break;
	case SCENARIO_RETURN:
		call_return(performer);
		break;
	case SCENARIO_GO:
		spawn(operation->a);
		break;
	case SCENARIO_WORK:
		runtime_work(operation->a);
		break;
	case SCENARIO_GC:
		runtime_gc();
		break;
	case SCENARIO_ALLOCATE:
		runtime_allocate(operation->a);
		break;
	case SCENARIO_READ_MEM_STATS:
		runtime_read_mem_stats();
		break;
	case SCENARIO_GOROUTINE_PROFILE:
		runtime_goroutine_profile();
		break;
	case SCENARIO_COMPUTE:
		runtime_compute(operation->a);
		break;
	case SCENARIO_SET_GC_PERCENT:
		runtime_set_gc_percent(operation->a);
		break;
	case SCENARIO_SET_MEMORY_LIMIT:
		runtime_set_memory_limit(operation->a);
		break;
	case SCENARIO_TRACE_ALLOC_FREE:
		runtime_trace_alloc_free(operation->a != 0);
		break;
	case SCENARIO_LOCK_THREAD:
		lock_thread(performer);
		break;
	case SCENARIO_UNLOCK_THREAD:
		unlock_thread(performer);
		break;
	case SCENARIO_PROFILE_LABEL:
		runtime_profile_label(user_data_label_write(operation->a));
		break;
	default:
		perform_wait(performer, operation);
	}
}

static void perform_operations(struct performer *performer)
{
	const struct scenario *scenario = performance.options.scenario;
	const struct scenario_operation *operation;
	while (!performer->is_unwanted && !executor_is_winding_down() &&
	       (operation = scenario_cursor_next(scenario, performer->program,
						 &performer->cursor)) != NULL) {
		if (operation->id == SCENARIO_EXIT)
			break;
		perform_operation(performer, operation);
		executor_enter_shared();
		performance.operation_count++;
		executor_leave_shared();
		executor_note_progress();
	}
	perform_pull_stop_all(&performer->pulls);
	executor_enter_shared();
	performance.ending_count += performer->thread_lock_count > 0;
	executor_leave_shared();
	forget_thread_locks(performer);
}

void perform_sequence(struct pull *pull)
{
	struct performer performer = {.program = pull->program, .pulls = {.own = pull}};
	perform_operations(&performer);
}

static void perform_program(void *argument)
{
	struct performer *performer = argument;
	user_data_birth_read(performer->birth);
	perform_operations(performer);
	executor_enter_shared();
	performance.alive_count--;
	bool is_last = leave_live();
	executor_leave_shared();
	if (is_last)
		wake_main();
}

/* ---- The first goroutine ------------------------------------------------- */

static void run_main(void *argument)
{
	(void)argument;
	const struct scenario *scenario = performance.options.scenario;
	for (uint16_t program = 0; program < scenario->program_count; program++)
		for (unsigned copy = 0; copy < scenario->programs[program].copies; copy++)
			spawn(program);
	executor_enter_shared();
	performance.is_main_waiting = performance.live_count > 0;
	bool has_to_wait = performance.is_main_waiting;
	executor_leave_shared();
	if (has_to_wait)
		runtime_acquire(performance.main_semaphore);
	perform_stop_trace();
	perform_recorder_stop();
	/* The package's own reader is done when the last subscriber has gone. */
	uint32_t reader_count = perform_has_subscribers() ? 0 : perform_session_count();
	for (uint32_t i = 0; i < reader_count; i++)
		runtime_acquire(performance.session_end);
	perform_end_profiles();
	*performance.options.ret_operation_count = performance.operation_count;
	executor_finish();
}

static enum user_data_bytes bytes_of(const struct scenario *scenario)
{
	if (perform_is_misuse(scenario))
		return USER_DATA_BYTES_ALONE;
	return scenario_dialect_is_v1(scenario->configuration.dialect)
		       ? USER_DATA_BYTES_OF_TRACES
		       : USER_DATA_BYTES_OF_GENERATIONS;
}

void *perform_prepare(const struct perform_options *options)
{
	static uint8_t *first_m;
	if (first_m == NULL) {
		first_m = malloc(runtime_first_m_size_bytes());
		ensure(first_m != NULL);
	}
	memset(first_m, 0, runtime_first_m_size_bytes());
	perform_names_prepare();
	performance = (struct performance){.options = *options,
					   .is_misuse = perform_is_misuse(options->scenario)};
	sessions_reset(options->sessions);
	user_data_run_begin(bytes_of(options->scenario));
	return first_m;
}

void perform_main(void *argument)
{
	const struct scenario_configuration *configuration =
		&performance.options.scenario->configuration;
	const struct runtime_configuration runtime_configuration = {
		.proc_count = configuration->procs,
		.run_queue_length = configuration->run_queue_length,
		.dialect = configuration->dialect,
		.buffer_size_bytes = configuration->buffer_size_bytes,
		.initial_generation = configuration->initial_generation,
		.advance_period_ns = configuration->advance_period_ns,
		.sample_ring_word_count = configuration->sample_ring_words,
		.sample_period_ns = configuration->sample_period_ns,
		.is_lock_order_checked = configuration->is_lock_order_checked,
		.has_collector = perform_has_collector(performance.options.scenario),
	};
	performance.main_semaphore = runtime_semaphore_new(0);
	performance.session_end = runtime_semaphore_new(0);
	performance.first_read = runtime_semaphore_new(0);
	performance.profile_end = runtime_semaphore_new(0);
	for (unsigned i = 0; i < SCENARIO_SEMAPHORE_COUNT; i++)
		performance.semaphores[i].semaphore = runtime_semaphore_new(0);
	runtime_run(argument, &runtime_configuration, run_main, NULL);
}
