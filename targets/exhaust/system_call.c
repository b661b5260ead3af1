#include "exhaust/system_call.h"

#include <string.h>

#include "exhaust/event_order.h"
#include "exhaust/scheduler_boot.h"
#include "exhaust/user_stack.h"
#include "exhaust/written_event.h"
#include "sched/goroutine.h"
#include "sched/procs.h"
#include "sched/schedule.h"
#include "sched/semaphore.h"
#include "sched/syscall.h"
#include "trace_v2/proc_preparation.h"

enum {
	BUFFER_SIZE_BYTES = 1024,
	GENERATION = 1,
	M_COUNT = 3,
	P_COUNT_MAX_HERE = 2,
	CALLER_COUNT_MAX = 2,
	SAFE_POINT_COUNT = 2,
	PROGRAM_COUNTER = 77,
	SYSCALL_TICK = 7
};

static struct {
	struct p ps[P_COUNT_MAX_HERE];
	struct m idle_m; /* has no thread: whoever wakes it goes on for it */
	struct g *callers[CALLER_COUNT_MAX];
	unsigned caller_count;
	struct host_note is_entered;  /* by a call that blocks */
	struct host_note is_released; /* its end */
	bool has_status_at_safe_point;
	unsigned safe_point_counts[P_COUNT_MAX_HERE];
	const char *wrong;
	unsigned run_count;
	bool has_stopper;
} state;

/* As after an earlier section: so its events take no lock. */
static void give_buffer(struct m *m)
{
	struct trace_buffer *buffer = host_allocate(BUFFER_SIZE_BYTES);
	buffer->capacity_bytes = trace_buffer_capacity(BUFFER_SIZE_BYTES);
	trace_buffer_byte(buffer, TRACE_EVENT_event_batch);
	trace_buffer_varint(buffer, GENERATION);
	trace_buffer_varint(buffer, m->procid);
	buffer->size_position = buffer->position;
	buffer->position += VARINT_SIZE_MAX;
	m->trace.buffers[GENERATION % 2] = buffer;
}

static void wire(struct p *p, struct m *m)
{
	p->m = m;
	p->status = P_RUNNING;
	m->p = p;
	event_order_had(m, p);
}

static void add_caller(struct m *m)
{
	struct g *g = m->current_g;
	g->operation_pc = PROGRAM_COUNTER;
	/* Without a P its M comes back to us instead of sleeping. */
	m->locked_g = g;
	state.callers[state.caller_count++] = g;
}

void system_call_set_up(bool has_stopper)
{
	memset(&state, 0, sizeof state);
	event_order_begin();
	scheduler_boot(TRACE_DIALECT_1_26, BUFFER_SIZE_BYTES);
	tracer->generation.value = GENERATION;
	tracer->is_enabled.value = 1;
	semaphore_init(&sched->world_semaphore, 1);
	sched->has_sysmon.value = 1;
	sched->is_sysmon_waiting.value = 1;
	/* Somebody who spins finds what is left in the queue. */
	sched->spinning_count.value = 1;
	sched->idle_ms = &state.idle_m;
	sched->allp_length = sched->allp_capacity = has_stopper ? 2 : 1;
	for (uint32_t i = 0; i < sched->allp_length; i++) {
		sched->allp[i] = &state.ps[i];
		state.ps[i].id = i;
		state.ps[i].trace_proc.syscall_m_id = TRACE_NO_M;
		state.ps[i].syscall_tick = SYSCALL_TICK;
	}
	state.has_stopper = has_stopper;
	add_caller(world_m(SYSTEM_CALLER));
	wire(&state.ps[0], world_m(SYSTEM_CALLER));
	give_buffer(world_m(SYSTEM_CALLER));
	give_buffer(world_m(SYSTEM_CALL_SYSMON));
	world_m(SYSTEM_CALL_SYSMON)->current_g = NULL;
	if (has_stopper) {
		give_buffer(world_m(SYSTEM_CALL_STOPPER));
		wire(&state.ps[1], world_m(SYSTEM_CALL_STOPPER));
	}
}

