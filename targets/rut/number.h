/* Numbers of the command line. */
#ifndef RUT_NUMBER_H
#define RUT_NUMBER_H

#include <argp.h>
#include <stdint.h>

/* The value TEXT of OPTION, decimal or hexadecimal behind 0x; ends with a usage error unless it is
 * a number from LEAST to MOST. */
uint64_t number_parse(const char *text, const char *option, uint64_t least, uint64_t most,
		      const struct argp_state *state);

#endif
