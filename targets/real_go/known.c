#include <string.h>

#include "real_go/real_go.h"
#include "scenario/scenario.h"

static const struct real_go_known rows[] = {
#define KNOWN(issue, verdict, rules, signature, operation, first, last, sentence)                  \
	{issue, verdict, rules, signature, operation, first, last, sentence},
#include "real_go/known.def"
#undef KNOWN
};

static bool has_word(const char *words, const char *word)
{
	size_t word_length = strlen(word);
	if (*words == '\0')
		return true;
	while (*words != '\0') {
		size_t length = strcspn(words, " ");
		if (length == word_length && strncmp(words, word, length) == 0)
			return true;
		words += length;
		words += strspn(words, " ");
	}
	return false;
}

static bool has_operation(const struct scenario *scenario, const char *name)
{
	if (*name == '\0')
		return true;
	for (size_t i = 0; i < scenario->operation_count; i++) {
		if (strcmp(scenario_operation_row(scenario->operations[i].id)->name, name) == 0)
			return true;
	}
	return false;
}

static bool is_it(const struct real_go_known *row, const struct verdict *verdict)
{
	return strcmp(verdict_name(verdict->kind), row->verdict) == 0 &&
	       has_word(row->rules, verdict->rule) &&
	       (strstr(verdict->where, row->signature) != NULL ||
		strstr(verdict->text, row->signature) != NULL);
}

const struct real_go_known *real_go_known(const struct real_go_toolchain *toolchain,
					  const struct scenario *scenario,
					  const struct verdict *verdict)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct real_go_known *row = &rows[i];
		if (toolchain->minor >= row->minor_first && toolchain->minor <= row->minor_last &&
		    is_it(row, verdict) && has_operation(scenario, row->operation))
			return row;
	}
	return NULL;
}
