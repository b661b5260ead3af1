/* What is kept of findings and slices between runs: finding.json, slice.json. */
#ifndef RUT_FUZZ_RECORD_H
#define RUT_FUZZ_RECORD_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "rut/fuzz_parse.h"

struct fuzz_record {
	struct fuzz_verdict verdict;
	char defect[64]; /* as in issue_65318:fix_1_23; empty: none was on */
	char target[64];
	char judge[32];
	char engine[32];
	uint32_t seed;       /* the slice's */
	uint64_t executions; /* of the target until then; 0: not known */
	int64_t found_ms;    /* since the run's start */
	uint32_t replay_count;
	uint32_t failure_count; /* of them */
	char unshrunk[160];     /* why there is nothing smaller; empty: there is, or nobody tried */
	bool is_shrunk;
	struct fuzz_size found; /* where it is shrunk */
	struct fuzz_size small;
};

/* A slice that may outlive its run. */
struct fuzz_slice_record {
	char target[64];
	char build[32];
	char engine[32];
	char defect[64];
	uint32_t seed;
	bool grows_corpus; /* the one that is kept across runs */
};

/* Names a defect in full, with its setting, so that the same one has the same name: issue_65318 is
 * issue_65318:defect. What names none stays as it is. Leaves all defects off. */
void fuzz_defect_name(const char *text, char *ret_name, size_t name_size);

/* The same finding: of the same defect, with the same verdict, rule and place. */
bool fuzz_record_is_same(const struct fuzz_record *a, const struct fuzz_record *b);

/* Written whole or not at all; false, with a message, when it cannot be. */
bool fuzz_record_write(const struct fuzz_record *record, const char *path);
/* False when PATH holds no such thing; with a message, unless there is no such file. */
bool fuzz_record_read(const char *path, struct fuzz_record *ret_record);

bool fuzz_slice_record_write(const struct fuzz_slice_record *record, const char *path);
bool fuzz_slice_record_read(const char *path, struct fuzz_slice_record *ret_record);

/* Takes OBJECT. */
bool fuzz_json_write(json_t *object, const char *path);
/* A value of OBJECT, "" or 0 where there is none. The text is OBJECT's. */
const char *fuzz_json_text_of(const json_t *object, const char *key);
void fuzz_json_take_text(const json_t *object, const char *key, char *ret_text, size_t text_size);
uint64_t fuzz_json_number(const json_t *object, const char *key);
/* Messages may hold what is not UTF-8. */
json_t *fuzz_json_text(const char *text);
void fuzz_json_set(json_t *object, const char *key, json_t *value);

#endif