/* The idle M that got P runs what is in the queue, and then has nothing to do. */
static void run_queue(struct p *p)
{
	host_note_clear(&state.idle_m.park);
	state.idle_m.next_p = NULL;
	p_acquire(p);
	lock_acquire(&sched->lock);
	while (global_queue_pop_locked(p, 1) != NULL)
		state.run_count++;
	sched->idle_ms = &state.idle_m;
	lock_release(&sched->lock);
	p_release();
}

static void hand_off(struct p *p)
{
	for (;;) {
		schedule_hand_off(p);
		if (state.idle_m.next_p != p)
			return;
		run_queue(p);
	}
}

void system_call_set_up_two(void)
{
	struct g *second = world_g(SYSTEM_CALL_SYSMON);
	system_call_set_up(false);
	world_m(SYSTEM_CALL_SYSMON)->current_g = second;
	add_caller(world_m(SYSTEM_CALL_SYSMON));
}

static void enter(void)
{
	syscall_enter();
	if (g_self()->syscall_pc != PROGRAM_COUNTER)
		state.wrong = "a goroutine is in a system call, nobody knows where";
}

static void call(void)
{
	enter();
	syscall_exit();
}

static void wait_for_release(void *argument)
{
	(void)argument;
	host_note_wake(&state.is_entered);
	host_note_sleep(&state.is_released, HOST_FOREVER);
}

static void call_that_blocks(void)
{
	enter();
	on_system_stack(wait_for_release, NULL);
	syscall_exit();
}

void system_call_go_through(void)
{
	if (user_stack_run(call))
		hand_off(p_release());
}

void system_call_block(void)
{
	if (user_stack_run(call_that_blocks))
		hand_off(p_release());
}

void system_call_compute_and_block(void)
{
	struct p *p = m_self()->p;
	while (atomic_u32_load(POINT_work, &p->time_slice, memory_order_relaxed) == 0)
		host_pause(POINT_work);
	system_call_block();
}

static struct p *retake(void)
{
	struct p *p = &state.ps[0];
	struct g *g = syscall_hold(p);
	if (g == NULL)
		return NULL;
	syscall_take_p(p, P_IDLE);
	if (atomic_address_peek(&p->syscall_g) != 0)
		state.wrong = "a P that was taken still says from whom it can be";
	syscall_let_go(g);
	return p;
}

void system_call_retake(void)
{
	struct p *p = retake();
	if (p != NULL)
		hand_off(p);
}

void system_call_retake_and_go_through(void)
{
	struct p *p = retake();
	if (p == NULL)
		return;
	p_acquire(p);
	system_call_go_through();
}

void system_call_stop_world(void)
{
	world_stop("a world");
	world_start();
}

/* A call that has not begun when others look would not be seen: sysmon finds it later. */
static void wait_for_entry(void)
{
	host_note_sleep(&state.is_entered, HOST_FOREVER);
}

static void stop_world_and_release(void)
{
	world_stop("a world");
	host_note_wake(&state.is_released);
	world_start();
}

void system_call_stop_world_and_release(void)
{
	wait_for_entry();
	stop_world_and_release();
}

void system_call_stop_world_for_entry(void)
{
	stop_world_and_release();
}

/* By an advance: no P has written anything yet, and each has an M. */
static void trace_all_ps(void)
{
	state.has_status_at_safe_point = true;
	proc_preparation()->before_switch(GENERATION);
}

static void count_safe_point(struct p *p)
{
	state.safe_point_counts[p->id]++;
}

