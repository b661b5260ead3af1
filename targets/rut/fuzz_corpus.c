/* Where a target's inputs come from. Engines write into the grown folder and read the given one: a
 * copy of the corpus in which every scenario text has become its binary form, made for mutation. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perform/points.h"
#include "rut/command.h"
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

static int write_binary_form(const char *text, const char *binary)
{
	static struct scenario scenario;
	static uint8_t bytes[SCENARIO_BINARY_SIZE_MAX];
	static char error[SCENARIO_ERROR_SIZE];
	if (!scenario_load(text, &perform_points, &scenario, NULL, error, sizeof(error))) {
		fprintf(stderr, "%s\n", error);
		return RUT_USAGE;
	}
	const size_t size_bytes = scenario_encode(&scenario, bytes, sizeof(bytes));
	return fuzz_write_file(binary, bytes, size_bytes) ? RUT_FINE : RUT_HARNESS;
}

/* Adds the files of FOLDER to those given to TARGET, as KIND-name. */
static int give(const struct fuzz_run *run, const struct fuzz_target *target, const char *folder,
		const char *kind)
{
	struct dirent **entries;
	char given[FUZZ_PATH_SIZE];
	int status = RUT_FINE;
	int count = scandir(folder, &entries, is_visible, alphasort);
	if (count < 0) {
		fprintf(stderr, "%s: %s\n", folder, strerror(errno));
		return RUT_USAGE;
	}
	fuzz_corpus_given(run, target, given, sizeof(given));
	for (int i = 0; i < count; i++) {
		char from[FUZZ_PATH_SIZE], to[FUZZ_PATH_SIZE];
		const char *ending = strrchr(entries[i]->d_name, '.');
		fuzz_path(from, sizeof(from), "%s/%s", folder, entries[i]->d_name);
		fuzz_path(to, sizeof(to), "%s/%s-%s", given, kind, entries[i]->d_name);
		const bool is_wanted = status == RUT_FINE && !fuzz_is_folder(from);
		if (is_wanted && ending && strcmp(ending, ".rut") == 0)
			status = write_binary_form(from, to);
		else if (is_wanted && !fuzz_copy_file(from, to))
			status = RUT_HARNESS;
		free(entries[i]);
	}
	free(entries);
	return status;
}

static int give_all(const struct fuzz_run *run, const struct fuzz_target *target)
{
	static const char *const kinds[] = {"seed", "regression"};
	char folder[FUZZ_PATH_SIZE], inputs[sizeof(target->name)];
	inputs_of(target, inputs, sizeof(inputs));
	if (!fuzz_corpus_is_kept(run)) {
		if (strcmp(run->options.corpus, "empty") == 0)
			return RUT_FINE;
		/* A folder for each target, or one for all. */
		fuzz_path(folder, sizeof(folder), "%s/%s", run->options.corpus, inputs);
		return give(run, target, fuzz_is_folder(folder) ? folder : run->options.corpus,
			    "given");
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		fuzz_path(folder, sizeof(folder), "corpus/%s/%s", inputs, kinds[i]);
		int status = fuzz_is_folder(folder) ? give(run, target, folder, kinds[i])
						    : RUT_FINE;
		if (status != RUT_FINE)
			return status;
	}
	return RUT_FINE;
}

int fuzz_corpus_prepare(struct fuzz_run *run)
{
	char path[FUZZ_PATH_SIZE];
	for (size_t i = 0; i < run->target_count; i++) {
		struct fuzz_target *target = &run->targets[i];
		fuzz_corpus_grown(run, target, path, sizeof(path));
		if (!fuzz_make_folders(path))
			return RUT_HARNESS;
		fuzz_corpus_given(run, target, path, sizeof(path));
		int status = fuzz_make_folders(path) ? give_all(run, target) : RUT_HARNESS;
		if (status != RUT_FINE)
			return status;
		fuzz_corpus_count(run, target);
	}
	return RUT_FINE;
}
