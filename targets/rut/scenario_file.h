/* The scenario that a command is given: a file, or a folder that `rut fuzz' has kept. */
#ifndef RUT_SCENARIO_FILE_H
#define RUT_SCENARIO_FILE_H

#include <stdbool.h>

#include "scenario/text.h"

enum { SCENARIO_FILE_PATH_SIZE = 4096 };

struct scenario_file {
	char path[SCENARIO_FILE_PATH_SIZE]; /* of the file itself */
	bool is_finding;                    /* given as a folder */
	struct scenario scenario;
	struct scenario_text text;
};

/* Loads PATH, text or binary; of a folder scenario.rut in it. False: standard error tells why. */
bool scenario_file_load(const char *path, struct scenario_file *ret_file);

/* False, and standard error tells what it has that only a real toolchain performs. */
bool scenario_file_is_simulated(const struct scenario_file *file);

/* The last part of PATH. */
const char *scenario_file_name(const char *path);

#endif
