/* Verdicts on a trace: who wrote the bytes that they name, when, and with which P. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lock/lock_rank.h"
#include "show/decide.h"

enum { PROC_CHANGE_COUNT_MAX = 4, GENERATION_COUNT_MAX = 6, LOST_COUNT_MAX = 3 };

static bool has_header(const struct sessions *sessions, const struct session *session)
{
	return session->size_bytes >= SESSION_HEADER_SIZE_BYTES &&
	       memcmp(session_bytes(sessions, session), "go 1.", 5) == 0;
}

/* The buffer that byte OFFSET of session NUMBER came out of, and where in it; NULL: out of none
 * that was seen. */
static const struct recorded_buffer *buffer_of(const struct sessions *sessions, uint32_t number,
					       uint64_t offset, uint32_t *ret_offset)
{
	uint32_t read = 0;
	for (uint32_t i = 0; i < number && i < sessions->count; i++) {
		const struct session *session = &sessions->all[i];
		uint64_t at = has_header(sessions, session) ? SESSION_HEADER_SIZE_BYTES : 0;
		for (; at < session->size_bytes && read < recording.read_count; read++) {
			const struct recorded_buffer *buffer =
				&recording.buffers[recording.reads[read]];
			if (i + 1 == number && offset >= at && offset < at + buffer->size_bytes) {
				*ret_offset = (uint32_t)(offset - at);
				return buffer;
			}
			at += buffer->size_bytes;
		}
	}
	return NULL;
}

/* When the byte at OFFSET of BUFFER was written, NULL: not in a slot that was watched. */
static const struct recorded_position *position_of(const struct recorded_buffer *buffer,
						   uint32_t offset)
{
	uint32_t index = (uint32_t)(buffer - recording.buffers);
	for (uint32_t i = 0; i < recording.position_count; i++) {
		const struct recorded_position *position = &recording.positions[i];
		if (position->buffer == index && position->position > offset)
			return position;
	}
	return NULL;
}

/* The deaths and returns of P before STEP; returns the first of those told. */
static uint32_t tell_proc(struct decisions *decisions, unsigned p, uint32_t step)
{
	uint32_t first = 0, told = 0;
	for (uint32_t i = recording.proc_count; i-- > 0 && told < PROC_CHANGE_COUNT_MAX;) {
		const struct recorded_proc *change = &recording.procs[i];
		/* The runtime's first Ps come to life too. */
		if (change->p != p || change->step > step || recording.generation_count == 0 ||
		    change->step < recording.generations[0].step)
			continue;
		char label[DECISION_LABEL_SIZE_BYTES];
		snprintf(label, sizeof label, "P%u %s", p, change->is_dead ? "dies" : "is back");
		decide(decisions, change->step, label,
		       change->is_dead ? "P%u dies: GOMAXPROCS takes it away."
				       : "P%u comes back: GOMAXPROCS has grown.",
		       p);
		told++;
		first = change->step;
	}
	return first;
}

/* Whether P is one that died before STEP and is not back. */
static bool is_dead(unsigned p, uint32_t step)
{
	bool is_dead_now = false;
	for (uint32_t i = 0; i < recording.proc_count && recording.procs[i].step <= step; i++)
		if (recording.procs[i].p == p)
			is_dead_now = recording.procs[i].is_dead;
	return is_dead_now;
}

/* What P lived through, or slept through, between the steps FROM and TO. */
static void tell_generations(struct decisions *decisions, unsigned p, uint32_t from, uint32_t to)
{
	uint32_t told = 0;
	for (uint32_t i = recording.generation_count; i-- > 0 && told < GENERATION_COUNT_MAX;) {
		const struct recorded_change *change = &recording.generations[i];
		if (change->step < from || change->step > to)
			continue;
		char label[DECISION_LABEL_SIZE_BYTES];
		told++;
		const char *state = is_dead(p, change->step) ? "dead" : "alive";
		if (change->value == 0) {
			decide(decisions, change->step, "tracing ends",
			       "The trace ends, with P%u %s.", p, state);
			continue;
		}
		snprintf(label, sizeof label, "generation %" PRIu64, change->value);
		decide(decisions, change->step, label,
		       "Sections enter generation %" PRIu64 " from here on, with P%u %s.",
		       change->value, p, state);
	}
}

