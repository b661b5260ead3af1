#include "show/decide.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lock/lock_rank.h"

enum { OVERRIDE_COUNT_MAX = 12, MARK_PASS_COUNT_MAX = 4 };

static struct decision *decision_at(struct decisions *decisions, uint32_t step, const char *label)
{
	uint32_t i = 0;
	while (i < decisions->count && decisions->all[i].step < step)
		i++;
	if (i < decisions->count && decisions->all[i].step == step)
		return &decisions->all[i];
	if (decisions->count == DECISION_COUNT_MAX) {
		decisions->left_out++;
		return NULL;
	}
	memmove(&decisions->all[i + 1], &decisions->all[i],
		(decisions->count - i) * sizeof decisions->all[0]);
	decisions->count++;
	decisions->all[i] = (struct decision){.step = step};
	snprintf(decisions->all[i].label, sizeof decisions->all[i].label, "%s", label);
	return &decisions->all[i];
}

void decide(struct decisions *decisions, uint32_t step, const char *label, const char *format, ...)
{
	if (step == 0 || step > recording.step_count)
		return;
	struct decision *decision = decision_at(decisions, step, label);
	if (decision == NULL)
		return;
	size_t used = strlen(decision->text);
	va_list arguments;
	va_start(arguments, format);
	if (used > 0)
		used += (size_t)snprintf(decision->text + used, sizeof decision->text - used, " ");
	if (used < sizeof decision->text)
		vsnprintf(decision->text + used, sizeof decision->text - used, format, arguments);
	va_end(arguments);
}

const char *decide_point(uint32_t step)
{
	const char *name = lock_rank_point_name(recording_step(step)->point);
	return name != NULL ? name : "an unknown point";
}

const char *decide_who(uint32_t step, char *text, size_t size_bytes)
{
	static const char *const stacks[] = {"on the system stack", "on its user stack",
					     "in a signal handler"};
	const struct recorded_step *recorded = recording_step(step);
	size_t used = (size_t)snprintf(text, size_bytes, "M%u", recorded->m);
	if (recorded->p_plus_one != 0)
		used += (size_t)snprintf(text + used, size_bytes - used, " with P%u",
					 recorded->p_plus_one - 1u);
	if (recorded->goroutine_plus_one != 0) {
		const struct recorded_goroutine *goroutine =
			&recording.goroutines[recorded->goroutine_plus_one - 1];
		used += (size_t)snprintf(text + used, size_bytes - used, ", goroutine %" PRIu64,
					 goroutine->id);
	}
	if (recorded->operation != 0)
		used += (size_t)snprintf(text + used, size_bytes - used, " in %s",
					 recording.operations[recorded->operation]);
	snprintf(text + used, size_bytes - used, ", %s", stacks[recorded->stack % 3]);
	return text;
}

uint32_t decide_last_pass(const enum point *points, size_t count)
{
	for (uint32_t step = recording.step_count; step > 0; step--)
		for (size_t i = 0; i < count; i++)
			if (recording_step(step)->point == points[i])
				return step;
	return 0;
}

const char *decide_lock_name(const struct recorded_lock *lock, char *text, size_t size_bytes)
{
	const char *rank = lock_rank_name((enum lock_rank)lock->rank);
	bool is_alone = lock->number == 1;
	for (uint32_t i = 0; is_alone && i < recording.lock_count; i++)
		is_alone = recording.locks[i].rank != lock->rank || recording.locks[i].number == 1;
	if (is_alone)
		snprintf(text, size_bytes, "%s", rank);
	else
		snprintf(text, size_bytes, "%s %u", rank, lock->number);
	return text;
}

/* ---- The schedule -------------------------------------------------------- */

/* The step of the PASS-th pass of POINT, 0: there were not so many. */
static uint32_t step_of_pass(uint16_t point, uint32_t pass)
{
	for (uint32_t step = 1; step <= recording.step_count; step++)
		if (recording_step(step)->point == point && --pass == 0)
			return step;
	return 0;
}

static void tell_override(struct decisions *decisions, const struct scenario_override *override,
			  uint32_t step)
{
	char action[96], label[DECISION_LABEL_SIZE_BYTES];
	unsigned m = override->target;
	switch (override->action) {
	case SCENARIO_RUN:
		snprintf(action, sizeof action, "M%u goes on, whoever the policy wanted", m);
		snprintf(label, sizeof label, "run m%u", m);
		break;
	case SCENARIO_SIGNAL:
		snprintf(action, sizeof action, "SIGPROF is to hit M%u", m);
		snprintf(label, sizeof label, "signal m%u", m);
		break;
	case SCENARIO_GROW:
		snprintf(action, sizeof action, "the stack grows, which takes the heap's locks");
		snprintf(label, sizeof label, "grow");
		break;
	case SCENARIO_FLUSH:
		snprintf(action, sizeof action, "what M%u has stored becomes visible", m);
		snprintf(label, sizeof label, "flush m%u", m);
		break;
	case SCENARIO_HOLD:
		snprintf(action, sizeof action, "it goes on when no other M can");
		snprintf(label, sizeof label, "hold");
		break;
	default:
		snprintf(action, sizeof action, "nobody else goes on");
		snprintf(label, sizeof label, "stay");
	}
	decide(decisions, step, label, "The schedule says: at pass %u of %s, where M%u is, %s.",
	       override->occurrence, decide_point(step), recording_step(step)->m, action);
}

static void find_overrides(struct decisions *decisions, const struct scenario *scenario)
{
	uint32_t told = 0;
	/* The last ones of a schedule are mostly those that a search added. */
	for (unsigned i = scenario->override_count; i-- > 0;) {
		const struct scenario_override *override = &scenario->overrides[i];
		uint32_t step = step_of_pass(override->point, override->occurrence);
		if (step == 0)
			continue;
		if (told++ < OVERRIDE_COUNT_MAX)
			tell_override(decisions, override, step);
		else
			decisions->left_out++;
	}
}

static void find_marks(struct decisions *decisions, const struct scenario_text *text)
{
	for (size_t i = 0; i < text->mark_count; i++) {
		uint16_t point;
		uint32_t count = 0, step = 0, previous = 0;
		if (!lock_rank_point_number(text->marks[i], &point))
			continue;
		for (uint32_t at = recording.step_count; at > 0; at--) {
			if (recording_step(at)->point != point)
				continue;
			count++;
			/* The last pass; of several in a row the first. */
			if (step == 0 || (count <= MARK_PASS_COUNT_MAX && previous == at + 1))
				step = at;
			previous = at;
		}
		char who[160];
		if (step != 0)
			decide(decisions, step, text->marks[i],
			       "The scenario's mark: %s passes %s, its last of %u passes.",
			       decide_who(step, who, sizeof who), text->marks[i], count);
	}
}

void decisions_find(const struct scenario *scenario, const struct scenario_text *text,
		    const struct run_result *result, struct decisions *ret_decisions)
{
	struct decisions *decisions = ret_decisions;
	memset(decisions, 0, sizeof *decisions);
	decide_verdict(decisions, &result->verdict);
	decide_trace(decisions, result);
	find_overrides(decisions, scenario);
	find_marks(decisions, text);
}
