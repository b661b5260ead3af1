/* Runs a command as main() does, with what it prints at hand. For tests; not reentrant. */
#ifndef RUT_TESTS_COMMAND_RUN_H
#define RUT_TESTS_COMMAND_RUN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/defect.h"

enum { COMMAND_OUTPUT_SIZE = 4 << 20 };

static char command_output[COMMAND_OUTPUT_SIZE];

/* ARGUMENTS ends with NULL and begins behind the command's name. Standard output goes to
 * command_output, and the defects are off before. Returns the exit status. */
static inline int command_run(int (*command)(int argc, char **argv), const char *const *arguments)
{
	static char name[] = "rut";
	static char copies[16][512];
	char *argv[18] = {name};
	int argc = 1;
	for (; arguments[argc - 1] != NULL && argc < 16; argc++) {
		snprintf(copies[argc], sizeof copies[argc], "%s", arguments[argc - 1]);
		argv[argc] = copies[argc];
	}
	defect_reset();
	fflush(stdout);
	FILE *file = tmpfile();
	int standard = dup(STDOUT_FILENO);
	if (file == NULL || standard < 0 || dup2(fileno(file), STDOUT_FILENO) < 0)
		abort();
	int status = command(argc, argv);
	fflush(stdout);
	if (dup2(standard, STDOUT_FILENO) < 0)
		abort();
	close(standard);
	rewind(file);
	command_output[fread(command_output, 1, COMMAND_OUTPUT_SIZE - 1, file)] = '\0';
	fclose(file);
	return status;
}

#define COMMAND_RUN(command, ...) command_run(command, (const char *const[]){__VA_ARGS__, NULL})

#endif