void system_call_run_safe_points_and_release(void)
{
	for (unsigned i = 0; i < SAFE_POINT_COUNT; i++) {
		if (i > 0)
			wait_for_entry();
		semaphore_acquire(&sched->world_semaphore);
		if (i == 0)
			trace_all_ps();
		else
			for_each_p(count_safe_point);
		semaphore_release(&sched->world_semaphore, false);
	}
	for (unsigned i = 0; i < P_COUNT_MAX_HERE; i++)
		if (state.safe_point_counts[i] != SAFE_POINT_COUNT - 1)
			state.wrong = "a P was not called once at a safe point";
	host_note_wake(&state.is_released);
}

static const char *check_caller(const struct g *g, const struct m *m)
{
	if (g->syscall_pc != 0 || m->syscall_p != NULL)
		return "a system call is over, and its place or its P still known";
	if (g->status.value == G_RUNNING)
		return g->m == m && m->current_g == g ? NULL : "a goroutine runs nowhere";
	if (g->status.value == G_RUNNABLE)
		return g->m == NULL && m->current_g == NULL
			       ? NULL
			       : "a goroutine is runnable, and has an M";
	return "a goroutine is neither running nor runnable";
}

static const char *check_goroutines(void)
{
	unsigned runnable_count = 0;
	for (unsigned i = 0; i < state.caller_count; i++) {
		const char *wrong = check_caller(state.callers[i], world_m(i));
		if (wrong != NULL)
			return wrong;
		runnable_count += state.callers[i]->status.value == G_RUNNABLE;
	}
	if (sched->queue_length.value + state.run_count != runnable_count)
		return "a goroutine is lost or queued twice";
	if (state.has_stopper && world_g(SYSTEM_CALL_STOPPER)->status.value != G_RUNNING)
		return "who has stopped the world does not run";
	return NULL;
}

static const char *check_scheduler(void)
{
	uint32_t idle_count = 0;
	for (const struct p *p = sched->idle_ps; p != NULL && idle_count <= sched->allp_length;
	     p = p->link) {
		if (p->status != P_IDLE || p->m != NULL)
			return "an idle P is not idle";
		idle_count++;
	}
	if (idle_count != sched->idle_p_count.value ||
	    idle_count + state.has_stopper != sched->allp_length)
		return "a P is lost";
	if (state.has_stopper && state.ps[1].status != P_RUNNING)
		return "a P that has an M does not run";
	if (sched->stop_wait_count != 0 || sched->is_stop_wanted.value != 0 ||
	    sched->safe_point_wait_count != 0 || sched->exiting_syscall_count.value != 0)
		return "somebody waits, or is counted, for ever";
	if (sched->is_sysmon_waiting.value != 0)
		return "nobody has told sysmon of a system call";
	return NULL;
}

static void look_for_status(void *context, const struct written_event *event)
{
	unsigned *status_count = context;
	if (event->type == TRACE_EVENT_proc_status && event->arguments[1] == TRACE_PROC_RUNNING)
		status_count[event->arguments[0]]++;
}

static const char *check_statuses(void)
{
	unsigned status_counts[P_COUNT_MAX_HERE] = {0};
	for (unsigned i = 0; i < M_COUNT; i++)
		written_events_of_m(world_m(i), look_for_status, status_counts);
	for (unsigned i = 0; i < P_COUNT_MAX_HERE; i++)
		if (status_counts[i] != 1)
			return "a P that runs has no status that says so";
	return NULL;
}

const char *system_call_check(void)
{
	const char *wrong = state.wrong;
	if (wrong == NULL)
		wrong = check_goroutines();
	if (wrong == NULL)
		wrong = check_scheduler();
	if (wrong != NULL)
		return wrong;
	if (state.has_status_at_safe_point)
		wrong = check_statuses();
	if (wrong != NULL)
		return wrong;
	event_order_add(world_m(SYSTEM_CALLER));
	event_order_add(world_m(SYSTEM_CALL_SYSMON));
	if (state.has_stopper)
		event_order_add(world_m(SYSTEM_CALL_STOPPER));
	return event_order_check();
}
