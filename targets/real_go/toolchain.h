/* The scripts that find toolchains and build with them. They are looked for above the running
 * program, which lies in build/<preset>/ of the project. */
#ifndef REAL_GO_TOOLCHAIN_H
#define REAL_GO_TOOLCHAIN_H

#include <stdbool.h>

#include "real_go/real_go.h"

/* The project's folder. False: the running program lies in none; RET_ERROR (REAL_GO_ERROR_SIZE)
 * tells. */
bool toolchain_root(char ret_root[REAL_GO_PATH_SIZE], char *ret_error);

#endif
