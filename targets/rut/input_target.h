/* Which target a file is an input of: what engines and their services leave says it by its name, or
 * by a folder's. */
#ifndef RUT_INPUT_TARGET_H
#define RUT_INPUT_TARGET_H

#include <stdbool.h>
#include <stddef.h>

enum { INPUT_TARGET_SIZE = 64 };

/* Which target PATH is an input of: ASKED, if not NULL; else the one that the last part of PATH
 * with the name of one names (clusterfuzz-testcase-minimized-fuzz_trace_v1-5639); of what an engine
 * left (crash-.., id:..), the reader of the trace that it is. "" for text (*.rut or its content)
 * and for what no engine has named: any command takes that for a scenario. False: standard error
 * names the targets there are, since ASKED is none, or none can be told. */
bool input_target_of(const char *path, const char *asked,
		     char ret_target[static INPUT_TARGET_SIZE]);

/* Whether inputs of TARGET are scenarios, whatever plays them. */
bool input_target_takes_scenarios(const char *target);

/* The program of TARGET in the build that runs. */
void input_target_program(const char *target, char *ret_path, size_t path_size);

#endif
