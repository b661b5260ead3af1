#include "rut_go/go_fuzz_key.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "real_go/symptom.h"

bool go_fuzz_is_finding(const struct real_go_result *result)
{
	return result->verdict.kind != VERDICT_OK || result->disagreement[0] != '\0';
}

void go_fuzz_kind(const struct real_go_result *result, char ret_kind[GO_FUZZ_KIND_SIZE])
{
	const struct verdict *verdict = &result->verdict;
	const char *name = result->disagreement[0] != '\0' ? "disagreement"
							   : verdict_name(verdict->kind);
	snprintf(ret_kind, GO_FUZZ_KIND_SIZE, "%s%s%s", name, verdict->rule[0] != '\0' ? "-" : "",
		 verdict->rule);
	for (char *at = ret_kind; *at != '\0'; at++) {
		if (!isalnum((unsigned char)*at))
			*at = '-';
	}
}

bool go_fuzz_is_of_kind(const struct real_go_result *result, const char *kind)
{
	char own[GO_FUZZ_KIND_SIZE];
	go_fuzz_kind(result, own);
	return go_fuzz_is_finding(result) && strcmp(own, kind) == 0;
}

/* FNV-1a, a byte at a time. */
static uint64_t add_byte(uint64_t hash, char byte)
{
	return (hash ^ (unsigned char)byte) * UINT64_C(0x100000001b3);
}

static uint64_t add_text(uint64_t hash, const char *text)
{
	for (; *text != '\0'; text++)
		hash = add_byte(hash, *text);
	return add_byte(hash, '\0');
}

static uint64_t add_place(uint64_t hash, const char *place)
{
	char line[VERDICT_TEXT_SIZE_BYTES];
	symptom_normalize(place, line, sizeof line);
	return add_text(hash, line);
}

uint64_t go_fuzz_key(const struct real_go_result *result)
{
	char kind[GO_FUZZ_KIND_SIZE];
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	go_fuzz_kind(result, kind);
	hash = add_text(hash, kind);
	hash = add_place(hash, result->verdict.where);
	/* Judges that disagree may have no verdict, and so no place. */
	if (result->verdict.kind == VERDICT_OK)
		hash = add_place(hash, result->disagreement);
	return hash == 0 ? 1 : hash;
}
