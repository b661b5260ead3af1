/* One input through a target's program, once, and what it said of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rut/fuzz.h"

enum { RUN_TIME_MS = 2 * 1000 * FUZZ_INPUT_TIME_MAX_S };

struct fuzz_end fuzz_input_run(char *const argv[], char **ret_text,
			       struct fuzz_verdict *ret_verdict)
{
	size_t size;
	*ret_verdict = (struct fuzz_verdict){0};
	FILE *output = open_memstream(ret_text, &size);
	if (!output)
		return (struct fuzz_end){.status = -1};
	/* Never in a hurry: a run that is cut short would tell what is not so. */
	const struct fuzz_end end = fuzz_child_run(argv, output, RUN_TIME_MS, false);
	fclose(output);
	for (const char *at = *ret_text; *at;) {
		const size_t length = strcspn(at, "\n");
		char *line = strndup(at, length);
		if (line)
			fuzz_parse_verdict(line, ret_verdict);
		free(line);
		at += length + (at[length] == '\n');
	}
	if (ret_verdict->witness == FUZZ_NOBODY && end.status != 0)
		snprintf(ret_verdict->verdict, sizeof(ret_verdict->verdict), "crash");
	return end;
}
