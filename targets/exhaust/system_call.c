#include "exhaust/system_call.h"

#include <string.h>

#include "exhaust/event_order.h"
#include "exhaust/user_stack.h"
#include "exhaust/written_event.h"
#include "sched/procs.h"
#include "sched/schedule.h"
#include "sched/semaphore.h"
#include "sched/syscall.h"

enum { BUFFER_SIZE_BYTES = 1024, GENERATION = 1, M_COUNT = 3, P_COUNT_MAX_HERE = 2 };

static struct {
	struct p ps[P_COUNT_MAX_HERE];
	struct m idle_m; /* has no thread: whoever wakes it goes on for it */
	struct g *g;     /* the caller */
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

void system_call_set_up(bool has_stopper)
{
	const struct trace_configuration configuration = {.dialect = TRACE_DIALECT_1_26,
							  .buffer_size_bytes = BUFFER_SIZE_BYTES};
	memset(&state, 0, sizeof state);
	event_order_begin();
	trace_hooks = &tracer_v2_hooks;
	tracer_boot(&configuration);
	tracer->generation.value = GENERATION;
	tracer->is_enabled.value = 1;

	sched = host_allocate(sizeof *sched);
	lock_init(&sched->lock, LOCK_RANK_sched);
	semaphore_init(&sched->world_semaphore, 1);
	sched->has_sysmon.value = 1;
	/* Somebody who spins finds what is left in the queue. */
	sched->spinning_count.value = 1;
	sched->idle_ms = &state.idle_m;
	sched->allp_length = sched->allp_capacity = has_stopper ? 2 : 1;
	for (uint32_t i = 0; i < sched->allp_length; i++) {
		sched->allp[i] = &state.ps[i];
		state.ps[i].id = i;
		state.ps[i].trace_proc.syscall_m_id = TRACE_NO_M;
	}
	state.has_stopper = has_stopper;
	state.g = world_g(SYSTEM_CALLER);
	wire(&state.ps[0], world_m(SYSTEM_CALLER));
	/* Without a P its M comes back to us instead of sleeping. */
	world_m(SYSTEM_CALLER)->locked_g = state.g;
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

static void call(void)
{
	syscall_enter();
	syscall_exit();
}

void system_call_go_through(void)
{
	if (user_stack_run(call))
		hand_off(p_release());
}

void system_call_retake(void)
{
	struct p *p = &state.ps[0];
	struct g *g = syscall_hold(p);
	if (g == NULL)
		return;
	syscall_take_p(p, P_IDLE);
	syscall_let_go(g);
	hand_off(p);
}

void system_call_stop_world(void)
{
	world_stop("a world");
	world_start();
}

static const char *check_goroutine(void)
{
	uint32_t status = state.g->status.value;
	switch (status) {
	case G_RUNNING:
		return sched->queue_length.value == 0 && state.run_count == 0
			       ? NULL
			       : "a goroutine runs and is queued";
	case G_RUNNABLE:
		return sched->queue_length.value + state.run_count == 1
			       ? NULL
			       : "a goroutine is lost or queued twice";
	default:
		return "a goroutine is neither running nor runnable";
	}
}

static const char *check_scheduler(void)
{
	uint32_t idle_count = 0;
	for (const struct p *p = sched->idle_ps; p != NULL; p = p->link)
		idle_count++;
	if (idle_count != sched->idle_p_count.value ||
	    idle_count + state.has_stopper != sched->allp_length)
		return "a P is lost";
	if (sched->stop_wait_count != 0 || sched->is_stop_wanted.value != 0 ||
	    sched->exiting_syscall_count.value != 0)
		return "somebody waits, or is counted, for ever";
	return NULL;
}

const char *system_call_check(void)
{
	const char *wrong = check_goroutine();
	if (wrong == NULL)
		wrong = check_scheduler();
	if (wrong != NULL)
		return wrong;
	event_order_add(world_m(SYSTEM_CALLER));
	event_order_add(world_m(SYSTEM_CALL_SYSMON));
	if (state.has_stopper)
		event_order_add(world_m(SYSTEM_CALL_STOPPER));
	return event_order_check();
}
