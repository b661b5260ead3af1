#include "rut/scenario_file.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "perform/points.h"
#include "scenario/load.h"

bool scenario_file_load(const char *path, struct scenario_file *ret_file)
{
	static char error[SCENARIO_ERROR_SIZE];
	struct stat status;
	ret_file->is_finding = stat(path, &status) == 0 && S_ISDIR(status.st_mode);
	int length = snprintf(ret_file->path, sizeof ret_file->path, "%s%s", path,
			      ret_file->is_finding ? "/scenario.rut" : "");
	if (length < 0 || (size_t)length >= sizeof ret_file->path) {
		fprintf(stderr, "%s: the name is too long\n", path);
		return false;
	}
	if (scenario_load(ret_file->path, &perform_points, &ret_file->scenario, &ret_file->text,
			  error, sizeof error))
		return true;
	fprintf(stderr, "%s\n", error);
	return false;
}

bool scenario_file_is_simulated(const struct scenario_file *file)
{
	const char *need = scenario_toolchain_need(&file->scenario);
	if (need == NULL)
		return true;
	fprintf(stderr, "%s: %s: only a real toolchain has it; `rut go run' runs it there\n",
		file->path, need);
	return false;
}

const char *scenario_file_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash != NULL ? slash + 1 : path;
}
