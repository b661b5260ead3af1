/* Verdicts on how a run ended: the last steps of the Ms that they name. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lock/lock_rank.h"
#include "show/decide.h"

enum { SLEEPER_COUNT_MAX = 2, WAITER_COUNT_MAX = 6 };

static const struct recorded_lock *newest_of(const void *mutex, bool is_got)
{
	for (uint32_t i = recording.lock_count; i-- > 0;) {
		const struct recorded_lock *lock = &recording.locks[i];
		if (lock->mutex == mutex && lock->released == 0 && (lock->got != 0) == is_got)
			return lock;
	}
	return NULL;
}

static bool is_waiting(const struct recorded_lock *lock)
{
	return lock->got == 0 && newest_of(lock->mutex, true) != NULL;
}

/* Tells of a lock that its M has taken and not given back. */
static void tell_holder(struct decisions *decisions, const struct recorded_lock *lock)
{
	char name[48], who[160], label[DECISION_LABEL_SIZE_BYTES];
	decide_lock_name(lock, name, sizeof name);
	snprintf(label, sizeof label, "M%u takes %s", lock->m, name);
	decide(decisions, lock->got, label, "%s, takes the lock %s and does not give it back.",
	       decide_who(lock->wanted, who, sizeof who), name);
}

static void tell_waiter(struct decisions *decisions, const struct recorded_lock *lock)
{
	char name[48], who[160], label[DECISION_LABEL_SIZE_BYTES];
	const struct recorded_lock *held = newest_of(lock->mutex, true);
	decide_lock_name(lock, name, sizeof name);
	tell_holder(decisions, held);
	snprintf(label, sizeof label, "M%u waits for %s", lock->m, name);
	decide(decisions, lock->wanted, label,
	       "%s, wants the lock %s and waits for it to the end: M%u holds it since step %u.",
	       decide_who(lock->wanted, who, sizeof who), name, held->m, held->got);
}

/* The first step of the last stretch in which THREAD sleeps, 0: it does not. */
static uint32_t sleep_of(unsigned thread)
{
	uint32_t step = recording.threads[thread].last_step;
	return step != 0 && recording_step(step)->point == POINT_host_note_sleep ? step : 0;
}

static void tell_sleepers(struct decisions *decisions)
{
	uint32_t before = UINT32_MAX;
	for (unsigned told = 0; told < SLEEPER_COUNT_MAX; told++) {
		uint32_t latest = 0;
		for (unsigned i = 0; i < recording.thread_count; i++)
			if (sleep_of(i) < before && sleep_of(i) > latest)
				latest = sleep_of(i);
		if (latest == 0)
			return;
		char label[DECISION_LABEL_SIZE_BYTES];
		snprintf(label, sizeof label, "M%u sleeps", recording_step(latest)->m);
		decide(decisions, latest, label,
		       told == 0 ? "M%u goes to sleep, the last one: nobody is left who would wake "
				   "another."
				 : "M%u goes to sleep, and nobody wakes it.",
		       recording_step(latest)->m);
		before = latest;
	}
}

/* The line of a deadlock's report about goroutine ID, without its end. */
static const char *line_of(const char *report, uint64_t id, int *ret_length)
{
	char begin[48];
	snprintf(begin, sizeof begin, "goroutine %" PRIu64 " ", id);
	for (const char *line = report; line != NULL; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, begin, strlen(begin)) == 0) {
			*ret_length = (int)strcspn(line, "\n");
			return line;
		}
	}
	return NULL;
}

static const struct recorded_status *last_status(uint32_t goroutine)
{
	for (uint32_t i = recording.status_count; i-- > 0;)
		if (recording.statuses[i].goroutine == goroutine)
			return &recording.statuses[i];
	return NULL;
}

static void tell_goroutines(struct decisions *decisions, const char *report)
{
	unsigned told = 0;
	for (uint32_t i = 0; i < recording.goroutine_count && told < WAITER_COUNT_MAX; i++) {
		const struct recorded_goroutine *goroutine = &recording.goroutines[i];
		const struct recorded_status *status = last_status(i);
		int length;
		const char *line = line_of(report, goroutine->id, &length);
		if (line == NULL || status == NULL || status->letter != 'w')
			continue;
		told++;
		char label[DECISION_LABEL_SIZE_BYTES];
		snprintf(label, sizeof label, "G%" PRIu64 " waits", goroutine->id);
		decide(decisions, status->step, label, "It stays so: %.*s.", length, line);
	}
}

/* A reader that is forgotten: what it should have been woken for, and who looked last. */
static void tell_reader(struct decisions *decisions)
{
	static const enum point looks[] = {POINT_reader_wanted,       POINT_reader_claim,
					   POINT_reader_look,         POINT_reader_look_flushed,
					   POINT_reader_look_work,    POINT_reader_look_generation,
					   POINT_reader_look_shutdown};
	const struct recorded_buffer *first = NULL;
	uint32_t count = 0, size_bytes = 0;
	for (uint32_t i = 0; i < recording.buffer_count; i++) {
		const struct recorded_buffer *buffer = &recording.buffers[i];
		if (buffer->queued == 0 || buffer->read != 0)
			continue;
		if (first == NULL || buffer->queued < first->queued)
			first = buffer;
		count++;
		size_bytes += buffer->size_bytes;
	}
	if (first == NULL)
		return;
	char label[DECISION_LABEL_SIZE_BYTES];
	snprintf(label, sizeof label, "M%u queues for the reader", first->queued_m);
	decide(decisions, first->queued, label,
	       "M%u queues a buffer: work for the reader, who never gets it. In the end %u with %u "
	       "bytes in all are in the queue.",
	       first->queued_m, count, size_bytes);
	uint32_t look = decide_last_pass(looks, sizeof looks / sizeof looks[0]);
	if (look != 0 && look < first->queued)
		decide(decisions, look, "last look for the reader",
		       "M%u looks whether the reader has work. It is the last look of all: "
		       "what comes later nobody sees.",
		       recording_step(look)->m);
}

