#include "rut_go/go_toolchain.h"

#include <stdio.h>
#include <string.h>

#include "rut/command.h"

int go_choose(const char *go, struct real_go_toolchain *ret_toolchain)
{
	static struct real_go_toolchain found[GO_TOOLCHAIN_COUNT_MAX];
	char error[REAL_GO_ERROR_SIZE];
	if (go != NULL) {
		if (real_go_identify(go, ret_toolchain, error))
			return RUT_FINE;
		fprintf(stderr, "%s\n", error);
		return RUT_USAGE;
	}
	size_t count = real_go_find(found, GO_TOOLCHAIN_COUNT_MAX);
	if (count == 0) {
		fprintf(stderr, "no Go toolchain is here: `ci/toolchains --install' gets some, "
				"--go names one\n");
		return RUT_USAGE;
	}
	*ret_toolchain = found[count - 1];
	return RUT_FINE;
}

int go_driver(const struct real_go_toolchain *toolchain, const struct go_build *build,
	      char *ret_driver)
{
	char error[REAL_GO_ERROR_SIZE];
	int status = real_go_build(toolchain, build->build, build->edits, build->edit_count,
				   ret_driver, error);
	if (status == 0)
		return RUT_FINE;
	fprintf(stderr, "%s\n", error);
	return status == 2 ? RUT_USAGE : RUT_HARNESS;
}

struct go_build go_build_of(const struct scenario_toolchain *toolchain)
{
	struct go_build build = {.build = SCENARIO_BUILD_PLAIN};
	if (!toolchain->is_given)
		return build;
	build.build = (enum scenario_toolchain_build)toolchain->build;
	for (size_t i = 0; i < toolchain->edit_count; i++)
		build.edits[build.edit_count++] = toolchain->edits[i];
	return build;
}

bool go_build_add_edit(struct go_build *build, const char *edit)
{
	if (build->edit_count == GO_EDIT_COUNT_MAX)
		return false;
	build->edits[build->edit_count++] = edit;
	return true;
}

bool go_build_parse(const char *name, enum scenario_toolchain_build *ret_build)
{
	for (int i = 0; i < SCENARIO_BUILD_COUNT; i++) {
		if (strcmp(name, scenario_build_names[i]) == 0) {
			*ret_build = (enum scenario_toolchain_build)i;
			return true;
		}
	}
	return false;
}

struct real_go_reader *go_reader(const struct real_go_toolchain *toolchain)
{
	char error[REAL_GO_ERROR_SIZE];
	struct real_go_reader *reader = real_go_reader_start(toolchain, toolchain->minor, error);
	if (reader == NULL)
		fprintf(stderr, "judged by our oracle alone: %s\n", error);
	return reader;
}
