/* GOMAXPROCS falls and rises, from an M whose own P dies, while others work with whatever P they
 * get: dead Ps have nothing, live ones are where they belong, and no goroutine of theirs is lost.
 * Source: Go's procresize; algorithms.md 8. */
#include <string.h>

#include "base/fatal.h"
#include "exhaust/event_order.h"
#include "exhaust/scheduler_boot.h"
#include "exhaust/world.h"
#include "exhaust/written_event.h"
#include "sched/procs.h"
#include "sched/schedule.h"
#include "sched/semaphore.h"
#include "trace_v2/tracer.h"

enum {
	RESIZER = 0,
	WORKER = 1,
	OTHER_WORKER = 2,
	BUFFER_SIZE_BYTES = 1024,
	QUEUE_LENGTH = 4,
	CHANGE_COUNT = 3,
	IDLE_M_COUNT = 3
};

static const uint32_t counts[CHANGE_COUNT] = {1, 4, 3};

static struct {
	struct p ps[2];
	struct m idle_ms[IDLE_M_COUNT]; /* have no threads: the resizer goes on for them */
	struct g queued;                /* in the queue of the resizer's P, at first */
	struct g made[3];               /* by a worker: by its M */
	struct trace_hooks hooks;
	const char *wrong;
	struct atomic_u32 is_over;
	unsigned run_count;
	unsigned made_count;
	unsigned destroyed_count;
	unsigned changes_told;
	unsigned stop_count;
	unsigned start_count;
	unsigned go_stop_count;
	unsigned go_start_count;
} state;

static void note_destroyed(struct p *p)
{
	(void)p;
	state.destroyed_count++;
}

static void set_up(void)
{
	memset(&state, 0, sizeof state);
	event_order_begin();
	state.hooks = tracer_v2_hooks;
	state.hooks.proc_destroyed = note_destroyed;
	scheduler_boot(TRACE_DIALECT_1_26, BUFFER_SIZE_BYTES);
	trace_hooks = &state.hooks;
	tracer->generation.value = 1;
	tracer->is_enabled.value = 1;
	sched->configuration.run_queue_length = QUEUE_LENGTH;
	lock_init(&sched->allp_lock, LOCK_RANK_allp);
	semaphore_init(&sched->world_semaphore, 1);
	sched->has_sysmon.value = 1;
	sched->is_sysmon_waiting.value = 1;
	for (unsigned i = 0; i < IDLE_M_COUNT; i++) {
		state.idle_ms[i].idle_next = sched->idle_ms;
		sched->idle_ms = &state.idle_ms[i];
	}
	sched->allp_length = sched->allp_capacity = 2;
	for (uint32_t i = 0; i < 2; i++) {
		sched->allp[i] = &state.ps[i];
		state.ps[i].id = i;
		state.ps[i].trace_proc.syscall_m_id = TRACE_NO_M;
	}
	sched->idle_ps = &state.ps[0];
	sched->idle_p_count.value = 1;
	state.ps[1].status = P_RUNNING;
	state.ps[1].m = world_m(RESIZER);
	state.ps[1].timer_race_context = host_race_context_new(NULL, NULL);
	world_m(RESIZER)->p = &state.ps[1];
	event_order_had(world_m(RESIZER), &state.ps[1]);
	run_queue_push(&state.ps[1], &state.queued);
}

static const char *check_dead_p(const struct p *p)
{
	if (p->status != P_DEAD || p->m != NULL || p->timer_race_context != NULL)
		return "a dead P is not clean";
	return run_queue_is_empty(p) ? NULL : "a dead P has a goroutine";
}

/* Only who resizes makes Ps live or dead. */
static const char *check_ps(uint32_t count)
{
	const struct m *m = m_self();
	if (m->p == NULL || m->p->m != m || m->p->status != P_RUNNING || m->p->id >= count)
		return "who resizes has no live P";
	if (m->current_g->status.value != G_RUNNING)
		return "who resizes does not run";
	for (uint32_t i = 0; i < sched->allp_capacity; i++)
		if (sched->allp[i]->id != i)
			return "a P has the number of another one";
	if (sched->allp_length != count)
		return "there are not as many Ps as are wanted";
	for (uint32_t i = count; i < sched->allp_capacity; i++) {
		const char *wrong = check_dead_p(sched->allp[i]);
		if (wrong != NULL)
			return wrong;
	}
	return NULL;
}

static void run_local_queue(struct p *p)
{
	while (run_queue_pop(p) != NULL)
		state.run_count++;
}

/* An idle M that may have got a P with work. */
static void run_idle_m(struct m *m)
{
	struct p *p = m->next_p;
	if (p == NULL)
		return;
	host_note_clear(&m->park);
	m->next_p = NULL;
	if (m->is_spinning)
		atomic_u32_add(POINT_spinning_count, &sched->spinning_count, UINT32_MAX,
			       memory_order_relaxed);
	m->is_spinning = false;
	struct p *own = p_release();
	p_acquire(p);
	run_local_queue(p);
	lock_acquire(&sched->lock);
	idle_p_put_locked(p_release());
	m->idle_next = sched->idle_ms;
	sched->idle_ms = m;
	lock_release(&sched->lock);
	p_acquire(own);
}

