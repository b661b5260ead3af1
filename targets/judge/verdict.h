/* What a run is judged to be. The names are what people read, and what scenarios expect (DESIGN.md
 * 5). */
#ifndef JUDGE_VERDICT_H
#define JUDGE_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum verdict_kind {
#define VERDICT(identifier, name, sentence) VERDICT_##identifier,
#include "judge/verdict.def"
#undef VERDICT
	VERDICT_COUNT,
};

enum {
	VERDICT_RULE_SIZE_BYTES = 32,
	VERDICT_WHERE_SIZE_BYTES = 160,
	VERDICT_TEXT_SIZE_BYTES = 2048
};

struct verdict {
	enum verdict_kind kind;
	char rule[VERDICT_RULE_SIZE_BYTES];   /* of a trace or of truth; "" where there is none */
	char where[VERDICT_WHERE_SIZE_BYTES]; /* one line, the same for the same finding */
	char text[VERDICT_TEXT_SIZE_BYTES];   /* what a person needs to know */
	uint64_t generation;                  /* 0: none */
	uint64_t offset;                      /* in the bytes of the session */
	uint32_t session;                     /* which trace of the run, from 1; 0: none */
};

const char *verdict_name(enum verdict_kind kind);
const char *verdict_sentence(enum verdict_kind kind);

/* WHERE is the same for the same finding, whatever the numbers in TEXT are. */
void verdict_set(struct verdict *verdict, enum verdict_kind kind, const char *rule,
		 const char *where, const char *text);

/* A truth mismatch that was seen during the run: TEXT begins with "RULE: ". */
void verdict_set_mismatch(struct verdict *verdict, const char *text);

#endif
