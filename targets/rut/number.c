#include "rut/number.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool number_read(const char *text, uint64_t least, uint64_t most, uint64_t *ret_value)
{
	char *end;
	errno = 0;
	*ret_value = strtoull(text, &end, strncmp(text, "0x", 2) == 0 ? 16 : 10);
	/* strtoull takes blanks and signs too. */
	return errno == 0 && isdigit((unsigned char)*text) && *end == '\0' && *ret_value >= least &&
	       *ret_value <= most;
}

uint64_t number_parse(const char *text, const char *option, uint64_t least, uint64_t most,
		      const struct argp_state *state)
{
	uint64_t value;
	if (!number_read(text, least, most, &value))
		argp_error(state, "--%s wants a number from %llu to %llu, got '%s'", option,
			   (unsigned long long)least, (unsigned long long)most, text);
	return value;
}