/* For the goroutines of a P that has died, or that wait for one. */
static const char *check_wakeup(void)
{
	bool is_woken = sched->is_spinning_needed;
	for (unsigned i = 0; i < IDLE_M_COUNT; i++)
		is_woken |= state.idle_ms[i].is_spinning;
	sched->is_spinning_needed = false;
	return is_woken ? NULL : "the world starts and nobody looks for work";
}

static void resize(void)
{
	for (unsigned i = 0; i < CHANGE_COUNT; i++) {
		set_gomaxprocs(counts[i]);
		const char *wrong = check_ps(counts[i]);
		if (wrong == NULL)
			wrong = check_wakeup();
		if (state.wrong == NULL)
			state.wrong = wrong;
		for (unsigned j = 0; j < IDLE_M_COUNT; j++)
			run_idle_m(&state.idle_ms[j]);
	}
	atomic_u32_store(POINT_work, &state.is_over, 1, memory_order_relaxed);
}

/* Until it is asked to make room. */
static void compute(struct p *p)
{
	while (atomic_u32_load(POINT_work, &p->time_slice, memory_order_relaxed) == 0 &&
	       atomic_u32_load(POINT_work, &state.is_over, memory_order_relaxed) == 0)
		host_pause(POINT_work);
}

static void work_with(struct p *p)
{
	p_acquire(p);
	if (p->status != P_RUNNING)
		state.wrong = "a P that has an M does not run";
	run_queue_push(p, &state.made[m_self()->id - 1]);
	state.made_count++;
	atomic_u32_store(POINT_p_clear_preempt, &p->time_slice, 0, memory_order_relaxed);
	if (!world_is_stop_wanted()) {
		compute(p);
		run_local_queue(p);
		lock_acquire(&sched->lock);
		if (!world_is_stop_wanted()) {
			idle_p_put_locked(p_release());
			lock_release(&sched->lock);
			return;
		}
		lock_release(&sched->lock);
	}
	p = p_release();
	lock_acquire(&sched->lock);
	p_stop_locked(p);
	lock_release(&sched->lock);
}

static void work(void)
{
	lock_acquire(&sched->lock);
	struct p *p = idle_p_get_locked();
	lock_release(&sched->lock);
	if (p != NULL)
		work_with(p);
}

static void account(void *context, const struct written_event *event)
{
	(void)context;
	switch (event->type) {
	case TRACE_EVENT_procs_change:
		if (state.changes_told == CHANGE_COUNT ||
		    event->arguments[0] != counts[state.changes_told++])
			state.wrong = "the trace has other changes";
		break;
	case TRACE_EVENT_stw_begin:
		state.stop_count++;
		break;
	case TRACE_EVENT_stw_end:
		state.start_count++;
		break;
	case TRACE_EVENT_go_stop:
		state.go_stop_count++;
		break;
	case TRACE_EVENT_go_start:
		state.go_start_count++;
		break;
	default:
		break;
	}
}

static const char *check_trace(void)
{
	written_events_of_m(world_m(RESIZER), account, NULL);
	if (state.changes_told != CHANGE_COUNT || state.stop_count != CHANGE_COUNT ||
	    state.start_count != CHANGE_COUNT)
		return "the trace lacks a change or a stop";
	if (state.go_stop_count != state.go_start_count || state.go_stop_count == 0)
		return "a goroutine whose P has died does not go on in the trace";
	event_order_add(world_m(RESIZER));
	event_order_add(world_m(WORKER));
	event_order_add(world_m(OTHER_WORKER));
	return event_order_check();
}

static const char *check(void)
{
	if (state.wrong != NULL)
		return state.wrong;
	uint32_t left = sched->queue_length.value;
	uint32_t idle_count = 0;
	for (uint32_t i = 0; i < sched->allp_length; i++)
		left += sched->allp[i]->queue_tail.value - sched->allp[i]->queue_head.value;
	for (const struct p *p = sched->idle_ps; p != NULL && idle_count <= sched->allp_length;
	     p = p->link) {
		idle_count++;
		if (p->status != P_IDLE || p->m != NULL)
			return "an idle P is not idle";
	}
	if (idle_count != counts[CHANGE_COUNT - 1] - 1 || sched->idle_p_count.value != idle_count)
		return "a P is lost";
	if (left + state.run_count != 1 + state.made_count)
		return "a goroutine is lost";
	if (state.destroyed_count != 2)
		return "a tracer was not told of every dead P";
	if (sched->stop_wait_count != 0 || sched->is_stop_wanted.value != 0 ||
	    sched->wanted_proc_count != 0 || sched->is_sysmon_waiting.value != 0)
		return "the world is not started";
	return check_trace();
}

const struct world world_resize = {
	.name = "resize",
	.number = 24,
	.sentence = "GOMAXPROCS falls, rises and falls while two Ms work with whatever P they get",
	.set_up = set_up,
	.threads = {[RESIZER] = {.name = "resizer", .run = resize},
		    [WORKER] = {.name = "worker", .run = work},
		    [OTHER_WORKER] = {.name = "other worker", .run = work}},
	.check = check,
};
