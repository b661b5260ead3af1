#include "base/fatal.h"

#include <stdio.h>
#include <stdlib.h>

static fatal_handler *current_handler;

void fatal_set_handler(fatal_handler *handler)
{
	current_handler = handler;
}

_Noreturn void fatal(const char *text)
{
	if (current_handler != NULL)
		current_handler(text);
	fprintf(stderr, "fatal: %s\n", text);
	abort();
}
