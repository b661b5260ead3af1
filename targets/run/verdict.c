#include "run/verdict.h"

#include <string.h>

static const struct {
	const char *name;
	const char *sentence;
} rows[VERDICT_COUNT] = {
#define VERDICT(identifier, name, sentence) [VERDICT_##identifier] = {name, sentence},
#include "run/verdict.def"
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

bool verdict_of_name(const char *name, enum verdict_kind *ret_kind)
{
	for (unsigned i = 0; i < VERDICT_COUNT; i++) {
		if (strcmp(rows[i].name, name) == 0) {
			*ret_kind = (enum verdict_kind)i;
			return true;
		}
	}
	return false;
}
