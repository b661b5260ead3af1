/* The matrix of toolchains by issues: what each is seen to do, beside our core, and how each side's
 * reader judges the other's traces. Filled by go_conformance.c and conformance_core.c, printed by
 * conformance_text.c, conformance_json.c and conformance_html.c. */
#ifndef RUT_GO_CONFORMANCE_H
#define RUT_GO_CONFORMANCE_H

#include <stdio.h>

#include "real_go/real_go.h"
#include "rut_go/go_leg.h"

enum {
	CONFORMANCE_ISSUE_COUNT_MAX = 64,
	CONFORMANCE_ROW_COUNT_MAX = 128,
	CONFORMANCE_NAME_SIZE = 96,
	CONFORMANCE_TEXT_SIZE = 512,
	CONFORMANCE_RECORD_COUNT_MAX = 256,
};

enum conformance_state {
	CONFORMANCE_NOT_APPLICABLE, /* zero: a cell that nothing was said of */
	CONFORMANCE_BROKEN,
	CONFORMANCE_INCOMPLETE,
	CONFORMANCE_FIXED,
	CONFORMANCE_INCONCLUSIVE, /* what was seen fits no standing */
	CONFORMANCE_FAILED,       /* it could not be run */
	CONFORMANCE_STATE_COUNT,
};

/* What the runs of one scenario gave. */
struct conformance_script {
	char name[CONFORMANCE_NAME_SIZE];
	char expected[SCENARIO_WORD_SIZE]; /* of one that is broken */
	unsigned count_of[VERDICT_COUNT];
	char evidence[CONFORMANCE_TEXT_SIZE]; /* of the first verdict that was not ok */
};

struct conformance_cell {
	enum conformance_state state;
	size_t script_count;
	struct conformance_script *scripts;
	uint64_t time_ms; /* of all runs, without building */
};

/* How the readers of both sides judge what the other wrote. */
struct conformance_readers {
	char reader[REAL_GO_VERSION_SIZE]; /* whose Go reader it was; empty: none */
	bool is_own;                       /* the toolchain's own */
	uint64_t trace_count;              /* of the toolchain, judged by both */
	uint64_t event_count;
	uint64_t disagreement_count;
	uint64_t core_trace_count; /* of our core, shown to its reader */
	uint64_t core_accepted_count;
	char first[CONFORMANCE_TEXT_SIZE]; /* the first disagreement or rejection */
};

struct conformance_row {
	char name[CONFORMANCE_NAME_SIZE];
	bool is_core;
	struct conformance_cell cells[CONFORMANCE_ISSUE_COUNT_MAX];
	struct conformance_readers readers; /* of a toolchain */
};

struct conformance_issue {
	char folder[REAL_GO_PATH_SIZE];
	char number[GO_LEG_ISSUE_SIZE];
	char title[CONFORMANCE_NAME_SIZE]; /* of its README */
};

/* Large, and scripts are never given back: one, for the life of the process. */
struct conformance {
	size_t issue_count;
	struct conformance_issue issues[CONFORMANCE_ISSUE_COUNT_MAX];
	size_t row_count;
	struct conformance_row rows[CONFORMANCE_ROW_COUNT_MAX];
	unsigned run_count; /* of each scenario on a toolchain */
};

const char *conformance_state_name(enum conformance_state state);

/* Makes room for a script and returns it. */
struct conformance_script *conformance_add_script(struct conformance_cell *cell, const char *name,
						  const struct scenario_toolchain *toolchain);

/* What is recorded of released versions of Go: repro/standings. */
struct conformance_record {
	char issue[GO_LEG_ISSUE_SIZE];
	unsigned first, last; /* versions, both included */
	enum conformance_state state;
};

struct conformance_records {
	size_t count;
	struct conformance_record all[CONFORMANCE_RECORD_COUNT_MAX];
};

/* Exit status, with a message on stderr unless it is 0. */
int conformance_read_records(const char *path, struct conformance_records *ret_records);

/* Prints what was seen otherwise, and how much was as recorded. How many cells were otherwise. */
unsigned conformance_compare(const struct conformance *conformance,
			     const struct conformance_records *records, FILE *stream);

/* The rows of our core: its default, and every setting that a scenario expects something of. Exit
 * status, with a message on stderr unless it is 0. */
int conformance_fill_core(struct conformance *conformance);

/* Shows READER, of Go 1.MINOR, the traces of COUNT random scenarios that our core ran. */
void conformance_show_core_traces(struct real_go_reader *reader, unsigned minor, unsigned count,
				  struct conformance_readers *readers);

/* "10 trace-rejected, 0 ok" and the like. */
void conformance_counts_text(const struct conformance_script *script, char *target, size_t size);

void conformance_print_text(const struct conformance *conformance, FILE *stream);
bool conformance_print_json(const struct conformance *conformance, FILE *stream);
void conformance_print_html(const struct conformance *conformance, FILE *stream);

#endif
