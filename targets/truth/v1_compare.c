/* A v1 session's events against what follows from the log: each P's events are those expected, one
 * after the other, and so are each goroutine's ways out of system calls. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/fatal.h"
#include "trace_v1/tracer.h"
#include "truth/truth.h"
#include "truth/v1_judge.h"

void v1_judge_fault(enum truth_rule rule, uint8_t type, const struct oracle_v1_event *event,
		    const char *format, ...)
{
	struct judge_told told = {.name = v1_event_info[type].name, .vouch = vouch_of_v1(type)};
	if (event != NULL) {
		char text[96];
		v1_event_format(text, sizeof text, event->type, event->arguments);
		snprintf(told.text, sizeof told.text, "%s, P %ld", text, (long)event->p);
		told.offset = event->offset;
	}
	va_list arguments;
	va_start(arguments, format);
	judge_fault_told(rule, &told, format, arguments);
	va_end(arguments);
}

static void describe(const struct v1_expected *expected, char *text, size_t size_bytes)
{
	const struct v1_event_info *info = &v1_event_info[expected->type];
	int used = snprintf(text, size_bytes, "%s", info->name);
	for (unsigned i = 0; i < info->argument_count; i++)
		if (((info->string_arguments | info->stack_arguments) >> i & 1) == 0)
			used += snprintf(text + used, size_bytes - (size_t)used, " %lu",
					 (unsigned long)expected->numbers[i]);
	if (expected->text != NULL)
		used += snprintf(text + used, size_bytes - (size_t)used, " \"%s\"", expected->text);
	snprintf(text + used, size_bytes - (size_t)used, " on P %ld, goroutine %lu",
		 (long)expected->p, (unsigned long)expected->g);
}

static void fault_missing(const struct v1_expected *expected, const struct oracle_v1_event *event)
{
	char text[256];
	describe(expected, text, sizeof text);
	v1_judge_fault(vouch_rule(vouch_of_v1(expected->type)->class, VOUCH_MISSING),
		       expected->type, event, "happened and is missing: %s", text);
}

static void fault_value(const struct v1_expected *expected, const struct oracle_v1_event *event,
			const char *what)
{
	char text[256];
	describe(expected, text, sizeof text);
	v1_judge_fault(vouch_rule(vouch_of_v1(event->type)->class, VOUCH_DIFFERS), event->type,
		       event, "%s differs; what happened: %s", what, text);
}

/* ---- Which one the event tells ------------------------------------------- */

/* A goroutine that nothing happened to has none. */
static struct v1_queue *exits_of(uint64_t id)
{
	static struct v1_queue none;
	none = (struct v1_queue){TRUTH_NO_RECORD, TRUTH_NO_RECORD};
	return id < v1_judge.g_capacity ? &v1_judge.gs[id].exits : &none;
}

static struct v1_queue *queue_of(const struct oracle_v1_event *event)
{
	if (event->type == V1_EVENT_go_sys_exit)
		return exits_of(event->arguments[0]);
	return &v1_judge.lanes[event->p < P_COUNT_MAX ? event->p : V1_LANE_WITHOUT_P];
}

static bool comes_later(uint32_t index, uint8_t type)
{
	for (; index != TRUTH_NO_RECORD; index = v1_judge.expected[index].next)
		if (v1_judge.expected[index].type == type)
			return true;
	return false;
}

/* The same event, but for how it is told. */
static uint8_t plain_type(uint8_t type)
{
	switch (type) {
	case V1_EVENT_go_start_local:
	case V1_EVENT_go_start_label:
		return V1_EVENT_go_start;
	case V1_EVENT_go_unblock_local:
		return V1_EVENT_go_unblock;
	default:
		return type;
	}
}

static void fault_kind(uint32_t index, const struct oracle_v1_event *event)
{
	const struct v1_expected *expected = &v1_judge.expected[index];
	char text[256] = "nothing more";
	if (index != TRUTH_NO_RECORD)
		describe(expected, text, sizeof text);
	if (index != TRUTH_NO_RECORD && plain_type(expected->type) == plain_type(event->type))
		fault_value(expected, event, "the form");
	else if (comes_later(index, event->type))
		fault_missing(expected, event);
	else
		v1_judge_fault(vouch_rule(vouch_of_v1(event->type)->class, VOUCH_INVENTED),
			       event->type, event, "what happened next on this P: %s", text);
}

/* ---- What it tells ------------------------------------------------------- */

static bool is_same_bytes(const uint8_t *bytes, size_t size_bytes, const char *text)
{
	size_t wanted_bytes = judge_text_size_bytes(text);
	return size_bytes == wanted_bytes &&
	       (size_bytes == 0 || memcmp(bytes, text, size_bytes) == 0);
}

