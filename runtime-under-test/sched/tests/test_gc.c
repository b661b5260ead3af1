/* Cycles of the garbage collector: their phases, who marks and sweeps, and that nothing is left. */
#include "sched/gc.h"
#include "sched/heap.h"
#include "sched/procs.h"
#include "sched/semaphore.h"
#include "sched/tests/harness.h"

enum { ROUND_COUNT = 3, CALLER_COUNT = 3, ALLOCATION_COUNT = 6, STORE_COUNT = 11 };

/* All but the semaphore is the observer's, which sees one step at a time. */
static struct {
	struct semaphore ended;
	bool is_watching;
	enum gc_phase phase;
	uint32_t cycle_count;
	uint32_t spans_swept;
	uint32_t spans_to_sweep;
	_Atomic bool is_excluded;
} shared;

/* Over all schedules: that what a test is about was reached. */
static struct {
	uint64_t cycle_count;
	uint64_t assist_count;
	uint64_t span_count;
} reached;

/* ---- What holds between any two steps ------------------------------------ */

static bool is_world_stopped(void)
{
	for (uint32_t i = 0; i < sched->allp_length; i++)
		if (sched->allp[i]->status == P_RUNNING)
			return false;
	return true;
}

static void see_mark_begin(void)
{
	ensure(shared.spans_swept == shared.spans_to_sweep);
	shared.spans_swept = 0;
	shared.spans_to_sweep = 0;
	shared.cycle_count++;
	reached.cycle_count++;
	ensure(!shared.is_excluded);
}

static void see_mark_end(void)
{
	const struct gc *gc = sched->gc;
	ensure(atomic_u32_peek(&gc->at_work_count) == 0);
	ensure(atomic_u32_peek(&gc->roots_left) == 0 && atomic_u32_peek(&gc->unit_count) == 0);
}

static void see_cycle_end(void)
{
	for (uint32_t i = 0; i < sched->allp_length; i++)
		ensure(sched->allp[i]->gc.write_barrier_count == 0);
	ensure(sched->gc->assists.queue.head == NULL);
}

static void see_phase(enum gc_phase now)
{
	static const enum gc_phase next[] = {GC_MARK, GC_MARK_TERMINATION, GC_OFF};
	ensure(now == next[shared.phase]);
	ensure(is_world_stopped());
	shared.phase = now;
	if (now == GC_MARK)
		see_mark_begin();
	else if (now == GC_MARK_TERMINATION)
		see_mark_end();
	else
		see_cycle_end();
}

static void watch(void *context, const struct sim_who *who, enum point point, const void *object)
{
	(void)context;
	(void)who;
	(void)object;
	if (!shared.is_watching)
		return;
	const struct gc *gc = sched->gc;
	if (gc->phase != shared.phase)
		see_phase(gc->phase);
	uint32_t unit_count = atomic_u32_peek(&gc->sweep_unit_count);
	if (unit_count > shared.spans_to_sweep)
		shared.spans_to_sweep = unit_count;
	if (point == POINT_gc_sweep_span) {
		shared.spans_swept++;
		reached.span_count++;
	}
	reached.assist_count += point == POINT_gc_assist_begin;
}

static void begin(void)
{
	memset(&shared, 0, sizeof shared);
	semaphore_init(&shared.ended, 0);
	shared.is_watching = true;
}

/* A run that failed has not ended. */
static void stop_watching(void)
{
	shared.is_watching = false;
}

static void end(void)
{
	stop_watching();
	executor_finish();
}

static void start_all(g_entry *entry)
{
	for (uint32_t i = 0; i < CALLER_COUNT; i++)
		goroutine_start(entry, NULL, 0x1010, false, NULL);
}

static void wait_for_all(void)
{
	for (uint32_t i = 0; i < CALLER_COUNT; i++)
		semaphore_acquire(&shared.ended);
}

static void each_schedule(g_entry *program)
{
	for (uint32_t procs = 1; procs <= 5; procs += 2) {
		const struct harness harness = {.proc_count = procs,
						.run_queue_length = 8,
						.has_collector = true,
						.boot = stop_watching,
						.program = program,
						.observer = watch};
		harness_each_schedule(&harness, NULL);
	}
}

