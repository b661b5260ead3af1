/* The subcommands of `rut go`. Like those of rut, each takes its arguments, the first being its own
 * name, and returns the exit status (rut/command.h). */
#ifndef RUT_GO_COMMAND_H
#define RUT_GO_COMMAND_H

#define GO_COMMAND(name, sentence) int rut_go_##name(int argc, char **argv);
#include "rut_go/go_command.def"
#undef GO_COMMAND

#endif
