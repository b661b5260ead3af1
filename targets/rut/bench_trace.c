#include "rut/bench_trace.h"

#include <stdbool.h>
#include <string.h>

#include "base/fatal.h"

enum {
	THREADS = 4,
	GOROUTINES = 12,
	FIRST_M = 1000,
	BATCH_SIZE_MAX = 65000, /* header included; below what a writer's buffer holds */
	GENERATION_SIZE = 6 << 20,
	UNITS_PER_SECOND = 15625000,
	STEP_UNITS = 30,
	STACK_COUNT = 40,
};

enum { RUNNABLE = 1, RUNNING = 2 };
enum { PROC_RUNNING = 1 };

/* Strings of every generation, by id. */
static const char *const texts[] = {
	"preempted", "chan receive", "GC mark termination", "worker",
	"request",   "main.work",    "/src/main.go",
};
enum { TEXT_STOP = 1, TEXT_BLOCK, TEXT_STW, TEXT_LABEL, TEXT_NAME, TEXT_FUNCTION, TEXT_FILE };

struct goroutine {
	uint64_t id;
	uint64_t seq;
};

struct thread {
	struct trace_builder body; /* of its open batch */
	uint64_t begin_time, last_time;
	uint64_t p_seq;
	uint32_t goroutine; /* that it runs */
};

struct bench {
	struct trace_builder *out;
	struct thread threads[THREADS];
	struct goroutine goroutines[GOROUTINES];
	uint32_t queue[GOROUTINES]; /* runnable ones, oldest first */
	uint32_t queue_length;
	uint32_t blocked; /* GOROUTINES: none */
	uint64_t next_goroutine, next_task, gc_seq, time, step;
};

static void flush(struct bench *bench, uint32_t index)
{
	struct thread *thread = &bench->threads[index];

	if (thread->body.size == 0)
		return;
	trace_batch_begin(bench->out, FIRST_M + index, thread->begin_time);
	trace_bytes(bench->out, thread->body.bytes, thread->body.size);
	trace_batch_end(bench->out);
	thread->body.size = 0;
}

static void emit(struct bench *bench, uint32_t index, uint8_t type, const uint64_t *arguments)
{
	struct thread *thread = &bench->threads[index];

	if (thread->body.size > BATCH_SIZE_MAX)
		flush(bench, index);
	bench->time += STEP_UNITS;
	if (thread->body.size == 0) {
		thread->begin_time = bench->time - 1;
		thread->last_time = bench->time - 1;
	}
	trace_event(&thread->body, type, bench->time - thread->last_time, arguments);
	thread->last_time = bench->time;
}

#define EMIT(bench, index, type, ...)                                                              \
	emit((bench), (index), (type), (const uint64_t[EVENT_ARGUMENTS_MAX]){__VA_ARGS__})

static uint64_t some_stack(const struct bench *bench)
{
	return 1 + bench->step % STACK_COUNT;
}

static void push(struct bench *bench, uint32_t goroutine)
{
	ensure(bench->queue_length < GOROUTINES);
	bench->queue[bench->queue_length++] = goroutine;
}

static uint32_t take(struct bench *bench)
{
	uint32_t goroutine = bench->queue[0];

	ensure(bench->queue_length > 0);
	bench->queue_length--;
	memmove(bench->queue, bench->queue + 1, bench->queue_length * sizeof(bench->queue[0]));
	return goroutine;
}

static void start_next(struct bench *bench, uint32_t index)
{
	uint32_t next = take(bench);
	struct goroutine *goroutine = &bench->goroutines[next];

	bench->threads[index].goroutine = next;
	EMIT(bench, index, EVENT_go_start, goroutine->id, ++goroutine->seq);
}

/* The running goroutine gives way to the next one. */
static void yield(struct bench *bench, uint32_t index)
{
	EMIT(bench, index, EVENT_go_stop, TEXT_STOP, some_stack(bench));
	push(bench, bench->threads[index].goroutine);
	start_next(bench, index);
}

static void block(struct bench *bench, uint32_t index)
{
	if (bench->blocked != GOROUTINES)
		return;
	EMIT(bench, index, EVENT_go_block, TEXT_BLOCK, some_stack(bench));
	bench->blocked = bench->threads[index].goroutine;
	start_next(bench, index);
}

static void unblock(struct bench *bench, uint32_t index)
{
	struct goroutine *goroutine;

	if (bench->blocked == GOROUTINES)
		return;
	goroutine = &bench->goroutines[bench->blocked];
	EMIT(bench, index, EVENT_go_unblock, goroutine->id, ++goroutine->seq, some_stack(bench));
	push(bench, bench->blocked);
	bench->blocked = GOROUTINES;
}

static void release_proc(struct bench *bench, uint32_t index)
{
	EMIT(bench, index, EVENT_go_stop, TEXT_STOP, some_stack(bench));
	push(bench, bench->threads[index].goroutine);
	EMIT(bench, index, EVENT_proc_stop, 0);
	EMIT(bench, index, EVENT_proc_start, index, ++bench->threads[index].p_seq);
	start_next(bench, index);
}

static void call_system(struct bench *bench, uint32_t index)
{
	EMIT(bench, index, EVENT_go_syscall_begin, ++bench->threads[index].p_seq,
	     some_stack(bench));
	EMIT(bench, index, EVENT_go_syscall_end, 0);
}

