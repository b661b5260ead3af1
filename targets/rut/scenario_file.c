#include "rut/scenario_file.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/defect.h"
#include "perform/points.h"
#include "rut/fuzz.h"
#include "rut/own_build.h"
#include "scenario/load.h"

/* ---- Loading ------------------------------------------------------------- */

/* FOLDER/NAME; false, with a message, when it is too long. */
static bool join(const char *folder, const char *name, char *ret_path)
{
	int length = snprintf(ret_path, SCENARIO_FILE_PATH_SIZE, "%s%s", folder, name);
	if (length >= 0 && length < SCENARIO_FILE_PATH_SIZE)
		return true;
	fprintf(stderr, "%s: the name is too long\n", folder);
	return false;
}

/* Folders that others made have no record. */
static bool read_record(const char *folder, struct fuzz_record *ret_record)
{
	char path[SCENARIO_FILE_PATH_SIZE];
	*ret_record = (struct fuzz_record){0};
	if (!join(folder, "/finding.json", path))
		return false;
	if (access(path, F_OK) != 0)
		return true;
	if (!fuzz_record_read(path, ret_record))
		return false;
	if (fuzz_is_of_tracer(ret_record->target))
		return true;
	fprintf(stderr,
		"%s: a finding of `%s', which plays something else than this does: %s/replay "
		"replays it\n",
		folder, ret_record->target, folder);
	return false;
}

/* As the target itself takes them: text where it is some, else whatever bytes they are. */
bool scenario_file_read_input(const char *path, const char *target, struct scenario *ret_scenario,
			      struct scenario_text *ret_text)
{
	static char error[SCENARIO_ERROR_SIZE];
	if (!scenario_load(path, &perform_points, ret_scenario, ret_text, error, sizeof error)) {
		memset(ret_text, 0, sizeof *ret_text);
		if (!scenario_load_bytes(path, ret_scenario, error, sizeof error)) {
			fprintf(stderr, "%s\n", error);
			return false;
		}
	}
	scenario_set_tracer(ret_scenario,
			    strstr(target, "_v1") ? SCENARIO_TRACER_V1 : SCENARIO_TRACER_V2);
	return true;
}

static bool load_input(struct scenario_file *file)
{
	if (fuzz_is_of_tracer(file->target))
		return scenario_file_read_input(file->path, file->target, &file->scenario,
						&file->text);
	fprintf(stderr,
		"%s: an input of `%s', which plays something else than this does: `rut replay' "
		"replays it",
		file->path, file->target);
	if (!fuzz_is_parallel(file->target))
		fprintf(stderr, "; as a test it stays in corpus/%s/regression%s", file->target,
			input_target_takes_scenarios(file->target)
				? ", as the text that `rut convert' makes of it"
				: "");
	fprintf(stderr, "\n");
	return false;
}

bool scenario_file_load(const char *path, const char *target, struct scenario_file *ret_file)
{
	static char error[SCENARIO_ERROR_SIZE];
	struct stat status;
	ret_file->is_finding = stat(path, &status) == 0 && S_ISDIR(status.st_mode);
	ret_file->record = (struct fuzz_record){0};
	ret_file->target[0] = '\0';
	if (ret_file->is_finding && !read_record(path, &ret_file->record))
		return false;
	if (!join(path, ret_file->is_finding ? "/scenario.rut" : "", ret_file->path) ||
	    (!ret_file->is_finding && !input_target_of(path, target, ret_file->target)))
		return false;
	if (ret_file->target[0] != '\0')
		return load_input(ret_file);
	if (scenario_load(ret_file->path, &perform_points, &ret_file->scenario, &ret_file->text,
			  error, sizeof error))
		return true;
	fprintf(stderr, "%s\n", error);
	return false;
}

/* ---- How it was found ---------------------------------------------------- */

bool scenario_file_switch_defect(struct scenario_file *file, bool is_made)
{
	const char *defect = file->record.defect;
	file->is_as_found = file->is_finding && !is_made;
	if (is_made || defect[0] == '\0')
		return true;
	if (!defect_switch(defect)) {
		fprintf(stderr, "%s: found with `%s', and no defect or setting is called so\n",
			file->path, defect);
		return false;
	}
	fprintf(stderr, "%s: found with %s, which is switched on; -d chooses another\n", file->path,
		defect);
	return true;
}

void scenario_file_print_judge(const struct scenario_file *file, enum verdict_kind verdict,
			       const char *command, FILE *stream)
{
	char builds[OWN_BUILD_PATH_SIZE];
	const char *preset;
	enum fuzz_build build;
	const struct fuzz_record *record = &file->record;
	if (!file->is_as_found || strcmp(record->verdict.verdict, verdict_name(verdict)) == 0 ||
	    !fuzz_build_named(record->judge, &build) || !own_build_split(builds, &preset) ||
	    strcmp(preset, fuzz_build_tool_preset(build)) == 0)
		return;
	fprintf(stream,
		"found as  %s, by the build %s, which may see what this one does not:\n"
		"          %s/%s/bin/rut %s %.*s\n",
		record->verdict.verdict, record->judge, builds, fuzz_build_tool_preset(build),
		command, (int)(scenario_file_name(file->path) - file->path - 1), file->path);
}

/* ---- For all ------------------------------------------------------------- */

bool scenario_file_is_simulated(const struct scenario_file *file)
{
	const char *need = scenario_toolchain_need(&file->scenario);
	if (need == NULL)
		return true;
	fprintf(stderr, "%s: %s: only a real toolchain has it; `rut go run' runs it there\n",
		file->path, need);
	return false;
}

bool scenario_file_is_text(const char *path)
{
	static const char ending[] = ".rut";
	const size_t length = strlen(path), ending_length = strlen(ending);
	return length > ending_length && strcmp(path + length - ending_length, ending) == 0;
}

const char *scenario_file_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash != NULL ? slash + 1 : path;
}

error_t scenario_file_take_argument(int key, char *argument, struct argp_state *state,
				    const char **ret_path)
{
	switch (key) {
	case ARGP_KEY_ARG:
		if (*ret_path != NULL)
			argp_error(state, "one FILE is expected, got %s too", argument);
		*ret_path = argument;
		return 0;
	case ARGP_KEY_END:
		if (*ret_path == NULL)
			argp_error(state, "a scenario FILE, or a FOLDER of a finding, is expected");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}