static void tell_deadlock(struct decisions *decisions, const struct verdict *verdict)
{
	bool is_any_waiting = false;
	for (uint32_t i = 0; i < recording.lock_count; i++) {
		if (!is_waiting(&recording.locks[i]))
			continue;
		is_any_waiting = true;
		tell_waiter(decisions, &recording.locks[i]);
	}
	if (is_any_waiting)
		return;
	tell_sleepers(decisions);
	tell_goroutines(decisions, verdict->text);
	tell_reader(decisions);
}

static void tell_lock_order(struct decisions *decisions, const struct verdict *verdict)
{
	const char *wanted = verdict->text;
	for (const char *at = strstr(wanted, " > "); at != NULL; at = strstr(wanted, " > "))
		wanted = at + strlen(" > ");
	for (uint32_t i = 0; i < recording.lock_count; i++) {
		const struct recorded_lock *lock = &recording.locks[i];
		if (lock->m == recording.last_m && lock->got != 0 && lock->released == 0)
			tell_holder(decisions, lock);
	}
	char who[160], label[DECISION_LABEL_SIZE_BYTES];
	uint32_t step = recording.threads[recording.last_m].last_step;
	snprintf(label, sizeof label, "M%u wants %s", recording.last_m, wanted);
	decide(decisions, step, label,
	       "%s, wants %s next, with what it holds, which the order of locks does not allow: "
	       "%s.",
	       decide_who(step, who, sizeof who), wanted, verdict->text);
}

/* From where on the M that ended the run was on its last stack. */
static void tell_last_stack(struct decisions *decisions, uint32_t last)
{
	const struct recorded_step *ended = recording_step(last);
	uint32_t first = last;
	for (uint32_t step = last; step > 0; step--) {
		const struct recorded_step *recorded = recording_step(step);
		if (recorded->m != ended->m)
			continue;
		if (recorded->stack != ended->stack)
			break;
		first = step;
	}
	char who[160];
	if (first != last)
		decide(decisions, first, "from here on this stack",
		       "%s, is on the stack on which it ends.", decide_who(first, who, sizeof who));
}

static void tell_last_generation(struct decisions *decisions)
{
	if (recording.generation_count == 0)
		return;
	const struct recorded_change *change =
		&recording.generations[recording.generation_count - 1];
	if (change->value == 0)
		decide(decisions, change->step, "tracing ends",
		       "Sections find tracing off from here on.");
	else
		decide(decisions, change->step, "the last generation",
		       "From here on sections enter generation %" PRIu64 ".", change->value);
}

static void tell_checker(struct decisions *decisions, const struct verdict *verdict)
{
	char who[160];
	uint32_t step = recording.threads[recording.last_m].last_step;
	if (step == 0)
		return;
	decide(decisions, step, verdict_name(verdict->kind), "%s, ends the run behind %s: %s.",
	       decide_who(step, who, sizeof who), decide_point(step), verdict->text);
	tell_last_stack(decisions, step);
	tell_last_generation(decisions);
}

/* Samples that a handler left in a ring are what a missing race context is about. */
static void tell_last_sample(struct decisions *decisions)
{
	static const enum point publish[] = {POINT_ring_publish};
	uint32_t step = decide_last_pass(publish, 1);
	char who[160];
	if (step != 0)
		decide(decisions, step, "a sample is in the ring",
		       "%s, leaves the last CPU sample in a ring.",
		       decide_who(step, who, sizeof who));
}

static void tell_race(struct decisions *decisions)
{
	char who[160];
	uint32_t step = recording.race_step != 0 ? recording.race_step : recording.step_count;
	if (step != 0)
		decide(decisions, step, "race",
		       "Behind this step ThreadSanitizer reports the second of the two accesses; "
		       "its report tells of the first. Here is %s.",
		       decide_who(step, who, sizeof who));
}

void decide_verdict(struct decisions *decisions, const struct verdict *verdict)
{
	switch (verdict->kind) {
	case VERDICT_DEADLOCK:
		tell_deadlock(decisions, verdict);
		break;
	case VERDICT_LOCK_ORDER:
		tell_lock_order(decisions, verdict);
		break;
	case VERDICT_RACE:
		tell_race(decisions);
		break;
	case VERDICT_NO_RACE_CONTEXT:
		tell_last_sample(decisions);
		tell_checker(decisions, verdict);
		break;
	case VERDICT_THROW:
	case VERDICT_WRONG_STACK:
	case VERDICT_SIGNAL_UNSAFE:
	case VERDICT_LIVELOCK:
		tell_checker(decisions, verdict);
		break;
	case VERDICT_TRUTH_MISMATCH:
		/* Else it is about a trace. */
		if (verdict->session == 0)
			tell_checker(decisions, verdict);
		break;
	default:
		break;
	}
}
