#include "api/runtime.h"

#include "base/fatal.h"
#include "profile/profiler.h"
#include "sched/boot.h"
#include "sched/extra_m.h"
#include "sched/gc.h"
#include "sched/goroutine.h"
#include "sched/heap.h"
#include "sched/lock_thread.h"
#include "sched/preempt_signal.h"
#include "sched/procs.h"
#include "sched/race_context.h"
#include "sched/schedule.h"
#include "sched/semaphore.h"
#include "sched/stack_memory.h"
#include "sched/syscall.h"
#include "sched/timer.h"
#include "sched/world_reader.h"
#include "subscribe/subscribe.h"
#include "trace/symbol.h"
#include "trace/tracer_kind.h"
#include "trace/worker_label.h"

struct runtime_semaphore {
	struct semaphore semaphore;
};

static const struct tracer_kind *tracer_kind;

/* The lock of package runtime/trace: one start or stop at a time (U8, 16.9). */
static struct semaphore *api_lock;

size_t runtime_first_m_size_bytes(void)
{
	return sizeof(struct m);
}

static void on_signal(void *owner)
{
	if (owner == NULL)
		profiler_on_foreign_signal();
	else
		profiler_on_signal(owner);
}

static void on_preempt_signal(void *owner)
{
	preempt_on_signal(owner);
}

/* The window is scaled down as buffers and generations are. */
static void boot_subscribers(const struct runtime_configuration *configuration)
{
	const uint64_t default_age_ns = UINT64_C(10000000000);
	const uint64_t period_ns = configuration->advance_period_ns;
	const struct subscribe_configuration subscribe_configuration = {
		.buffer_size_bytes = configuration->buffer_size_bytes,
		.recorder_age_ns = period_ns == 0 ? default_age_ns : 4 * period_ns,
		.recorder_size_bytes = UINT64_C(8) * configuration->buffer_size_bytes};
	subscribe_boot(tracer_kind, &subscribe_configuration);
}

_Noreturn void runtime_run(void *first_m, const struct runtime_configuration *configuration,
			   runtime_entry *main, void *argument)
{
	const struct sched_configuration sched_configuration = {
		.proc_count = configuration->proc_count,
		.run_queue_length = configuration->run_queue_length,
		.has_collector = configuration->has_collector,
		.traces_stack_memory = configuration->dialect >= TRACE_DIALECT_1_23,
		.collector = {.worker_pc = symbol_pc(SYMBOL_gc_mark_worker),
			      .sweeper_pc = symbol_pc(SYMBOL_gc_sweeper)}};
	const struct trace_configuration trace_configuration = {
		.dialect = configuration->dialect,
		.buffer_size_bytes = configuration->buffer_size_bytes,
		.initial_generation = configuration->initial_generation,
		.advance_period_ns = configuration->advance_period_ns,
		.sample_ring_word_count = configuration->sample_ring_word_count,
		.sample_period_ns = configuration->sample_period_ns};
	const struct profiler_configuration profiler_configuration = {
		.ring_word_count = configuration->sample_ring_word_count};
	tracer_kind = configuration->dialect < TRACE_DIALECT_1_22 ? &tracer_v1_kind
								  : &tracer_v2_kind;
	lock_order_set_checked(configuration->is_lock_order_checked);
	profiler_boot(&profiler_configuration);
	tracer_kind->boot(&trace_configuration);
	sched_boot(first_m, &sched_configuration, tracer_kind->hooks);
	if (runtime_has_subscribers(configuration->dialect))
		boot_subscribers(configuration);
	api_lock = host_allocate(sizeof *api_lock);
	semaphore_init(api_lock, 1);
	goroutine_start_first(main, argument, symbol_pc(SYMBOL_main));
	host_set_signal_handler(on_signal);
	host_set_preempt_handler(on_preempt_signal);
	schedule_loop();
}

/* ---- The operation in progress is the innermost frame of the goroutine's stack. ---- */

static void operation_begin(enum symbol symbol)
{
	g_self()->operation_pc = symbol_pc(symbol);
}

static void operation_end(void)
{
	g_self()->operation_pc = 0;
}

uint64_t runtime_go(runtime_entry *entry, void *argument, void *user)
{
	operation_begin(SYMBOL_new_goroutine);
	uint64_t id = goroutine_start(entry, argument, symbol_pc(SYMBOL_program), false, user);
	operation_end();
	return id;
}

uint64_t runtime_goroutine_id(void)
{
	return g_self()->id;
}

void *runtime_user(void)
{
	return g_self()->user;
}

