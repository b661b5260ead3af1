/* What is worth reading of a run: each note is told of the step that did it, or began it. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "oracle/grow.h"
#include "show/decide.h"
#include "show/narrate.h"

static struct {
	struct narrate_note *all;
	uint32_t count, capacity;
} notes;

__attribute__((format(printf, 2, 3))) static void add(uint32_t step, const char *format, ...)
{
	if (step == 0 || step > recording.step_count)
		return;
	uint32_t index = GROW_ONE(notes.all, notes.count, notes.capacity);
	struct narrate_note *note = &notes.all[index];
	note->step = step;
	note->order = notes.count;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(note->text, sizeof note->text, format, arguments);
	va_end(arguments);
}

/* ---- The scheduler ------------------------------------------------------- */

static void add_threads(void)
{
	for (uint32_t i = 1; i < recording.thread_count; i++)
		add(recording.threads[i].first_step, "m%u is a new thread", i);
}

static void add_operations(void)
{
	/* By goroutine: what it was seen in last. */
	uint16_t *seen = calloc(recording.goroutine_count + 1, sizeof *seen);
	if (seen == NULL)
		return;
	for (uint32_t step = 1; step <= recording.step_count; step++) {
		const struct recorded_step *recorded = recording_step(step);
		uint16_t *last = &seen[recorded->goroutine_plus_one];
		if (recorded->goroutine_plus_one == 0 || recorded->operation == *last)
			continue;
		*last = recorded->operation;
		if (recorded->operation != 0)
			add(step, "g%" PRIu64 " begins %s",
			    recording.goroutines[recorded->goroutine_plus_one - 1].id,
			    recording.operations[recorded->operation]);
	}
	free(seen);
}

static void add_status(const struct recorded_status *status, char before)
{
	const struct recorded_goroutine *goroutine = &recording.goroutines[status->goroutine];
	switch (status->letter) {
	case 'w':
		add(status->step, "g%" PRIu64 " waits: %s", goroutine->id, status->name);
		break;
	case 's':
		add(status->step, "g%" PRIu64 " enters a system call", goroutine->id);
		break;
	case 'r':
		add(status->step, "g%" PRIu64 " runs", goroutine->id);
		break;
	case 'd':
		if (before != '\0' && before != 'd')
			add(status->step, "g%" PRIu64 " ends", goroutine->id);
		break;
	default:
		if (before == '\0' || before == 'd')
			add(status->step, "g%" PRIu64 " is new: %s", goroutine->id,
			    goroutine->name);
		else
			add(status->step, "g%" PRIu64 " is ready%s", goroutine->id,
			    before == 'r' ? " to go on later" : "");
	}
}

static void add_statuses(void)
{
	char *before = calloc(recording.goroutine_count + 1, 1);
	if (before == NULL)
		return;
	for (uint32_t i = 0; i < recording.status_count; i++) {
		const struct recorded_status *status = &recording.statuses[i];
		if (status->letter != before[status->goroutine])
			add_status(status, before[status->goroutine]);
		before[status->goroutine] = status->letter;
	}
	free(before);
}

static void add_world(void)
{
	for (uint32_t i = 0; i < recording.world_stop_count; i++)
		add(recording.world_stops[i].step, recording.world_stops[i].value != 0
							   ? "the world is to stop"
							   : "the world may go on");
	for (uint32_t i = 0; i < recording.proc_count; i++)
		add(recording.procs[i].step, "P%u %s", recording.procs[i].p,
		    recording.procs[i].is_dead ? "dies" : "comes to life");
}

static void add_steals(void)
{
	for (uint32_t i = 0; i < recording.steal_count; i++) {
		const struct recorded_steal *steal = &recording.steals[i];
		add(steal->step, "m%u takes P%u from m%u, which is in a system call", steal->m,
		    steal->p, steal->victim_m);
	}
}

/* Only a lock that somebody else holds makes a difference. */
static void add_locks(void)
{
	for (uint32_t i = 0; i < recording.lock_count; i++) {
		const struct recorded_lock *lock = &recording.locks[i];
		char name[48];
		if (lock->got == lock->wanted)
			continue;
		decide_lock_name(lock, name, sizeof name);
		add(lock->wanted, "m%u waits for the lock %s", lock->m, name);
		add(lock->got, "m%u gets the lock %s", lock->m, name);
	}
}

/* ---- What hits threads --------------------------------------------------- */

static void add_signals(void)
{
	bool is_handling[SIM_THREAD_COUNT_MAX] = {false};
	for (uint32_t step = 1; step <= recording.step_count; step++) {
		const struct recorded_step *recorded = recording_step(step);
		bool is_now = recorded->stack == HOST_STACK_SIGNAL;
		if (is_now != is_handling[recorded->m])
			add(step,
			    is_now ? "m%u: SIGPROF, its handler begins"
				   : "m%u: the handler of SIGPROF is done",
			    recorded->m);
		is_handling[recorded->m] = is_now;
	}
}

static void add_growths(void)
{
	for (uint32_t i = 0; i < recording.growth_count; i++)
		add(recording.growths[i], "a stack grows behind this step");
}

/* ---- The tracer ---------------------------------------------------------- */

static void add_generations(void)
{
	for (uint32_t i = 0; i < recording.generation_count; i++) {
		const struct recorded_change *change = &recording.generations[i];
		if (change->value == 0)
			add(change->step, "tracing is off");
		else if (recording.is_v1)
			add(change->step, "tracing is on");
		else
			add(change->step, "sections enter generation %" PRIu64, change->value);
	}
}

static void add_buffers(void)
{
	for (uint32_t i = 0; i < recording.buffer_count; i++) {
		const struct recorded_buffer *buffer = &recording.buffers[i];
		uint32_t number = i + 1;
		add(buffer->taken, "m%u takes buffer #%u", buffer->taken_m, number);
		add(buffer->queued, "m%u queues buffer #%u, %u bytes", buffer->queued_m, number,
		    buffer->size_bytes);
		add(buffer->read, "the reader gets buffer #%u, of step %u", number, buffer->taken);
	}
}

static int compare_notes(const void *left, const void *right)
{
	const struct narrate_note *a = left, *b = right;
	if (a->step != b->step)
		return a->step < b->step ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

const struct narrate_note *narrate_notes(uint32_t *ret_count)
{
	notes.count = 0;
	add_threads();
	add_signals();
	add_operations();
	add_generations();
	add_world();
	add_statuses();
	add_steals();
	add_locks();
	add_buffers();
	add_growths();
	if (notes.count > 0)
		qsort(notes.all, notes.count, sizeof *notes.all, compare_notes);
	*ret_count = notes.count;
	return notes.all;
}