static bool is_same_text(const struct oracle_v1_event *event, uint64_t id, const char *text)
{
	const uint8_t *bytes = NULL;
	size_t size_bytes = 0;
	/* Id 0 is the empty text. */
	if (id != 0 && !oracle_v1_string(event, id, &bytes, &size_bytes))
		return false;
	return is_same_bytes(bytes, size_bytes, text);
}

static void compare_stack(const struct v1_expected *expected, const struct oracle_v1_event *event,
			  uint64_t id, const struct truth_stack *wanted)
{
	struct truth_stack told = v1_judge_stack(event, id);
	if (told.hash == wanted->hash && told.depth == wanted->depth)
		return;
	char text[256], told_text[96], wanted_text[96];
	describe(expected, text, sizeof text);
	truth_stack_text(&told, told_text, sizeof told_text);
	truth_stack_text(wanted, wanted_text, sizeof wanted_text);
	v1_judge_fault(TRUTH_RULE_stack, event->type, event, "told: %s; true: %s, of %s", told_text,
		       wanted_text, text);
}

static void compare_arguments(const struct v1_expected *expected,
			      const struct oracle_v1_event *event)
{
	const struct v1_event_info *info = &v1_event_info[event->type];
	unsigned stack = 0;
	for (unsigned i = 0; i < info->argument_count; i++) {
		uint64_t value = event->arguments[i];
		if (info->string_arguments >> i & 1) {
			if (!is_same_text(event, value, expected->text))
				fault_value(expected, event, "a text");
		} else if (info->stack_arguments >> i & 1) {
			ensure(stack < TRUTH_STACKS_MAX);
			compare_stack(expected, event, value, &expected->stacks[stack++]);
		} else if (value != expected->numbers[i]) {
			fault_value(expected, event, "a number");
		}
	}
	if (!is_same_bytes(event->message, event->message_size, expected->message))
		fault_value(expected, event, "the message");
}

/* ---- In which order ------------------------------------------------------ */

static void check_order(uint64_t id, uint32_t index, const struct oracle_v1_event *event)
{
	struct v1_judged_g *g = v1_judge_g(id);
	if (index + 1 < g->last_told) {
		char before[256];
		describe(&v1_judge.expected[g->last_told - 1], before, sizeof before);
		v1_judge_fault(TRUTH_RULE_order, event->type, event,
			       "goroutine %lu: %s happened later", (unsigned long)id, before);
	}
	g->last_told = index + 1;
}

/* Whether its first argument is a goroutine that it is about. */
static bool has_target(uint8_t type)
{
	uint8_t plain = plain_type(type);
	return plain == V1_EVENT_go_create || plain == V1_EVENT_go_start ||
	       plain == V1_EVENT_go_unblock;
}

static void compare_expected(const struct oracle_v1_event *event)
{
	struct v1_queue *queue = queue_of(event);
	uint32_t index = queue->first;
	const struct v1_expected *expected = &v1_judge.expected[index];
	if (index == TRUTH_NO_RECORD || expected->type != event->type) {
		fault_kind(index, event);
		return;
	}
	if (event->p != expected->p)
		fault_value(expected, event, "the P");
	if (event->g != expected->g)
		fault_value(expected, event, "the goroutine");
	compare_arguments(expected, event);
	if (judge.fault.rule != NULL)
		return;
	queue->first = expected->next;
	if (expected->g != 0)
		check_order(expected->g, index, event);
	if (has_target(event->type))
		check_order(expected->numbers[0], index, event);
}

void truth_compare_v1(const struct oracle_v1_event *event)
{
	if (judge.fault.rule != NULL)
		return;
	if (event->units_per_second != V1_CLOCK_UNITS_PER_SECOND)
		v1_judge_fault(TRUTH_RULE_clock, V1_EVENT_frequency, event, "told: %lu, true: %u",
			       (unsigned long)event->units_per_second,
			       (unsigned)V1_CLOCK_UNITS_PER_SECOND);
	switch (vouch_of_v1(event->type)->class) {
	case VOUCH_NEVER:
	case VOUCH_CLOCK:
		v1_judge_fault(TRUTH_RULE_never, event->type, event, "nothing like it happened");
		break;
	case VOUCH_SAMPLE:
		v1_judge_sample(event);
		break;
	default:
		compare_expected(event);
	}
}

/* ---- A session ----------------------------------------------------------- */

void v1_judge_begin(void)
{
	judge_stacks_reset();
	v1_expect_session();
}

void v1_judge_end(void)
{
	v1_judge_samples_end();
	for (uint32_t i = 0; i < V1_LANE_COUNT; i++)
		if (v1_judge.lanes[i].first != TRUTH_NO_RECORD)
			fault_missing(&v1_judge.expected[v1_judge.lanes[i].first], NULL);
	for (uint32_t i = 0; i < v1_judge.g_capacity; i++)
		if (v1_judge.gs[i].exits.first != TRUTH_NO_RECORD)
			fault_missing(&v1_judge.expected[v1_judge.gs[i].exits.first], NULL);
}
