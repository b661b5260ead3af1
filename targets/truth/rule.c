#include "truth/rule.h"

#include "base/fatal.h"
#include "oracle/event_info.h"
#include "oracle/v1_event_info.h"

static const struct {
	const char *id;
	const char *sentence;
} rows[TRUTH_RULE_COUNT] = {
#define RULE(identifier, id, sentence) [TRUTH_RULE_##identifier] = {id, sentence},
#include "truth/rule.def"
#undef RULE
};

const char *truth_rule_id(enum truth_rule rule)
{
	return rows[rule].id;
}

const char *truth_rule_sentence(enum truth_rule rule)
{
	return rows[rule].sentence;
}

/* One row per row of event.def: a type that vouch.def forgets does not compile. */
static const struct vouch vouches[EVENT_TYPE_COUNT] = {
#define VOUCH(identifier, class, by, tolerance)                                                    \
	[EVENT_##identifier] = {VOUCH_##class, by, tolerance},
#include "truth/vouch.def"
#undef VOUCH
};

enum {
#define VOUCH(identifier, class, by, tolerance) HAS_VOUCH_##identifier,
#include "truth/vouch.def"
#undef VOUCH
	VOUCH_ROW_COUNT,
};

enum {
#define EVENT(identifier, name, number, since, arguments, strings, stacks)                         \
	EVENT_ROW_##identifier = HAS_VOUCH_##identifier,
#include "trace_v2/event.def"
#undef EVENT
};

/* The same of trace_v1/event.def and v1_vouch.def. */
static const struct vouch v1_vouches[V1_EVENT_TYPE_COUNT] = {
#define VOUCH(identifier, class, by, tolerance)                                                    \
	[V1_EVENT_##identifier] = {VOUCH_##class, by, tolerance},
#include "truth/v1_vouch.def"
#undef VOUCH
};

enum {
#define VOUCH(identifier, class, by, tolerance) HAS_V1_VOUCH_##identifier,
#include "truth/v1_vouch.def"
#undef VOUCH
	V1_VOUCH_ROW_COUNT,
};

enum {
#define EVENT(identifier, name, number, since, arguments, strings, stacks)                         \
	V1_EVENT_ROW_##identifier = HAS_V1_VOUCH_##identifier,
#include "trace_v1/event.def"
#undef EVENT
};

const struct vouch *vouch_of(uint8_t type)
{
	return &vouches[type];
}

const struct vouch *vouch_of_v1(uint8_t type)
{
	return &v1_vouches[type];
}

enum truth_rule vouch_rule(enum vouch_class class, enum vouch_difference difference)
{
	static const enum truth_rule rules[VOUCH_CLASS_COUNT][3] = {
		[VOUCH_NEVER] = {TRUTH_RULE_never, TRUTH_RULE_never, TRUTH_RULE_never},
		[VOUCH_CLOCK] = {TRUTH_RULE_generation, TRUTH_RULE_generation, TRUTH_RULE_clock},
		[VOUCH_SAMPLE] = {TRUTH_RULE_sample_missing, TRUTH_RULE_sample_invented,
				  TRUTH_RULE_sample_invented},
		[VOUCH_GO_STATUS] = {TRUTH_RULE_status_missing, TRUTH_RULE_status,
				     TRUTH_RULE_status},
		[VOUCH_PROC_STATUS] = {TRUTH_RULE_status_missing, TRUTH_RULE_status,
				       TRUTH_RULE_status},
		[VOUCH_RANGE_STATUS] = {TRUTH_RULE_range_status, TRUTH_RULE_range_status,
					TRUTH_RULE_range_status},
		[VOUCH_TRANSITION] = {TRUTH_RULE_transition_missing, TRUTH_RULE_transition_invented,
				      TRUTH_RULE_transition_differs},
		[VOUCH_PROC] = {TRUTH_RULE_proc_missing, TRUTH_RULE_proc_invented,
				TRUTH_RULE_proc_differs},
		[VOUCH_ANNOTATION] = {TRUTH_RULE_annotation, TRUTH_RULE_annotation,
				      TRUTH_RULE_annotation},
		[VOUCH_PROCS] = {TRUTH_RULE_procs, TRUTH_RULE_procs, TRUTH_RULE_procs},
		[VOUCH_STW] = {TRUTH_RULE_stw, TRUTH_RULE_stw, TRUTH_RULE_stw},
		[VOUCH_HEAP_GOAL] = {TRUTH_RULE_heap_goal, TRUTH_RULE_heap_goal,
				     TRUTH_RULE_heap_goal},
		[VOUCH_HEAP_LIVE] = {TRUTH_RULE_heap_live, TRUTH_RULE_heap_live,
				     TRUTH_RULE_heap_live},
		[VOUCH_GC] = {TRUTH_RULE_gc, TRUTH_RULE_gc, TRUTH_RULE_gc},
		[VOUCH_STACK_MEMORY] = {TRUTH_RULE_stack_memory, TRUTH_RULE_stack_memory,
					TRUTH_RULE_stack_memory},
		[VOUCH_RANGE] = {TRUTH_RULE_range, TRUTH_RULE_range, TRUTH_RULE_range},
	};
	ensure(class < VOUCH_CLASS_COUNT);
	return rules[class][difference];
}