static void tell_record(struct decisions *decisions, const struct verdict *verdict,
			const struct recorded_buffer *buffer, uint32_t offset)
{
	const struct recorded_position *position = position_of(buffer, offset);
	char who[160];
	if (position != NULL) {
		decide(decisions, position->step, "the record",
		       "%s, writes what the judge refuses, byte %" PRIu64
		       " of trace %u, into a buffer that it took in step %u: %s.",
		       decide_who(position->step, who, sizeof who), verdict->offset,
		       verdict->session, buffer->taken, verdict->text);
		if (position->p_plus_one != 0) {
			uint32_t first = tell_proc(decisions, position->p_plus_one - 1u,
						   position->step);
			if (first != 0)
				tell_generations(decisions, position->p_plus_one - 1u, first,
						 position->step);
		}
	}
	if (buffer->queued != 0)
		decide(decisions, buffer->queued, "its buffer is queued",
		       "M%u has queued the buffer with %s, %u bytes.", buffer->queued_m,
		       position != NULL ? "that record" : "what the judge refuses",
		       buffer->size_bytes);
	decide(decisions, buffer->read, "the reader gets it",
	       "The reader, on M%u, has taken that buffer from the queue%s%s%s", buffer->read_m,
	       position == NULL ? ": " : ".", position == NULL ? verdict->text : "",
	       position == NULL ? "." : "");
}

static bool holds_trace_lock(unsigned m, uint32_t step)
{
	for (uint32_t i = recording.lock_count; i-- > 0;) {
		const struct recorded_lock *lock = &recording.locks[i];
		if (lock->m == m && lock->rank == LOCK_RANK_trace && lock->got != 0 &&
		    lock->got <= step && (lock->released == 0 || lock->released >= step))
			return true;
	}
	return false;
}

static bool is_world_stopped(uint32_t step)
{
	uint64_t value = 0;
	for (uint32_t i = 0; i < recording.world_stop_count; i++)
		if (recording.world_stops[i].step <= step)
			value = recording.world_stops[i].value;
	return value != 0;
}

/* The flush nearest to STEP that is not under the lock of the queues. */
static void tell_unlocked_flush(struct decisions *decisions, uint32_t step)
{
	uint32_t nearest = 0;
	for (uint32_t i = 1; i <= recording.step_count; i++) {
		const struct recorded_step *recorded = recording_step(i);
		uint32_t distance = i > step ? i - step : step - i;
		uint32_t least = nearest > step ? nearest - step : step - nearest;
		if (recorded->point == POINT_flush_queue && (nearest == 0 || distance < least) &&
		    !is_world_stopped(i) && !holds_trace_lock(recorded->m, i))
			nearest = i;
	}
	char who[160];
	if (nearest != 0)
		decide(decisions, nearest, "flush without the lock",
		       "%s, changes the queue of buffers without the lock trace.",
		       decide_who(nearest, who, sizeof who));
}

void decide_lost_buffers(struct decisions *decisions)
{
	uint32_t last_queued = 0, told = 0;
	for (uint32_t i = 0; i < recording.read_count; i++) {
		uint32_t queued = recording.buffers[recording.reads[i]].queued;
		if (queued > last_queued)
			last_queued = queued;
	}
	for (uint32_t i = 0; i < recording.buffer_count && told < LOST_COUNT_MAX; i++) {
		const struct recorded_buffer *buffer = &recording.buffers[i];
		if (buffer->read != 0 || buffer->taken >= last_queued || buffer->size_bytes == 0)
			continue;
		told++;
		decide(decisions, buffer->queued != 0 ? buffer->queued : buffer->taken,
		       "a buffer is lost",
		       "M%u has %s a buffer, %u bytes in the end, which the reader never gets, "
		       "though it gets later ones.",
		       buffer->queued != 0 ? buffer->queued_m : buffer->taken_m,
		       buffer->queued != 0 ? "queued" : "begun", buffer->size_bytes);
		tell_unlocked_flush(decisions,
				    buffer->queued != 0 ? buffer->queued : buffer->taken);
	}
}

void decide_trace(struct decisions *decisions, const struct run_result *result)
{
	const struct verdict *verdict = &result->verdict;
	uint32_t offset;
	if (verdict->session == 0)
		return;
	const struct recorded_buffer *buffer = buffer_of(result->sessions, verdict->session,
							 verdict->offset, &offset);
	if (buffer != NULL)
		tell_record(decisions, verdict, buffer, offset);
	decide_lost_buffers(decisions);
}
