/* Runs a command as main() does, in a process of its own, with what it prints at hand. For tests;
 * not reentrant. */
#ifndef RUT_TESTS_COMMAND_RUN_H
#define RUT_TESTS_COMMAND_RUN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COMMAND_OUTPUT_SIZE = 4 << 20, COMMAND_ARGUMENT_COUNT_MAX = 16 };

static char command_output[COMMAND_OUTPUT_SIZE];

/* A command may end the process, and ThreadSanitizer keeps what a run did for the next one. */
static inline void command_run_here(int (*command)(int argc, char **argv),
				    const char *const *arguments, FILE *output)
{
	static char name[] = "rut";
	static char copies[COMMAND_ARGUMENT_COUNT_MAX][512];
	char *argv[COMMAND_ARGUMENT_COUNT_MAX + 1] = {name};
	int argc = 1;
	for (; arguments[argc - 1] != NULL && argc < COMMAND_ARGUMENT_COUNT_MAX; argc++) {
		snprintf(copies[argc], sizeof copies[argc], "%s", arguments[argc - 1]);
		argv[argc] = copies[argc];
	}
	if (dup2(fileno(output), STDOUT_FILENO) < 0)
		abort();
	int status = command(argc, argv);
	fflush(stdout);
	_exit(status);
}

/* ARGUMENTS ends with NULL and begins behind the command's name. Standard output goes to
 * command_output. Returns the exit status, -1 where the process was killed. */
static inline int command_run(int (*command)(int argc, char **argv), const char *const *arguments)
{
	int status;
	FILE *output = fdopen(memfd_create("output", MFD_CLOEXEC), "w+");
	fflush(stdout);
	const pid_t child = fork();
	if (output == NULL || child < 0)
		abort();
	if (child == 0)
		command_run_here(command, arguments, output);
	if (waitpid(child, &status, 0) != child)
		abort();
	rewind(output);
	command_output[fread(command_output, 1, COMMAND_OUTPUT_SIZE - 1, output)] = '\0';
	fclose(output);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define COMMAND_RUN(command, ...) command_run(command, (const char *const[]){__VA_ARGS__, NULL})

#endif