/* ---- runtime.GC ---------------------------------------------------------- */

static void collect_often(void *argument)
{
	(void)argument;
	for (uint32_t i = 0; i < ROUND_COUNT; i++) {
		uint32_t before = shared.cycle_count;
		gc_run();
		ensure(is_on_user_stack() && m_self()->p != NULL);
		/* A whole one that began since: the first one may have begun before. */
		ensure(shared.cycle_count > before);
		ensure(shared.cycle_count > before + 1 ||
		       (shared.phase == GC_OFF && gc_is_sweep_done()));
	}
	semaphore_release(&shared.ended, false);
}

static void collect_beside_each_other(void *argument)
{
	(void)argument;
	begin();
	start_all(collect_often);
	wait_for_all();
	ensure(shared.cycle_count >= ROUND_COUNT);
	end();
}

static void a_whole_cycle_is_over_when_it_returns(void **state)
{
	(void)state;
	each_schedule(collect_beside_each_other);
	assert_true(reached.span_count > 0);
}

static void change_procs_often(void *argument)
{
	(void)argument;
	for (uint32_t i = 0; i < ROUND_COUNT; i++) {
		set_gomaxprocs(1 + i % 3);
		goroutine_yield();
	}
	semaphore_release(&shared.ended, false);
}

static void collect_beside_stops(void *argument)
{
	(void)argument;
	begin();
	start_all(change_procs_often);
	for (uint32_t i = 0; i < ROUND_COUNT; i++)
		gc_run();
	wait_for_all();
	end();
}

static void ps_come_and_go_meanwhile(void **state)
{
	(void)state;
	each_schedule(collect_beside_stops);
}

static void exclude_beside_collectors(void *argument)
{
	(void)argument;
	begin();
	start_all(collect_often);
	for (uint32_t i = 0; i < ROUND_COUNT; i++) {
		gc_exclude();
		ensure(shared.phase == GC_OFF);
		shared.is_excluded = true;
		goroutine_yield();
		shared.is_excluded = false;
		gc_allow();
		goroutine_yield();
	}
	wait_for_all();
	end();
}

static void nobody_marks_while_it_is_excluded(void **state)
{
	(void)state;
	each_schedule(exclude_beside_collectors);
}

/* ---- While a program allocates ------------------------------------------- */

static void allocate_often(void *argument)
{
	(void)argument;
	for (uint32_t i = 0; i < ALLOCATION_COUNT; i++) {
		heap_allocate_object(600);
		ensure(g_self()->assist_debt == 0 || !gc_is_blackening());
		ensure(!g_self()->is_in_mark_assist);
		goroutine_yield();
	}
	semaphore_release(&shared.ended, false);
}

static void allocate_beside_each_other(void *argument)
{
	(void)argument;
	begin();
	set_gc_percent(50);
	start_all(allocate_often);
	wait_for_all();
	/* 10 MiB of garbage, and a cycle each 2. */
	ensure(shared.cycle_count > 0);
	end();
}

static void who_allocates_marks_and_sweeps(void **state)
{
	(void)state;
	memset(&reached, 0, sizeof reached);
	each_schedule(allocate_beside_each_other);
	assert_true(reached.assist_count > 0);
	assert_true(reached.span_count > 0);
}

/* ---- Write barriers ------------------------------------------------------ */

static void store_often(void *argument)
{
	(void)argument;
	for (uint32_t i = 0; i < STORE_COUNT; i++) {
		gc_store_pointer();
		goroutine_yield();
	}
	semaphore_release(&shared.ended, false);
}

static void store_beside_marking(void *argument)
{
	(void)argument;
	begin();
	start_all(store_often);
	gc_run();
	gc_run();
	wait_for_all();
	end();
}

static void what_they_find_is_marked(void **state)
{
	(void)state;
	each_schedule(store_beside_marking);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_cycle_is_over_when_it_returns),
		cmocka_unit_test(ps_come_and_go_meanwhile),
		cmocka_unit_test(nobody_marks_while_it_is_excluded),
		cmocka_unit_test(who_allocates_marks_and_sweeps),
		cmocka_unit_test(what_they_find_is_marked),
	};
	return cmocka_run_group_tests_name("sched.gc", tests, NULL, NULL);
}
