/* Where the program that runs lies: builds are beside each other, BUILDS/PRESET/bin/rut. */
#ifndef RUT_OWN_BUILD_H
#define RUT_OWN_BUILD_H

#include <stdbool.h>

enum { OWN_BUILD_PATH_SIZE = 4096 };

/* Splits it into BUILDS (OWN_BUILD_PATH_SIZE bytes), as it would be typed, and PRESET, which lies
 * in the same memory. False: the program lies elsewhere. */
bool own_build_split(char *ret_builds, const char **ret_preset);

#endif
