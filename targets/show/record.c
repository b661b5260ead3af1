/* Every step of every M. When an M is seen again, the operation that it announced last is done. */
#include "show/record.h"

#include <string.h>

#include "judge/judge.h"

struct recording recording;
struct record_pending record_pending[SIM_THREAD_COUNT_MAX];

/* The runtime's words mean nothing before the first M has a P. */
static bool is_booted;

void recording_begin(bool is_v1)
{
	recording.is_v1 = is_v1;
	recording.step_count = 0;
	recording.goroutine_count = 0;
	recording.operation_count = 0;
	recording.status_count = 0;
	recording.lock_count = 0;
	recording.buffer_count = 0;
	recording.position_count = 0;
	recording.generation_count = 0;
	recording.world_stop_count = 0;
	recording.proc_count = 0;
	recording.steal_count = 0;
	recording.read_count = 0;
	recording.growth_count = 0;
	recording.thread_count = 0;
	recording.proc_index_end = 0;
	recording.last_m = 0;
	recording.race_step = 0;
	memset(recording.threads, 0, sizeof recording.threads);
	memset(record_pending, 0, sizeof record_pending);
	is_booted = false;
	record_locks_begin();
	record_state_begin();
	record_buffers_begin();
}

static void record_thread(unsigned thread, uint32_t step)
{
	struct recorded_thread *recorded = &recording.threads[thread];
	if (recorded->first_step == 0)
		recorded->first_step = step;
	recorded->last_step = step;
	recorded->id = sim_thread_id(thread);
	if (thread >= recording.thread_count)
		recording.thread_count = thread + 1;
}

static void record_step(unsigned thread, const struct m *m, enum point point)
{
	struct recorded_step *step = RECORD_ONE(recording.steps, recording.step_count,
						recording.step_capacity);
	step->point = (uint16_t)point;
	step->m = (uint8_t)thread;
	step->stack = (uint8_t)host_stack_kind();
	record_thread(thread, recording.step_count);
	if (!is_booted || m == NULL)
		return;
	const struct g *g = m->current_g;
	step->goroutine_plus_one = record_goroutine(g);
	step->operation = g != NULL ? record_operation(g->operation_pc) : 0;
	if (m->p == NULL)
		return;
	step->p_plus_one = (uint8_t)(m->p->id + 1);
	if (step->p_plus_one > recording.proc_index_end)
		recording.proc_index_end = step->p_plus_one;
}

void recording_observe(void *context, const struct sim_who *who, enum point point,
		       const void *object)
{
	(void)context;
	const struct m *m = who->owner;
	unsigned thread = sim_thread_index();
	struct record_pending *pending = &record_pending[thread];
	is_booted |= m != NULL && m->p != NULL;
	if (recording.race_step == 0 && judge_race_is_reported())
		recording.race_step = recording.step_count;
	record_step(thread, m, point);
	uint32_t step = recording.step_count;
	if (is_booted) {
		record_state_done(pending);
		uint32_t change_step = record_step_of_change(thread, step);
		record_state_look(change_step);
		record_buffers_look(m, thread, change_step);
	}
	record_locks(thread, point, object, step);
	if (point == POINT_syscall_take_p)
		record_steal(thread, object, step);
	*pending = (struct record_pending){.point = point, .object = object, .step = step};
}

void recording_hit(void *context, unsigned thread, enum scenario_action action)
{
	(void)context;
	(void)thread;
	/* A signal shows in the steps of its handler. */
	if (action == SCENARIO_GROW)
		*RECORD_ONE(recording.growths, recording.growth_count,
			    recording.growth_capacity) = recording.step_count;
}

void recording_end(void)
{
	recording.last_m = (uint8_t)sim_thread_index();
	record_locks_look(recording.step_count + 1);
	if (is_booted)
		record_state_look(recording.step_count);
}
