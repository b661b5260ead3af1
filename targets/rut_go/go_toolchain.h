/* What the commands of `rut go` have in common: which toolchain, which driver. */
#ifndef RUT_GO_TOOLCHAIN_H
#define RUT_GO_TOOLCHAIN_H

#include "real_go/real_go.h"

enum {
	GO_TOOLCHAIN_COUNT_MAX = 64,
	GO_EDIT_COUNT_MAX = SCENARIO_EDIT_COUNT_MAX +
			    1, /* those of a scenario, and a fix or unfix */
	GO_RUN_TIME_MAX_MS = 20000,
};

/* How a driver is built. */
struct go_build {
	enum scenario_toolchain_build build;
	const char *edits[GO_EDIT_COUNT_MAX];
	size_t edit_count;
};

/* GO, or with NULL the newest that is found. Like go_driver(): 0, or an exit status with a message
 * on stderr. */
int go_choose(const char *go, struct real_go_toolchain *ret_toolchain);

/* Builds where needed. RET_DRIVER has REAL_GO_PATH_SIZE bytes. */
int go_driver(const struct real_go_toolchain *toolchain, const struct go_build *build,
	      char *ret_driver);

/* As the scenario's toolchain line says; without one plain, without edits. */
struct go_build go_build_of(const struct scenario_toolchain *toolchain);

/* False: more than GO_EDIT_COUNT_MAX. */
bool go_build_add_edit(struct go_build *build, const char *edit);

/* False: there is no build called NAME. */
bool go_build_parse(const char *name, enum scenario_toolchain_build *ret_build);

/* A reader for what TOOLCHAIN writes; NULL, with one line on stderr, where there is none. */
struct real_go_reader *go_reader(const struct real_go_toolchain *toolchain);

#endif
