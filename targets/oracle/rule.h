/* The named rules of rule.def: what a verdict refers to. */
#ifndef ORACLE_RULE_H
#define ORACLE_RULE_H

/* Who enforces a rule (rule.def). */
enum rule_level { RULE_LEVEL_reader, RULE_LEVEL_consumer, RULE_LEVEL_own, RULE_LEVEL_strict };

enum rule {
	RULE_NONE, /* nothing was broken */
#define RULE(identifier, id, level, sentence) RULE_##identifier,
#include "oracle/rule.def"
#undef RULE
	RULE_COUNT
};

/* "R2", "W-header"; "ok" for RULE_NONE. Constant strings. */
const char *rule_id(enum rule rule);

/* What the rule demands, in one sentence without a full stop. */
const char *rule_sentence(enum rule rule);

enum rule_level rule_level(enum rule rule);

#endif
