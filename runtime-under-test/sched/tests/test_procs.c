/* Ps: a stopped world stands still, GOMAXPROCS grows and shrinks without losing a goroutine, and
 * forEachP calls once per P. */
#include "sched/procs.h"
#include "sched/semaphore.h"
#include "sched/tests/harness.h"

enum { WORKER_COUNT = 5, ROUND_COUNT = 4 };

static struct {
	_Atomic(const struct m *) stopper; /* while the world is stopped: the only M that may run */
	_Atomic uint32_t steps_while_stopped;
	_Atomic uint32_t steps_of_stopper;
	_Atomic uint32_t call_counts[P_COUNT_MAX];
	struct semaphore ended;
} shared;

/* No goroutine makes a step while the world is stopped, but the one that stopped it. */
static void watch(void *context, const struct sim_who *who, enum point point, const void *object)
{
	(void)context;
	(void)point;
	(void)object;
	const struct m *stopper = shared.stopper;
	if (stopper == NULL || host_stack_kind() != HOST_STACK_USER)
		return;
	if (who->owner == stopper)
		shared.steps_of_stopper++;
	else
		shared.steps_while_stopped++;
}

static void work(void *argument)
{
	(void)argument;
	for (int i = 0; i < 25; i++) {
		function_prologue(POINT_work);
		if (i % 8 == 7)
			goroutine_yield();
	}
	semaphore_release(&shared.ended, false);
}

/* Before there is a second M that could look. */
static void reset(void)
{
	memset(&shared, 0, sizeof shared);
	semaphore_init(&shared.ended, 0);
}

static void begin_work(void)
{
	for (int i = 0; i < WORKER_COUNT; i++)
		goroutine_start(work, NULL, 0x1010, false, NULL);
}

static _Noreturn void end_work(void)
{
	for (int i = 0; i < WORKER_COUNT; i++)
		semaphore_acquire(&shared.ended);
	executor_finish();
}

static void stop_and_look(void *argument)
{
	(void)argument;
	begin_work();
	for (int round = 0; round < ROUND_COUNT; round++) {
		world_stop("test");
		shared.stopper = m_self();
		for (uint32_t i = 0; i < sched->allp_length; i++)
			ensure(sched->allp[i]->status == P_GCSTOP);
		for (int i = 0; i < 40; i++)
			host_yield(POINT_work, NULL);
		shared.stopper = NULL;
		world_start();
	}
	ensure(shared.steps_of_stopper >= ROUND_COUNT * 40);
	ensure(shared.steps_while_stopped == 0);
	end_work();
}

static void a_stopped_world_stands_still(void **state)
{
	const struct harness harness = {.proc_count = 4,
					.run_queue_length = 8,
					.boot = reset,
					.program = stop_and_look,
					.observer = watch};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

static void look_at_idle_ps(void *argument)
{
	(void)argument;
	uint32_t count = 0;
	lock_acquire(&sched->lock);
	for (struct p *p = sched->idle_ps; p != NULL; p = p->link, count++)
		ensure(p->status == P_IDLE && p->id < sched->allp_length && p->m == NULL);
	ensure(count == atomic_u32_peek(&sched->idle_p_count));
	lock_release(&sched->lock);
}

static void resize(void *argument)
{
	static const uint32_t counts[] = {1, 6, 2, 6, 3, 1, 4};
	struct p *first_seen[6] = {NULL};
	(void)argument;
	begin_work();
	for (size_t round = 0; round < sizeof counts / sizeof counts[0]; round++) {
		set_gomaxprocs(counts[round]);
		ensure(sched->allp_length == counts[round]);
		ensure(m_self()->p->id < counts[round]);
		/* Dead Ps keep their place and come back as themselves. */
		for (uint32_t i = 0; i < sched->allp_capacity; i++) {
			struct p *p = sched->allp[i];
			ensure(p->id == i);
			ensure(first_seen[i] == NULL || first_seen[i] == p);
			first_seen[i] = p;
			if (i >= counts[round])
				ensure(p->status == P_DEAD && p->m == NULL &&
				       run_queue_is_empty(p));
		}
		on_system_stack(look_at_idle_ps, NULL);
		for (int i = 0; i < 5; i++)
			function_prologue(POINT_work);
	}
	ensure(sched->allp_capacity == 6);
	end_work();
}

static void procs_die_and_come_back_and_no_goroutine_is_lost(void **state)
{
	const struct harness harness = {
		.proc_count = 3, .run_queue_length = 4, .boot = reset, .program = resize};
	(void)state;
	harness_each_schedule(&harness, NULL);
}

static void note_call(struct p *p)
{
	ensure(host_stack_kind() == HOST_STACK_SYSTEM);
	shared.call_counts[p->id]++;
}

static void call_for_each(void *argument)
{
	(void)argument;
	begin_work();
	for (uint32_t round = 1; round <= ROUND_COUNT; round++) {
		semaphore_acquire(&sched->world_semaphore);
		for_each_p(note_call);
		for (uint32_t i = 0; i < P_COUNT_MAX; i++)
			ensure(shared.call_counts[i] == (i < sched->allp_length ? round : 0));
		semaphore_release(&sched->world_semaphore, false);
	}
	end_work();
}

static void for_each_p_calls_once_per_p(void **state)
{
	struct harness harness = {.run_queue_length = 8, .boot = reset, .program = call_for_each};
	(void)state;
	/* Busy ones alone, and idle ones among them. */
	for (harness.proc_count = 1; harness.proc_count <= 9; harness.proc_count += 4)
		harness_each_schedule(&harness, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stopped_world_stands_still),
		cmocka_unit_test(procs_die_and_come_back_and_no_goroutine_is_lost),
		cmocka_unit_test(for_each_p_calls_once_per_p),
	};
	return cmocka_run_group_tests_name("sched.procs", tests, NULL, NULL);
}
