/* rut go: what is done with real Go toolchains. Each subcommand has a row in go_command.def and a
 * file of its own. */
#include <stdio.h>
#include <string.h>

#include "rut/command.h"
#include "rut_go/go_command.h"

struct go_command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *sentence;
};

static const struct go_command commands[] = {
#define GO_COMMAND(name, sentence) {#name, rut_go_##name, sentence},
#include "rut_go/go_command.def"
#undef GO_COMMAND
};

enum { COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]) };

static void print_help(FILE *stream)
{
	fprintf(stream, "Usage: rut go COMMAND [OPTION...] [ARGUMENT...]\n"
			"Runs scenarios on real Go toolchains and judges what they write.\n\n"
			"Commands:\n");
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(stream, "  %-12s %s\n", commands[i].name, commands[i].sentence);
	fprintf(stream, "\n`rut go COMMAND --help' explains a command.\n");
}

int rut_go(int argc, char **argv)
{
	static char name[64];
	if (argc < 2) {
		print_help(stderr);
		return RUT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		print_help(stdout);
		return RUT_FINE;
	}
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (strcmp(argv[1], commands[i].name) == 0) {
			snprintf(name, sizeof name, "rut go %s", commands[i].name);
			argv[1] = name;
			return commands[i].run(argc - 1, argv + 1);
		}
	}
	fprintf(stderr, "rut go: there is no command `%s'; `rut go --help' lists them\n", argv[1]);
	return RUT_USAGE;
}
