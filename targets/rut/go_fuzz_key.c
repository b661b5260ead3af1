#include "rut/go_fuzz_key.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

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

/* Each run of digits, hexadecimal ones behind 0x included, counts as one sign. */
static uint64_t add_place(uint64_t hash, const char *place)
{
	while (*place != '\0') {
		if (isdigit((unsigned char)*place)) {
			if (strncmp(place, "0x", 2) == 0)
				place += 2 + strspn(place + 2, "0123456789abcdefABCDEF");
			else
				place += strspn(place, "0123456789");
			hash = add_byte(hash, '#');
		} else {
			hash = add_byte(hash, *place++);
		}
	}
	return hash;
}

uint64_t go_fuzz_key(const struct real_go_result *result)
{
	char kind[GO_FUZZ_KIND_SIZE];
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	go_fuzz_kind(result, kind);
	for (const char *at = kind; *at != '\0'; at++)
		hash = add_byte(hash, *at);
	hash = add_byte(hash, '\0');
	hash = add_place(hash, result->verdict.where);
	/* Judges that disagree may have no verdict, and so no place. */
	if (result->verdict.kind == VERDICT_OK)
		hash = add_place(add_byte(hash, '\0'), result->disagreement);
	return hash == 0 ? 1 : hash;
}
