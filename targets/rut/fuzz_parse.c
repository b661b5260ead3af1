#include "rut/fuzz_parse.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Copies a word of TEXT as far as a folder's name may have it; returns what follows the word. */
static const char *take_name(const char *text, char *ret_name, size_t name_size)
{
	size_t used = 0;
	for (; *text && !isspace((unsigned char)*text); text++) {
		bool is_plain = isalnum((unsigned char)*text) || *text == '-' || *text == '_';
		if (used + 1 < name_size)
			ret_name[used++] = is_plain ? *text : '_';
	}
	ret_name[used] = '\0';
	return text;
}

static bool take_finding(const char *line, struct fuzz_verdict *verdict)
{
	const char *at = strstr(line, "FINDING verdict=");
	if (!at)
		return false;
	at = take_name(at + strlen("FINDING verdict="), verdict->verdict, sizeof(verdict->verdict));
	if (strncmp(at, " rule=", 6) == 0)
		at = take_name(at + 6, verdict->rule, sizeof(verdict->rule));
	if (strcmp(verdict->rule, "-") == 0)
		verdict->rule[0] = '\0';
	if (strncmp(at, " where=", 7) == 0)
		snprintf(verdict->where, sizeof(verdict->where), "%s", at + 7);
	return verdict->verdict[0] != '\0';
}

/* The place without folders, so that two checkouts agree. */
static void take_where(const char *place, struct fuzz_verdict *verdict)
{
	const char *end = place + strcspn(place, " ");
	const char *name = place;
	for (const char *at = place; at < end; at++) {
		if (*at == '/')
			name = at + 1;
	}
	snprintf(verdict->where, sizeof(verdict->where), "%s", name);
}

static bool take_summary(const char *line, struct fuzz_verdict *verdict)
{
	static const struct {
		const char *tool;
		const char *kind; /* as far as it is told; the first match counts */
		const char *verdict;
		enum fuzz_witness witness;
	} rows[] = {
		{"ThreadSanitizer: ", "data race ", "race", FUZZ_SANITIZER},
		{"ThreadSanitizer: ", "", "tsan-", FUZZ_SANITIZER},
		{"AddressSanitizer: ", "", "asan-", FUZZ_SANITIZER},
		{"UndefinedBehaviorSanitizer: ", "undefined-behavior ", "undefined",
		 FUZZ_SANITIZER},
		{"MemorySanitizer: ", "", "msan-", FUZZ_SANITIZER},
		{"LeakSanitizer: ", "", "leak", FUZZ_SANITIZER},
		{"libFuzzer: ", "timeout", "livelock", FUZZ_ENGINE},
		{"libFuzzer: ", "out-of-memory", "out-of-memory", FUZZ_ENGINE},
		{"libFuzzer: ", "", "crash", FUZZ_ENGINE},
	};
	if (strncmp(line, "SUMMARY: ", 9) != 0)
		return false;
	line += 9;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t tool = strlen(rows[i].tool), kind = strlen(rows[i].kind);
		if (strncmp(line, rows[i].tool, tool) != 0 ||
		    strncmp(line + tool, rows[i].kind, kind) != 0)
			continue;
		const char *rest = line + tool + kind;
		size_t used = (size_t)snprintf(verdict->verdict, sizeof(verdict->verdict), "%s",
					       rows[i].verdict);
		if (rows[i].verdict[used - 1] == '-')
			rest = take_name(rest, verdict->verdict + used,
					 sizeof(verdict->verdict) - used);
		verdict->witness = rows[i].witness;
		if (verdict->witness == FUZZ_SANITIZER)
			take_where(rest + strspn(rest, " "), verdict);
		return true;
	}
	return false;
}

bool fuzz_parse_verdict(const char *line, struct fuzz_verdict *verdict)
{
	struct fuzz_verdict named = {.witness = FUZZ_TARGET};
	if (!take_finding(line, &named) && !take_summary(line, &named))
		return false;
	if (named.witness <= verdict->witness)
		return false;
	/* A target that goes on after ThreadSanitizer's report knows less of the place. */
	if (strcmp(named.verdict, "race") == 0 && strcmp(verdict->verdict, "race") == 0)
		snprintf(named.where, sizeof(named.where), "%s", verdict->where);
	*verdict = named;
	return true;
}

bool fuzz_verdict_is_same(const struct fuzz_verdict *a, const struct fuzz_verdict *b)
{
	return strcmp(a->verdict, b->verdict) == 0 && strcmp(a->rule, b->rule) == 0 &&
	       strcmp(a->where, b->where) == 0;
}

bool fuzz_parse_refusal(const char *line, char *ret_name, size_t name_size)
{
	const char *name = strstr(line, "Test case '");
	if (!name)
		return false;
	name += strlen("Test case '");
	const char *end = strstr(name, "' results in a crash");
	if (!end)
		end = strstr(name, "' results in a timeout");
	if (!end)
		return false;
	/* It calls them id:000000,time:0,execs:0,orig:<name>. */
	for (const char *at = name; at < end; at++) {
		if (strncmp(at, ",orig:", 6) == 0)
			name = at + 6;
	}
	snprintf(ret_name, name_size, "%.*s", (int)(end - name), name);
	return true;
}

bool fuzz_parse_shrunk(const char *text, struct fuzz_size *ret_small, struct fuzz_size *ret_found)
{
	/* The last line; progress is told in others, and on a terminal over each other. */
	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		struct fuzz_size small, found;
		if (sscanf(line,
			   "%" SCNu32 " operations and %" SCNu32 " overrides, from %" SCNu32
			   " and %" SCNu32 ";",
			   &small.operations, &small.overrides, &found.operations,
			   &found.overrides) == 4) {
			*ret_small = small;
			*ret_found = found;
			return true;
		}
	}
	return false;
}