void runtime_yield(void)
{
	operation_begin(SYMBOL_gosched);
	goroutine_yield();
	operation_end();
}

void runtime_sleep(uint64_t duration_ns)
{
	operation_begin(SYMBOL_sleep);
	goroutine_sleep(duration_ns);
	operation_end();
}

/* What the kernel does: nobody wakes the M before its time. */
static void rest_in_kernel(void *argument)
{
	const uint64_t *duration_ns = argument;
	struct host_note note = {0};
	host_note_sleep(&note, host_nanotime() + *duration_ns);
}

void runtime_cgo_call(uint64_t duration_ns)
{
	operation_begin(SYMBOL_cgo_call);
	function_prologue(POINT_cgo_call);
	syscall_enter();
	on_system_stack(rest_in_kernel, &duration_ns);
	syscall_exit();
	operation_end();
}

/* What the program has in C: a thread that calls back, and who waits for it. */
struct foreign_thread {
	uint32_t call_count;
	runtime_entry *entry;
	void *argument;
	struct host_note end;
};

static void call_back(void *argument)
{
	const struct foreign_thread *thread = argument;
	operation_end();
	thread->entry(thread->argument);
	operation_begin(SYMBOL_cgo_call);
}

static void run_in_c(void *argument)
{
	struct foreign_thread *thread = argument;
	for (uint32_t i = 0; i < thread->call_count; i++)
		extra_m_call(call_back, thread);
	host_note_wake(&thread->end);
	host_thread_exit();
}

static void prepare_callbacks(void *argument)
{
	(void)argument;
	const struct extra_m_pcs pcs = {.entry = symbol_pc(SYMBOL_cgo_callback),
					.call = symbol_pc(SYMBOL_cgo_call)};
	extra_m_begin(&pcs);
}

static void start_and_join(void *argument)
{
	struct foreign_thread *thread = argument;
	host_foreign_thread_start(thread, run_in_c);
	host_note_sleep(&thread->end, HOST_FOREVER);
}

void runtime_call_back_from_c(uint32_t count, runtime_entry *entry, void *argument)
{
	struct foreign_thread thread = {.call_count = count, .entry = entry, .argument = argument};
	operation_begin(SYMBOL_cgo_call);
	function_prologue(POINT_cgo_call);
	on_system_stack(prepare_callbacks, NULL);
	syscall_enter();
	on_system_stack(start_and_join, &thread);
	syscall_exit();
	operation_end();
}

void runtime_syscall(uint64_t duration_ns)
{
	operation_begin(SYMBOL_syscall);
	function_prologue(POINT_syscall);
	syscall_enter();
	if (duration_ns > 0)
		on_system_stack(rest_in_kernel, &duration_ns);
	syscall_exit();
	operation_end();
}

void runtime_work(uint32_t count)
{
	operation_begin(SYMBOL_work);
	for (uint32_t i = 0; i < count; i++)
		function_prologue(POINT_work);
	operation_end();
}

void runtime_compute(uint32_t count)
{
	operation_begin(SYMBOL_compute);
	compute_without_safe_points(count);
	operation_end();
}

bool runtime_call(uint32_t index)
{
	function_prologue(POINT_call);
	return shadow_push(symbol_function_pc(index));
}

void runtime_return(void)
{
	shadow_pop();
}

void runtime_label(uint8_t mode)
{
	ensure(mode >= 1 && mode < WORKER_LABEL_COUNT);
	g_self()->label = mode;
}

void runtime_profile_label(uint64_t label)
{
	operation_begin(SYMBOL_profile_label);
	profiler_set_label(label);
	operation_end();
}

bool runtime_profile_start(uint32_t hz)
{
	operation_begin(SYMBOL_profile_start);
	bool is_started = profiler_start(hz);
	operation_end();
	return is_started;
}

void runtime_profile_stop(void)
{
	operation_begin(SYMBOL_profile_stop);
	profiler_stop();
	operation_end();
}

bool runtime_profile_read(struct runtime_profile *ret_profile)
{
	operation_begin(SYMBOL_profile_read);
	struct cpu_samples samples = profiler_read();
	operation_end();
	*ret_profile = (struct runtime_profile){.words = samples.words,
						.labels = samples.tags,
						.word_count = samples.word_count,
						.label_count = samples.tag_count};
	return !samples.is_end;
}

struct runtime_semaphore *runtime_semaphore_new(uint32_t value)
{
	struct runtime_semaphore *semaphore = host_allocate(sizeof *semaphore);
	semaphore_init(&semaphore->semaphore, value);
	return semaphore;
}

