/* rut: the command-line tool. Each subcommand has a row in command.def and a file of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "rut/command.h"

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *sentence;
};

static const struct command commands[] = {
#define COMMAND(name, sentence) {#name, rut_##name, sentence},
#include "rut/command.def"
#undef COMMAND
};

enum { COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]) };

/* As it is typed: with dashes, which names in C cannot have. Valid until the next call. */
static const char *typed_name(const struct command *command)
{
	static char name[64];
	snprintf(name, sizeof name, "%s", command->name);
	for (char *at = name; (at = strchr(at, '_')) != NULL;)
		*at = '-';
	return name;
}

static void print_help(FILE *stream)
{
	fprintf(stream, "Usage: rut COMMAND [OPTION...] [ARGUMENT...]\n"
			"Runs, judges and shows tracers and what they write.\n\nCommands:\n");
	int width = 0;
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if ((int)strlen(commands[i].name) > width)
			width = (int)strlen(commands[i].name);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(stream, "  %-*s  %s\n", width, typed_name(&commands[i]),
			commands[i].sentence);
	fprintf(stream, "\n`rut COMMAND --help' explains a command.\n"
			"Exit status: 0 fine, 1 a finding or a rejected trace, 2 wrong usage or\n"
			"unreadable input, 3 the harness itself failed.\n");
}

/* A broken invariant is a failure of the harness, not of what it judges. */
static void harness_failed(const char *text)
{
	fprintf(stderr, "rut: %s\n", text);
	_Exit(RUT_HARNESS);
}

/* Called by ThreadSanitizer at the end: rut tells of races by its own exit status. */
int __tsan_on_finalize(int has_reported);
int __tsan_on_finalize(int has_reported)
{
	(void)has_reported;
	return 0;
}

/* The command is called by its whole name, so that its messages can be typed again. */
static int run_command(const struct command *command, int argc, char **argv)
{
	static char name[64];
	snprintf(name, sizeof name, "rut %s", typed_name(command));
	argv[0] = name;
	return command->run(argc, argv);
}

int main(int argc, char **argv)
{
	fatal_set_handler(harness_failed);
	if (argc < 2) {
		print_help(stderr);
		return RUT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		print_help(stdout);
		return RUT_FINE;
	}
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (strcmp(argv[1], typed_name(&commands[i])) == 0)
			return run_command(&commands[i], argc - 1, argv + 1);
	}
	fprintf(stderr, "rut: there is no command `%s'; `rut --help' lists them\n", argv[1]);
	return RUT_USAGE;
}
