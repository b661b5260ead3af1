/* The scenario that a command is given: a file, or a folder that `rut fuzz' has kept. */
#ifndef RUT_SCENARIO_FILE_H
#define RUT_SCENARIO_FILE_H

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>

#include "judge/verdict.h"
#include "rut/fuzz_record.h"
#include "rut/input_target.h"
#include "scenario/text.h"

enum { SCENARIO_FILE_PATH_SIZE = 4096 };

struct scenario_file {
	char path[SCENARIO_FILE_PATH_SIZE]; /* of the file itself */
	bool is_finding;                    /* given as a folder */
	char target[INPUT_TARGET_SIZE];     /* of a file, whose input it is; "": not told */
	struct fuzz_record record;          /* of finding.json; empty where there is none */
	bool is_as_found;                   /* runs with the defect that it was found with */
	struct scenario scenario;
	struct scenario_text text;
};

/* What the parser of a command with one such argument does with all that is no option of its own:
 * the one is *RET_PATH, and a second or none ends the program with 2. */
error_t scenario_file_take_argument(int key, char *argument, struct argp_state *state,
				    const char **ret_path);

/* Loads PATH, text or binary; of a folder scenario.rut in it, unless its finding is of a target
 * that does not play scenarios on the whole runtime. A file that is an input of TARGET (NULL: as
 * its name tells, input_target_of()) is taken as that takes it, under the same condition. False:
 * standard error tells why. */
bool scenario_file_load(const char *path, const char *target, struct scenario_file *ret_file);

/* Takes PATH as TARGET, which plays scenarios, does: text where it is some, else whatever bytes. */
bool scenario_file_read_input(const char *path, const char *target, struct scenario *ret_scenario,
			      struct scenario_text *ret_text);

/* Switches on what a finding was found with, and says so on standard error, unless a choice IS_MADE
 * already. False: standard error tells that there is no such defect. */
bool scenario_file_switch_defect(struct scenario_file *file, bool is_made);

/* False, and standard error tells what it has that only a real toolchain performs. */
bool scenario_file_is_simulated(const struct scenario_file *file);

/* Where a finding, run as it was found, ended in another VERDICT than then, and was found by
 * another build than this one: which tool runs `rut COMMAND' there. Sanitizers see what others do
 * not. */
void scenario_file_print_judge(const struct scenario_file *file, enum verdict_kind verdict,
			       const char *command, FILE *stream);

/* Whether PATH is called as scenarios in text are. */
bool scenario_file_is_text(const char *path);

/* The last part of PATH. */
const char *scenario_file_name(const char *path);

#endif