void runtime_acquire(struct runtime_semaphore *semaphore)
{
	operation_begin(SYMBOL_semaphore_acquire);
	semaphore_acquire(&semaphore->semaphore);
	race_acquire(&semaphore->semaphore);
	operation_end();
}

static void release(struct semaphore *semaphore, bool hands_off)
{
	operation_begin(SYMBOL_semaphore_release);
	race_release(semaphore);
	semaphore_release(semaphore, hands_off);
	operation_end();
}

void runtime_release(struct runtime_semaphore *semaphore)
{
	release(&semaphore->semaphore, false);
}

void runtime_hand_off(struct runtime_semaphore *semaphore)
{
	release(&semaphore->semaphore, true);
}

void runtime_gomaxprocs(uint32_t count)
{
	operation_begin(SYMBOL_gomaxprocs);
	set_gomaxprocs(count);
	operation_end();
}

void runtime_set_gc_percent(uint32_t percent)
{
	operation_begin(SYMBOL_set_gc_percent);
	set_gc_percent(percent);
	operation_end();
}

void runtime_set_memory_limit(uint32_t limit_mib)
{
	operation_begin(SYMBOL_set_memory_limit);
	set_memory_limit(limit_mib);
	operation_end();
}

/* Nothing but its own word, and no part of a stack: as it would be in os.Setenv. */
void runtime_trace_alloc_free(bool is_on)
{
	stack_memory_set_traced(is_on);
}

void runtime_gc(void)
{
	operation_begin(SYMBOL_gc);
	gc_run();
	operation_end();
}

void runtime_allocate(uint32_t size_kib)
{
	operation_begin(SYMBOL_malloc);
	heap_allocate_object(size_kib);
	operation_end();
}

void runtime_read_mem_stats(void)
{
	operation_begin(SYMBOL_read_mem_stats);
	world_read_mem_stats();
	operation_end();
}

void runtime_goroutine_profile(void)
{
	operation_begin(SYMBOL_goroutine_profile);
	world_profile_goroutines();
	operation_end();
}

/* No operation is seen in these: nothing of others is touched, so nobody else runs meanwhile. */
void runtime_lock_thread(void)
{
	goroutine_lock_thread();
}

void runtime_unlock_thread(void)
{
	goroutine_unlock_thread();
}

/* A mutex of package sync, so the race detector knows of it. */
static void lock_api(void)
{
	semaphore_acquire(api_lock);
	race_acquire(api_lock);
}

static void unlock_api(void)
{
	race_release(api_lock);
	semaphore_release(api_lock, false);
}

bool runtime_trace_start(void)
{
	operation_begin(SYMBOL_start_trace);
	lock_api();
	bool is_started = tracer_kind->start();
	unlock_api();
	operation_end();
	return is_started;
}

uint64_t runtime_trace_stop(void)
{
	operation_begin(SYMBOL_stop_trace);
	lock_api();
	uint64_t generation = tracer_kind->stop();
	unlock_api();
	operation_end();
	return generation;
}

uint64_t runtime_trace_advance(void)
{
	operation_begin(SYMBOL_trace_advance);
	uint64_t generation = tracer_kind->advance();
	operation_end();
	return generation;
}

bool runtime_trace_read(const uint8_t **ret_bytes, size_t *ret_size_bytes)
{
	operation_begin(SYMBOL_read_trace);
	bool has_bytes = tracer_kind->read(ret_bytes, ret_size_bytes);
	operation_end();
	return has_bytes;
}

uint64_t runtime_panic(void)
{
	operation_begin(SYMBOL_panic);
	uint64_t generation = tracer_kind->panic == NULL ? 0 : tracer_kind->panic();
	operation_end();
	return generation;
}

void runtime_task_begin(uint64_t task, uint64_t parent, const char *name)
{
	operation_begin(SYMBOL_user_task_begin);
	tracer_kind->task_begin(task, parent, name);
	operation_end();
}

void runtime_task_end(uint64_t task)
{
	operation_begin(SYMBOL_user_task_end);
	tracer_kind->task_end(task);
	operation_end();
}

void runtime_region_begin(uint64_t task, const char *name)
{
	operation_begin(SYMBOL_user_region_begin);
	tracer_kind->region(true, task, name);
	operation_end();
}

void runtime_region_end(uint64_t task, const char *name)
{
	operation_begin(SYMBOL_user_region_end);
	tracer_kind->region(false, task, name);
	operation_end();
}

void runtime_log(uint64_t task, const char *category, const char *message)
{
	operation_begin(SYMBOL_user_log);
	tracer_kind->log(task, category, message);
	operation_end();
}
