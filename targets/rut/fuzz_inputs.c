#include "rut/fuzz_inputs.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/fatal.h"
#include "rut/fuzz.h"

static int compare(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

/* Names decide between equals, so that the order is one. */
static int newer_first(const void *a, const void *b)
{
	const struct fuzz_input *first = a, *second = b;
	int order = compare(second->changed_ns, first->changed_ns);
	return order != 0 ? order : strcmp(first->path, second->path);
}

static int smaller_first(const void *a, const void *b)
{
	const struct fuzz_input *first = a, *second = b;
	int order = compare(first->size_bytes, second->size_bytes);
	return order != 0 ? order : strcmp(first->path, second->path);
}

size_t fuzz_inputs_choose(struct fuzz_input *inputs, size_t count, size_t count_max)
{
	if (count <= count_max)
		return count;
	size_t newest = (count_max + 1) / 2;
	qsort(inputs, count, sizeof(*inputs), newer_first);
	qsort(inputs + newest, count - newest, sizeof(*inputs), smaller_first);
	return count_max;
}

struct inputs {
	struct fuzz_input *all;
	size_t count, size;
};

static void add_input(struct inputs *inputs, const char *path)
{
	struct stat status;
	if (stat(path, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0 ||
	    status.st_size > FUZZ_INPUT_SIZE_MAX)
		return;
	if (inputs->count == inputs->size) {
		inputs->size = inputs->size ? inputs->size * 2 : 256;
		inputs->all = realloc(inputs->all, inputs->size * sizeof(*inputs->all));
		ensure(inputs->all != NULL);
	}
	struct fuzz_input *input = &inputs->all[inputs->count++];
	input->path = strdup(path);
	ensure(input->path != NULL);
	input->changed_ns = (int64_t)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec;
	input->size_bytes = status.st_size;
}

static void add_folder(struct inputs *inputs, const char *folder)
{
	DIR *entries = opendir(folder);
	for (struct dirent *entry; entries && (entry = readdir(entries)) != NULL;) {
		char path[FUZZ_PATH_SIZE];
		if (entry->d_name[0] == '.')
			continue;
		fuzz_path(path, sizeof(path), "%s/%s", folder, entry->d_name);
		add_input(inputs, path);
	}
	if (entries)
		closedir(entries);
}

size_t fuzz_inputs_share(const char *const *folders, size_t folder_count, size_t count_max,
			 const char *to)
{
	struct inputs inputs = {0};
	size_t shared = 0;
	for (size_t i = 0; i < folder_count; i++)
		add_folder(&inputs, folders[i]);
	size_t chosen = fuzz_inputs_choose(inputs.all, inputs.count, count_max);
	for (size_t i = 0; i < chosen; i++) {
		char path[FUZZ_PATH_SIZE];
		fuzz_path(path, sizeof(path), "%s/%06zu-%s", to, i,
			  strrchr(inputs.all[i].path, '/') + 1);
		shared += fuzz_share_file(inputs.all[i].path, path);
	}
	for (size_t i = 0; i < inputs.count; i++)
		free(inputs.all[i].path);
	free(inputs.all);
	return shared;
}

bool fuzz_input_share(const char *path, const char *folder)
{
	static char bytes[FUZZ_INPUT_SIZE_MAX];
	char name[FUZZ_PATH_SIZE];
	FILE *file = fopen(path, "rb");
	if (!file)
		return false;
	size_t size_bytes = fread(bytes, 1, sizeof(bytes), file);
	bool is_whole = fgetc(file) == EOF;
	fclose(file);
	XXH128_hash_t hash = XXH3_128bits(bytes, size_bytes);
	fuzz_path(name, sizeof(name), "%s/%016" PRIx64 "%016" PRIx64, folder, hash.high64,
		  hash.low64);
	return is_whole && access(name, F_OK) != 0 && fuzz_share_file(path, name);
}

bool fuzz_input_is_news(const char *name)
{
	return strstr(name, ",orig:") == NULL && strstr(name, ",+cov") != NULL;
}
