#include "oracle/rule.h"

#include "base/fatal.h"

struct rule_row {
	const char *id;
	const char *sentence;
	enum rule_level level;
};

static const struct rule_row rows[RULE_COUNT] = {
	[RULE_NONE] = {"ok", "nothing was broken", RULE_LEVEL_reader},
#define RULE(identifier, id, level, sentence)                                                      \
	[RULE_##identifier] = {id, sentence, RULE_LEVEL_##level},
#include "oracle/rule.def"
#undef RULE
};

const char *rule_id(enum rule rule)
{
	ensure(rule < RULE_COUNT);
	return rows[rule].id;
}

const char *rule_sentence(enum rule rule)
{
	ensure(rule < RULE_COUNT);
	return rows[rule].sentence;
}

enum rule_level rule_level(enum rule rule)
{
	ensure(rule < RULE_COUNT);
	return rows[rule].level;
}
