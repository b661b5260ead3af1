/* rut go list: toolchains. */
#include <argp.h>
#include <stdio.h>
#include <unistd.h>

#include "real_go/toolchain.h"
#include "rut/command.h"
#include "rut_go/go_command.h"

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	(void)argument;
	if (key == ARGP_KEY_ARG)
		argp_error(state, "no argument is expected");
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
	.parser = parse_option,
	.doc = "Lists for each version of Go that tests can use what is here, or how to install "
	       "it.\v"
	       "Exit status: 0, 2 wrong usage, 3 the list cannot be made.",
};

int rut_go_list(int argc, char **argv)
{
	char root[REAL_GO_PATH_SIZE], script[REAL_GO_PATH_SIZE + 64], error[REAL_GO_ERROR_SIZE];
	argp_err_exit_status = RUT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	if (!toolchain_root(root, error)) {
		fprintf(stderr, "%s\n", error);
		return RUT_HARNESS;
	}
	snprintf(script, sizeof script, "%s/ci/toolchains", root);
	execl(script, script, "--wanted", (char *)NULL);
	perror(script);
	return RUT_HARNESS;
}
