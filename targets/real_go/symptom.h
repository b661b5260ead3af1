/* From what a Go process said when it died, or was told to show its stacks, to a verdict. */
#ifndef REAL_GO_SYMPTOM_H
#define REAL_GO_SYMPTOM_H

#include <stdbool.h>

#include "judge/verdict.h"

/* Fills kind, where and text of RET_VERDICT by the first row of symptom.def that MESSAGES have.
 * False: they have none. */
bool symptom_judge(const char *messages, bool is_race_build, struct verdict *ret_verdict);

/* A deadlock: the process did not end, MESSAGES are its stacks. */
void symptom_judge_hang(const char *messages, struct verdict *ret_verdict);

/* A death without words: ended by SIGNAL. */
void symptom_judge_signal(int signal, const char *messages, struct verdict *ret_verdict);

/* TEXT as one line that is the same for the same finding: addresses and numbers of it and of all
 * like it read the same. */
void symptom_normalize(const char *text, char *target, size_t target_size);

#endif
