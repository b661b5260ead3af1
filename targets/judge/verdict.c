#include "judge/verdict.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	const char *sentence;
} rows[VERDICT_COUNT] = {
#define VERDICT(identifier, name, sentence) [VERDICT_##identifier] = {name, sentence},
#include "judge/verdict.def"
#undef VERDICT
};

const char *verdict_name(enum verdict_kind kind)
{
	return rows[kind].name;
}

const char *verdict_sentence(enum verdict_kind kind)
{
	return rows[kind].sentence;
}

void verdict_set(struct verdict *verdict, enum verdict_kind kind, const char *rule,
		 const char *where, const char *text)
{
	verdict->kind = kind;
	snprintf(verdict->rule, sizeof verdict->rule, "%s", rule);
	snprintf(verdict->text, sizeof verdict->text, "%s", text);
	snprintf(verdict->where, sizeof verdict->where, "%s", where);
}

void verdict_set_mismatch(struct verdict *verdict, const char *text)
{
	char rule[VERDICT_RULE_SIZE_BYTES];
	snprintf(rule, sizeof rule, "%.*s", (int)strcspn(text, ":"), text);
	verdict_set(verdict, VERDICT_TRUTH_MISMATCH, rule, verdict_sentence(VERDICT_TRUTH_MISMATCH),
		    text);
}
