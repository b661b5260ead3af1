/* What rut and its subcommands agree on: a subcommand takes its arguments, the first being its own
 * name, and returns the exit status. */
#ifndef RUT_COMMAND_H
#define RUT_COMMAND_H

#define COMMAND(name, sentence) int rut_##name(int argc, char **argv);
#include "rut/command.def"
#undef COMMAND

/* Exit statuses, the same everywhere in the project. */
enum rut_exit {
	RUT_FINE = 0,
	RUT_FINDING = 1, /* a rejected trace, a verdict other than expected */
	RUT_USAGE = 2,   /* wrong usage, unreadable input */
	RUT_HARNESS = 3, /* the harness itself failed */
};

#endif
