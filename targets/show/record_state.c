/* Words of the scheduler and of the tracers' switches: goroutines, Ps, generations, stops. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "show/record.h"
#include "trace/symbol.h"
#include "trace_v1/tracer.h"
#include "trace_v2/tracer.h"
#include "wait_graph/wait_graph.h"

enum { SLOT_COUNT = 1024 };

static struct {
	/* By address of the G: index + 1 of the newest goroutine that it was; 0: free. */
	uint16_t slots[SLOT_COUNT];
	uint32_t pcs[1024]; /* of the operations */
} seen;

void record_state_begin(void)
{
	memset(&seen, 0, sizeof seen);
	/* Index 0 stands for none. */
	(void)RECORD_ONE(recording.operations, recording.operation_count,
			 recording.operation_capacity);
}

/* Its entry is known some steps after its id. */
static void name_goroutine(struct recorded_goroutine *recorded, const struct g *g)
{
	if (recorded->entry_pc == g->entry_pc || g->entry_pc == 0)
		return;
	recorded->entry_pc = g->entry_pc;
	recorded->is_system = g->is_system;
	struct symbol_frame frame;
	symbol_describe(g->entry_pc, &frame);
	snprintf(recorded->name, sizeof recorded->name, "%s", frame.function);
}

uint16_t record_goroutine(const struct g *g)
{
	if (g == NULL)
		return 0;
	unsigned slot = (unsigned)((uintptr_t)g / 64 % SLOT_COUNT);
	for (unsigned turn = 0; turn < SLOT_COUNT; turn++, slot = (slot + 1) % SLOT_COUNT) {
		uint16_t index = seen.slots[slot];
		if (index != 0 && recording.goroutines[index - 1].g != g)
			continue;
		if (index != 0 && recording.goroutines[index - 1].id == g->id) {
			name_goroutine(&recording.goroutines[index - 1], g);
			return index;
		}
		break;
	}
	if (recording.goroutine_count == UINT16_MAX - 1)
		return 0;
	struct recorded_goroutine *recorded = RECORD_ONE(
		recording.goroutines, recording.goroutine_count, recording.goroutine_capacity);
	*recorded = (struct recorded_goroutine){.id = g->id, .g = g};
	name_goroutine(recorded, g);
	seen.slots[slot] = (uint16_t)recording.goroutine_count;
	return seen.slots[slot];
}

uint16_t record_operation(uint32_t pc)
{
	if (pc == 0)
		return 0;
	for (uint32_t i = 1; i < recording.operation_count; i++)
		if (seen.pcs[i] == pc)
			return (uint16_t)i;
	if (recording.operation_count == sizeof seen.pcs / sizeof *seen.pcs)
		return 0;
	struct symbol_frame frame;
	symbol_describe(pc, &frame);
	seen.pcs[recording.operation_count] = pc;
	char *name = *RECORD_ONE(recording.operations, recording.operation_count,
				 recording.operation_capacity);
	snprintf(name, RECORDING_NAME_SIZE_BYTES, "%s", frame.function);
	return (uint16_t)(recording.operation_count - 1);
}

static char letter_of(uint32_t status)
{
	switch (status & ~(uint32_t)G_SCAN) {
	case G_RUNNABLE:
		return 'q';
	case G_RUNNING:
		return 'r';
	case G_SYSCALL:
		return 's';
	case G_WAITING:
	case G_PREEMPTED:
		return 'w';
	default:
		return 'd';
	}
}

static void record_status(const struct g *g, uint32_t step)
{
	uint16_t index = record_goroutine(g);
	if (index == 0)
		return;
	uint32_t status = atomic_u32_peek(&g->status);
	char letter = letter_of(status);
	struct recorded_status *recorded = RECORD_ONE(recording.statuses, recording.status_count,
						      recording.status_capacity);
	*recorded = (struct recorded_status){
		.step = step,
		.goroutine = (uint16_t)(index - 1),
		.letter = letter,
		.name = letter == 'w'   ? wait_graph_reason_name(g->wait_reason)
			: letter == 'd' ? "dead"
					: wait_graph_status_name(status),
	};
}

static void record_proc(const struct p *p, uint32_t step, bool is_dead)
{
	struct recorded_proc *recorded = RECORD_ONE(recording.procs, recording.proc_count,
						    recording.proc_capacity);
	*recorded = (struct recorded_proc){.step = step, .p = (uint8_t)p->id, .is_dead = is_dead};
	if (p->id >= recording.proc_index_end)
		recording.proc_index_end = (uint8_t)(p->id + 1);
}

void record_state_done(const struct record_pending *pending)
{
	switch ((unsigned)pending->point) {
	case POINT_g_init_status:
	case POINT_g_change_status:
	case POINT_preempt_park:
	case POINT_suspend_claim_preempted:
		record_status((const struct g *)(const void *)((const char *)pending->object -
							       offsetof(struct g, status)),
			      pending->step);
		break;
	case POINT_procresize_destroy:
	case POINT_procresize_revive:
		record_proc(pending->object, pending->step,
			    pending->point == POINT_procresize_destroy);
		break;
	default:
		break;
	}
}

static uint8_t thread_of(const struct m *m)
{
	for (uint32_t i = 0; m != NULL && i < recording.thread_count; i++)
		if (recording.threads[i].id == m->procid)
			return (uint8_t)i;
	return UINT8_MAX;
}

void record_steal(unsigned thread, const void *word, uint32_t step)
{
	const struct p *p = (const struct p *)(const void *)((const char *)word -
							     offsetof(struct p, syscall_g));
	*RECORD_ONE(recording.steals, recording.steal_count,
		    recording.steal_capacity) = (struct recorded_steal){.step = step,
									.m = (uint8_t)thread,
									.victim_m = thread_of(p->m),
									.p = (uint8_t)p->id};
}

static uint64_t last_value(const struct recorded_change *changes, uint32_t count)
{
	return count > 0 ? changes[count - 1].value : 0;
}

static void record_world(uint64_t value, uint32_t step)
{
	if (value == last_value(recording.world_stops, recording.world_stop_count))
		return;
	*RECORD_ONE(recording.world_stops, recording.world_stop_count,
		    recording.world_stop_capacity) = (struct recorded_change){.step = step,
									      .value = value};
}

static void record_generation(uint64_t value, uint32_t step)
{
	if (value == last_value(recording.generations, recording.generation_count))
		return;
	*RECORD_ONE(recording.generations, recording.generation_count,
		    recording.generation_capacity) = (struct recorded_change){.step = step,
									      .value = value};
}

void record_state_look(uint32_t step)
{
	record_world(atomic_u32_peek(&sched->is_stop_wanted), step);
	if (recording.is_v1)
		record_generation(atomic_u32_peek(&tracer_v1->is_enabled), step);
	else
		record_generation(atomic_u64_peek(&tracer->generation), step);
}
