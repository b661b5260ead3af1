/* Scenario files, whichever form they have. The only file of this room that does I/O. */
#ifndef SCENARIO_LOAD_H
#define SCENARIO_LOAD_H

#include "scenario/text.h"

/* Reads PATH: as text when it is called *.rut or is printable and begins with a comment or a
 * statement, otherwise as binary, which any bytes of a known version are (version.h). False:
 * RET_ERROR (ERROR_SIZE bytes) tells why. POINTS and RET_TEXT may be NULL; a binary file gives an
 * empty text. */
bool scenario_load(const char *path, const struct scenario_points *points,
		   struct scenario *ret_scenario, struct scenario_text *ret_text, char *ret_error,
		   size_t error_size);

/* Takes PATH as bytes that an engine made up: whatever they are, they are a scenario. False: it
 * cannot be read. */
bool scenario_load_bytes(const char *path, struct scenario *ret_scenario, char *ret_error,
			 size_t error_size);

#endif
