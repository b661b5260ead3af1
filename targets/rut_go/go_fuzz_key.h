/* When two findings on a real toolchain are one: the same kind, rule and place. */
#ifndef RUT_GO_FUZZ_KEY_H
#define RUT_GO_FUZZ_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "real_go/real_go.h"

enum { GO_FUZZ_KIND_SIZE = 64 };

/* Whether RESULT is anything but a good run on which all judges agree. */
bool go_fuzz_is_finding(const struct real_go_result *result);

/* What a finding is called, as in its folder's name: "trace-rejected-R2"; "disagreement-R2" when
 * the judges disagree. Letters, digits and '-' only. */
void go_fuzz_kind(const struct real_go_result *result, char ret_kind[GO_FUZZ_KIND_SIZE]);

/* The same for the same finding: of its kind and of its place with all numbers the same. Not 0. */
uint64_t go_fuzz_key(const struct real_go_result *result);

/* Whether RESULT fails as one of KIND did. */
bool go_fuzz_is_of_kind(const struct real_go_result *result, const char *kind);

#endif
