/* Named rules of truth, and what vouches for each type of event: rule.def, vouch.def, v1_vouch.def.
 */
#ifndef TRUTH_RULE_H
#define TRUTH_RULE_H

#include <stdint.h>

enum truth_rule {
#define RULE(identifier, id, sentence) TRUTH_RULE_##identifier,
#include "truth/rule.def"
#undef RULE
	TRUTH_RULE_COUNT,
};

/* "T-..." */
const char *truth_rule_id(enum truth_rule rule);
const char *truth_rule_sentence(enum truth_rule rule);

/* What kind of thing an event tells. */
enum vouch_class {
	VOUCH_NEVER, /* no code of the runtime writes it */
	VOUCH_CLOCK,
	VOUCH_SAMPLE,
	VOUCH_GO_STATUS,
	VOUCH_PROC_STATUS,
	VOUCH_RANGE_STATUS, /* of a sweep or an assist */
	/* From here on: one record of truth each. */
	VOUCH_TRANSITION,
	VOUCH_PROC,
	VOUCH_ANNOTATION,
	VOUCH_PROCS,
	VOUCH_STW,
	VOUCH_HEAP_GOAL,
	VOUCH_HEAP_LIVE,
	VOUCH_GC,
	VOUCH_STACK_MEMORY,
	VOUCH_RANGE,
	VOUCH_CLASS_COUNT,
};

struct vouch {
	enum vouch_class class;
	const char *by;        /* the observed word or the operation of the scenario */
	const char *tolerance; /* at the edge of a generation */
};

/* Of an enum event_type. */
const struct vouch *vouch_of(uint8_t type);
/* Of an enum v1_event_type. */
const struct vouch *vouch_of_v1(uint8_t type);

enum vouch_difference { VOUCH_MISSING, VOUCH_INVENTED, VOUCH_DIFFERS };

/* The rule that an event of class CLASS breaks. */
enum truth_rule vouch_rule(enum vouch_class class, enum vouch_difference difference);

#endif
