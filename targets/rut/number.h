/* Numbers of the command line. */
#ifndef RUT_NUMBER_H
#define RUT_NUMBER_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

/* Reads TEXT, decimal or hexadecimal behind 0x; false unless it is a number from LEAST to MOST. */
bool number_read(const char *text, uint64_t least, uint64_t most, uint64_t *ret_value);

/* The value TEXT of OPTION, as above; ends with a usage error unless it is
 * a number from LEAST to MOST. */
uint64_t number_parse(const char *text, const char *option, uint64_t least, uint64_t most,
		      const struct argp_state *state);

#endif
