#include "rut/own_build.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

bool own_build_split(char *ret_builds, const char **ret_preset)
{
	char here[OWN_BUILD_PATH_SIZE];
	ssize_t length = readlink("/proc/self/exe", ret_builds, OWN_BUILD_PATH_SIZE - 1);
	if (length < 0)
		return false;
	ret_builds[length] = '\0';
	char *slash = NULL;
	for (unsigned part = 0; part < 3; part++) {
		slash = strrchr(ret_builds, '/');
		if (slash == NULL)
			return false;
		*slash = '\0';
	}
	*ret_preset = slash + 1;
	if (getcwd(here, sizeof here) != NULL && strncmp(ret_builds, here, strlen(here)) == 0 &&
	    ret_builds[strlen(here)] == '/') {
		const size_t cut = strlen(here) + 1;
		memmove(ret_builds, ret_builds + cut, (size_t)(slash - ret_builds) - cut + 1);
	}
	return true;
}
