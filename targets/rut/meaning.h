/* A verdict explained to who meets it for the first time. */
#ifndef RUT_MEANING_H
#define RUT_MEANING_H

#include <stdio.h>

#include "judge/verdict.h"

/* What rule ID, of traces or of truth, demands; NULL: there is no such rule. */
const char *meaning_rule_sentence(const char *id);

/* What breaking it means to who uses Go's tools; NULL as above. */
const char *meaning_rule_effect(const char *id);

const char *meaning_of(enum verdict_kind kind);

/* Where the cause is found. */
const char *meaning_look(enum verdict_kind kind);

/* All of it about VERDICT, as indented lines behind headings. */
void meaning_print(const struct verdict *verdict, FILE *stream);

#endif
