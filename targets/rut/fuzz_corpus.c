/* Where a target's inputs come from. Engines write into the grown folder and read the given one: a
 * copy of the corpus in which every scenario text has become its binary form, made for mutation. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perform/points.h"
#include "rut/fuzz.h"
#include "scenario/binary.h"
#include "scenario/load.h"

bool fuzz_corpus_is_kept(const struct fuzz_run *run)
{
	return run->options.corpus == NULL;
}

void fuzz_corpus_grown(const struct fuzz_run *run, const struct fuzz_target *target, char *ret_path,
		       size_t path_size)
{
	if (fuzz_corpus_is_kept(run))
		fuzz_path(ret_path, path_size, "%s/corpus/%s", run->options.build, target->name);
	else
		fuzz_path(ret_path, path_size, "%s/corpus/%s", run->options.work, target->name);
}

void fuzz_corpus_given(const struct fuzz_run *run, const struct fuzz_target *target, char *ret_path,
		       size_t path_size)
{
	fuzz_path(ret_path, path_size, "%s/given/%s", run->options.work, target->name);
}

void fuzz_corpus_count(const struct fuzz_run *run, struct fuzz_target *target)
{
	char grown[FUZZ_PATH_SIZE], given[FUZZ_PATH_SIZE];
	fuzz_corpus_grown(run, target, grown, sizeof(grown));
	fuzz_corpus_given(run, target, given, sizeof(given));
	target->corpus_count = fuzz_file_count(grown) + fuzz_file_count(given);
}

/* Targets on real threads play what those on the simulator play. */
static void inputs_of(const struct fuzz_target *target, char *ret_name, size_t name_size)
{
	if (fuzz_is_parallel(target->name))
		fuzz_path(ret_name, name_size, "fuzz_%s", target->name + strlen("race_"));
	else
		fuzz_path(ret_name, name_size, "%s", target->name);
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool write_binary_form(const char *text, const char *binary)
{
	static struct scenario scenario;
	static uint8_t bytes[SCENARIO_BINARY_SIZE_MAX];
	static char error[SCENARIO_ERROR_SIZE];
	if (!scenario_load(text, &perform_points, &scenario, NULL, error, sizeof(error))) {
		fprintf(stderr, "%s\n", error);
		return false;
	}
	return fuzz_write_file(binary, bytes, scenario_encode(&scenario, bytes, sizeof(bytes)));
}

/* Adds the files of FOLDER to those given to TARGET, as KIND-name. */
static bool give(const struct fuzz_run *run, const struct fuzz_target *target, const char *folder,
		 const char *kind)
{
	struct dirent **entries;
	char given[FUZZ_PATH_SIZE];
	bool is_given = true;
	int count = scandir(folder, &entries, is_visible, alphasort);
	if (count < 0) {
		fprintf(stderr, "%s: %s\n", folder, strerror(errno));
		return false;
	}
	fuzz_corpus_given(run, target, given, sizeof(given));
	for (int i = 0; i < count; i++) {
		char from[FUZZ_PATH_SIZE], to[FUZZ_PATH_SIZE];
		const char *ending = strrchr(entries[i]->d_name, '.');
		fuzz_path(from, sizeof(from), "%s/%s", folder, entries[i]->d_name);
		fuzz_path(to, sizeof(to), "%s/%s-%s", given, kind, entries[i]->d_name);
		if (is_given && !fuzz_is_folder(from))
			is_given = ending && strcmp(ending, ".rut") == 0
					   ? write_binary_form(from, to)
					   : fuzz_copy_file(from, to);
		free(entries[i]);
	}
	free(entries);
	return is_given;
}

static bool give_all(const struct fuzz_run *run, const struct fuzz_target *target)
{
	static const char *const kinds[] = {"seed", "regression"};
	char folder[FUZZ_PATH_SIZE], inputs[sizeof(target->name)];
	inputs_of(target, inputs, sizeof(inputs));
	if (!fuzz_corpus_is_kept(run)) {
		if (strcmp(run->options.corpus, "empty") == 0)
			return true;
		/* A folder for each target, or one for all. */
		fuzz_path(folder, sizeof(folder), "%s/%s", run->options.corpus, inputs);
		return give(run, target, fuzz_is_folder(folder) ? folder : run->options.corpus,
			    "given");
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		fuzz_path(folder, sizeof(folder), "corpus/%s/%s", inputs, kinds[i]);
		if (fuzz_is_folder(folder) && !give(run, target, folder, kinds[i]))
			return false;
	}
	return true;
}

bool fuzz_corpus_prepare(struct fuzz_run *run)
{
	char path[FUZZ_PATH_SIZE];
	for (size_t i = 0; i < run->target_count; i++) {
		struct fuzz_target *target = &run->targets[i];
		fuzz_corpus_grown(run, target, path, sizeof(path));
		if (!fuzz_make_folders(path))
			return false;
		fuzz_corpus_given(run, target, path, sizeof(path));
		if (!fuzz_make_folders(path) || !give_all(run, target))
			return false;
		fuzz_corpus_count(run, target);
	}
	return true;
}