static void replace_goroutine(struct bench *bench, uint32_t index)
{
	uint32_t ending = bench->threads[index].goroutine;

	EMIT(bench, index, EVENT_go_create, bench->next_goroutine, some_stack(bench),
	     some_stack(bench));
	EMIT(bench, index, EVENT_go_destroy, 0);
	bench->goroutines[ending] = (struct goroutine){.id = bench->next_goroutine++};
	push(bench, ending);
	start_next(bench, index);
}

static void stop_world(struct bench *bench, uint32_t index)
{
	EMIT(bench, index, EVENT_stw_begin, TEXT_STW, some_stack(bench));
	EMIT(bench, index, EVENT_procs_change, THREADS, some_stack(bench));
	EMIT(bench, index, EVENT_stw_end, 0);
}

static void annotate(struct bench *bench, uint32_t index)
{
	uint64_t task = bench->next_task++;
	uint64_t stack = some_stack(bench);

	EMIT(bench, index, EVENT_user_task_begin, task, 0, TEXT_NAME, stack);
	EMIT(bench, index, EVENT_user_region_begin, task, TEXT_NAME, stack);
	EMIT(bench, index, EVENT_user_log, task, TEXT_NAME, TEXT_LABEL, stack);
	EMIT(bench, index, EVENT_user_region_end, task, TEXT_NAME, stack);
	EMIT(bench, index, EVENT_user_task_end, task, stack);
	EMIT(bench, index, EVENT_gc_begin, ++bench->gc_seq, stack);
	EMIT(bench, index, EVENT_gc_end, ++bench->gc_seq);
}

/* One step in which thread INDEX passes on to another goroutine, and now and then something else.
 */
static void step(struct bench *bench, uint32_t index)
{
	static const struct {
		uint64_t every, at;
		void (*act)(struct bench *bench, uint32_t index);
	} rare[] = {
		{120, 0, block},
		{120, 5, unblock},
		{420, 7, release_proc},
		{660, 11, call_system},
		{1000, 13, replace_goroutine},
		{1600, 17, stop_world},
		{8000, 19, annotate},
	};

	for (size_t i = 0; i < sizeof(rare) / sizeof(rare[0]); i++) {
		if (bench->step % rare[i].every == rare[i].at)
			rare[i].act(bench, index);
	}
	if (bench->step % 900 == 23)
		EMIT(bench, index, EVENT_heap_alloc, 4 << 20 | bench->step);
	if (bench->step % 1600 == 29)
		EMIT(bench, index, EVENT_go_label, TEXT_LABEL);
	yield(bench, index);
	bench->step++;
}

static void begin_generation(struct bench *bench)
{
	trace_frequency(bench->out, UNITS_PER_SECOND);
	for (uint32_t i = 0; i < THREADS; i++) {
		struct thread *thread = &bench->threads[i];
		thread->p_seq = 0;
		EMIT(bench, i, EVENT_proc_status, i, PROC_RUNNING);
		EMIT(bench, i, EVENT_go_status, bench->goroutines[thread->goroutine].id,
		     FIRST_M + i, RUNNING);
	}
	for (uint32_t i = 0; i < bench->queue_length; i++)
		EMIT(bench, 0, EVENT_go_status, bench->goroutines[bench->queue[i]].id, UINT64_MAX,
		     RUNNABLE);
	EMIT(bench, 0, EVENT_procs_change, THREADS, 1);
	for (uint32_t i = 0; i < GOROUTINES; i++)
		bench->goroutines[i].seq = 0;
}

static void end_generation(struct bench *bench)
{
	for (uint32_t i = 0; i < THREADS; i++)
		flush(bench, i);
	trace_batch_begin(bench->out, UINT64_MAX, bench->time);
	trace_byte(bench->out, EVENT_stacks);
	for (uint64_t i = 1; i <= STACK_COUNT; i++)
		trace_stack(bench->out, i, 0x400000 + i, TEXT_FUNCTION, TEXT_FILE, i);
	trace_batch_end(bench->out);
	trace_batch_begin(bench->out, UINT64_MAX, bench->time);
	trace_byte(bench->out, EVENT_strings);
	for (uint64_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		trace_string(bench->out, i + 1, texts[i]);
	trace_batch_end(bench->out);
	bench->out->generation++;
}

static void write_generation(struct bench *bench, size_t size)
{
	size_t begin = bench->out->size;
	size_t pending = 0;

	begin_generation(bench);
	/* Nobody may be blocked at the end: statuses are told of running and runnable goroutines
	 * only. */
	while (bench->out->size - begin + pending < size || bench->blocked != GOROUTINES) {
		step(bench, (uint32_t)(bench->step % THREADS));
		pending = 0;
		for (uint32_t i = 0; i < THREADS; i++)
			pending += bench->threads[i].body.size;
	}
	end_generation(bench);
}

void bench_trace_write(struct trace_builder *out, size_t size)
{
	struct bench bench = {
		.out = out,
		.blocked = GOROUTINES,
		.next_goroutine = GOROUTINES + 1,
		.next_task = 1,
		.time = 1000,
	};

	for (uint32_t i = 0; i < THREADS; i++)
		trace_builder_create(&bench.threads[i].body);
	for (uint32_t i = 0; i < GOROUTINES; i++) {
		bench.goroutines[i].id = i + 1;
		if (i < THREADS)
			bench.threads[i].goroutine = i;
		else
			push(&bench, i);
	}
	trace_header(out, 23);
	while (out->size < size) {
		size_t rest = size - out->size;
		write_generation(&bench, rest < GENERATION_SIZE ? rest : GENERATION_SIZE);
	}
	for (uint32_t i = 0; i < THREADS; i++)
		trace_builder_destroy(&bench.threads[i].body);
}
