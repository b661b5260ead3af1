#include "rut/meaning.h"

#include <string.h>

#include "oracle/rule.h"
#include "show/narrate.h"
#include "truth/rule.h"

enum { COLUMN = 10 };

static const struct {
	const char *meaning;
	const char *look;
} rows[VERDICT_COUNT] = {
#define MEANING(verdict, meaning, look) [VERDICT_##verdict] = {meaning, look},
#include "rut/meaning.def"
#undef MEANING
};

static enum rule rule_of_trace(const char *id)
{
	for (int rule = RULE_NONE + 1; rule < RULE_COUNT; rule++)
		if (strcmp(rule_id((enum rule)rule), id) == 0)
			return (enum rule)rule;
	return RULE_NONE;
}

static enum truth_rule rule_of_truth(const char *id)
{
	int rule = 0;
	while (rule < TRUTH_RULE_COUNT && strcmp(truth_rule_id((enum truth_rule)rule), id) != 0)
		rule++;
	return (enum truth_rule)rule;
}

const char *meaning_rule_sentence(const char *id)
{
	enum rule rule = rule_of_trace(id);
	enum truth_rule truth = rule_of_truth(id);
	if (rule != RULE_NONE)
		return rule_sentence(rule);
	return truth != TRUTH_RULE_COUNT ? truth_rule_sentence(truth) : NULL;
}

const char *meaning_rule_effect(const char *id)
{
	static const char *const effects[] = {
		[RULE_LEVEL_reader] = "Go's own reader enforces it: `go tool trace' refuses the "
				      "trace, from this record on or as a whole.",
		[RULE_LEVEL_consumer] =
			"Go's reader passes over it; its validator, and tools that keep "
			"the state of every goroutine and P, go wrong here.",
		[RULE_LEVEL_own] =
			"Go's reader passes over it in silence, and what follows may be lost.",
		[RULE_LEVEL_strict] =
			"Go's reader passes over it; every correct writer keeps it, so that tools "
			"may rely on it.",
	};
	enum rule rule = rule_of_trace(id);
	if (rule != RULE_NONE)
		return effects[rule_level(rule)];
	return rule_of_truth(id) != TRUTH_RULE_COUNT
		       ? "No reader can know it: every tool shows such a trace without a word."
		       : NULL;
}

const char *meaning_of(enum verdict_kind kind)
{
	return rows[kind].meaning;
}

const char *meaning_look(enum verdict_kind kind)
{
	return rows[kind].look;
}

static void print_paragraph(const char *heading, const char *text, FILE *stream)
{
	fprintf(stream, "%-*s", COLUMN, heading);
	narrate_wrapped(text, COLUMN, stream);
}

void meaning_print(const struct verdict *verdict, FILE *stream)
{
	const char *sentence = meaning_rule_sentence(verdict->rule);
	char rule[VERDICT_RULE_SIZE_BYTES + 512];
	print_paragraph("is", verdict_sentence(verdict->kind), stream);
	if (sentence != NULL) {
		snprintf(rule, sizeof rule, "%s: %s", verdict->rule, sentence);
		print_paragraph("rule", rule, stream);
		print_paragraph("", meaning_rule_effect(verdict->rule), stream);
	}
	print_paragraph("means", meaning_of(verdict->kind), stream);
	print_paragraph("look at", meaning_look(verdict->kind), stream);
}
