/* How a finding becomes a folder of repro/. Internal to rut pin. */
#ifndef RUT_PIN_H
#define RUT_PIN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/defect.h"
#include "host/point.h"
#include "judge/verdict.h"
#include "rut/scenario_file.h"
#include "show/decision.h"

enum {
	PIN_SETTING_COUNT_MAX = SCENARIO_EXPECTATION_COUNT_MAX,
	PIN_SETTING_SIZE_BYTES = SCENARIO_WORD_SIZE,
	PIN_NAME_SIZE_BYTES = 128,
	PIN_PATH_SIZE_BYTES = 4096,
};

/* What a run under one setting told. Plain data: a child process fills it in. */
struct pin_run {
	char setting[PIN_SETTING_SIZE_BYTES]; /* as in an `expect' line */
	bool is_done;                         /* else the run killed its process */
	struct verdict verdict;
	uint64_t hash, trace_hash;
	uint64_t step_count;
	uint32_t pass_counts[POINT_LIMIT];
	struct decisions decisions;
	uint16_t decision_points[DECISION_COUNT_MAX];
	uint8_t decision_ms[DECISION_COUNT_MAX];
};

struct pin {
	const char *root; /* the folder of pinned issues */
	unsigned long issue;
	char name[PIN_NAME_SIZE_BYTES]; /* of the scenario, without its ending */
	struct scenario_file file;
	const struct defect_row *defect; /* NULL: it fails in the default runtime */
	/* The failing one first; the default one, if it is another, last. */
	struct pin_run *runs;
	unsigned run_count;
	uint16_t mark; /* a point that all of them pass */
};

/* ---- pin_run.c ----------------------------------------------------------- */

/* Runs the scenario once with SETTING, "default" or of a defect, in a process of its own: what
 * ThreadSanitizer remembers of one run decides about its reports in the next. */
void pin_run_once(const struct pin *pin, const char *setting, struct pin_run *ret_run);

/* Memory for COUNT of them, which children share. */
struct pin_run *pin_runs_allocate(unsigned count);

/* Whether the last run, that of the default setting, fails too. */
bool pin_fails_without(const struct pin *pin);

/* The point that shows best that the situation was reached: one that a deciding step of the failing
 * run stands at and all runs pass; of several the one with the fewest passes. False: all runs have
 * no such point in common. */
bool pin_choose_mark(const struct pin *pin, uint16_t *ret_mark);

/* ---- pin_text.c ---------------------------------------------------------- */

/* The scenario with what is expected of it. */
void pin_write_scenario(const struct pin *pin, FILE *stream);
void pin_write_readme(const struct pin *pin, FILE *stream);
/* The row of the table of all pinned issues. */
void pin_write_row(const struct pin *pin, FILE *stream);
/* A name from verdict and mark, in words: "deadlock-after-lock-trace". */
void pin_derive_name(struct pin *pin);

/* ---- pin_files.c --------------------------------------------------------- */

/* Writes it all, or nothing. A folder that is there gets the scenario alone. False: standard error
 * tells why. */
bool pin_write_files(const struct pin *pin, bool *ret_is_new_folder);

/* Whether the folder has a scenario of that name. */
bool pin_name_is_taken(const struct pin *pin);

#endif
