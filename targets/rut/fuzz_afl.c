/* AFL++'s slices: the same target as a persistent process, the same corpus. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "rut/fuzz.h"
#include "rut/fuzz_inputs.h"

enum {
	MEASURES = 4,       /* runs of each input before the search, AFL_FAST_CAL */
	MEASURED_SHARE = 4, /* a slice's time is spent on them at most to one part in so many */
	INPUT_COUNT_MIN = 8,
	INPUT_COUNT_MAX = 512,
	RATE_GUESSED = 100, /* executions in a second, as long as nobody knows */
};

void fuzz_afl_inputs(const char *folder, char *ret_path, size_t path_size)
{
	fuzz_path(ret_path, path_size, "%s/in", folder);
}

/* As many as can be measured in a part of the slice. */
static size_t input_count_max(const struct fuzz_run *run, const struct fuzz_slice *slice,
			      int64_t length_ms)
{
	int64_t rate = RATE_GUESSED;
	struct fuzz_counts sum = {0};
	for (int engine = 0; engine < FUZZ_ENGINE_COUNT; engine++) {
		struct fuzz_counts counts = fuzz_counts_of(run, slice->target, slice->build,
							   (enum fuzz_engine)engine);
		fuzz_counts_add(&sum, &counts);
	}
	if (sum.executions > 0 && sum.busy_ms > 0)
		rate = (int64_t)sum.executions * 1000 / sum.busy_ms;
	int64_t count = rate * length_ms / 1000 / MEASURED_SHARE / MEASURES;
	if (count < INPUT_COUNT_MIN)
		return INPUT_COUNT_MIN;
	return count < INPUT_COUNT_MAX ? (size_t)count : INPUT_COUNT_MAX;
}

static bool prepare_inputs(const struct fuzz_run *run, const struct fuzz_slice *slice,
			   int64_t length_ms)
{
	char inputs[FUZZ_PATH_SIZE], grown[FUZZ_PATH_SIZE], given[FUZZ_PATH_SIZE];
	char path[FUZZ_PATH_SIZE];
	fuzz_afl_inputs(slice->folder, inputs, sizeof(inputs));
	fuzz_corpus_grown(run, slice->target, grown, sizeof(grown));
	fuzz_corpus_given(run, slice->target, given, sizeof(given));
	if (!fuzz_make_folders(inputs))
		return false;
	const char *const folders[] = {grown, given};
	if (fuzz_inputs_share(folders, 2, input_count_max(run, slice, length_ms), inputs) > 0)
		return true;
	/* It wants at least one, with at least one byte. */
	fuzz_path(path, sizeof(path), "%s/newline", inputs);
	return fuzz_write_file(path, "\n", 1);
}

/* What AFL++ saw in earlier slices of the run: it keeps what is new beyond that alone, else each
 * slice would give the corpus all of it again. */
static void bitmap_path(const struct fuzz_run *run, const struct fuzz_slice *slice, char *ret_path,
			size_t path_size)
{
	fuzz_path(ret_path, path_size, "%s/bitmaps/%s-%s", run->options.work,
		  fuzz_build_preset(slice->build), slice->target->name);
}

static void set_environment(const struct fuzz_run *run, const struct fuzz_slice *slice)
{
	char page[FUZZ_PATH_SIZE], mutator[FUZZ_PATH_SIZE];
	fuzz_path(page, sizeof(page), "%s/page", slice->folder);
	fuzz_path(mutator, sizeof(mutator), "%s/%s/bin/%s.mutator.so", run->options.build,
		  fuzz_build_preset(slice->build), slice->target->name);
	bool has_mutator = !run->options.mutates_bytes && fuzz_is_executable(mutator);
	fuzz_environment_set(&(struct fuzz_environment){
		.target = slice->target->name,
		.defect = slice->defect,
		.page = page,
		.engine = FUZZ_AFL,
		.mutator = has_mutator ? mutator : NULL,
		.mutates_bytes = run->options.mutates_bytes,
		.tells_trigger = run->options.tells_trigger,
	});
}

bool fuzz_afl_start(const struct fuzz_run *run, struct fuzz_slice *slice, int64_t length_ms)
{
	char afl[FUZZ_PATH_SIZE], program[FUZZ_PATH_SIZE];
	char inputs[FUZZ_PATH_SIZE], outputs[FUZZ_PATH_SIZE];
	char time[32], seed[32], size[32], limit[32];
	char in[] = "-i", out[] = "-o", time_option[] = "-V", seed_option[] = "-s";
	char memory_option[] = "-m", memory[] = "none", limit_option[] = "-t";
	char size_option[] = "-G", end[] = "--", bitmap_option[] = "-B";
	char bitmap[FUZZ_PATH_SIZE];
	if (!prepare_inputs(run, slice, length_ms))
		return false;
	fuzz_find_program("afl-fuzz", afl, sizeof(afl));
	fuzz_target_path(run, slice->target->name, slice->build, FUZZ_AFL, program,
			 sizeof(program));
	fuzz_afl_inputs(slice->folder, inputs, sizeof(inputs));
	fuzz_path(outputs, sizeof(outputs), "%s/afl", slice->folder);
	fuzz_path(time, sizeof(time), "%" PRId64, (length_ms + 999) / 1000);
	fuzz_path(seed, sizeof(seed), "%" PRIu32, slice->seed);
	fuzz_path(size, sizeof(size), "%d", FUZZ_INPUT_SIZE_MAX);
	fuzz_path(limit, sizeof(limit), "%d", FUZZ_INPUT_TIME_MAX_S * 1000);
	char *argv[] = {afl,         in,           inputs,      out,         outputs,
			time_option, time,         seed_option, seed,        memory_option,
			memory,      limit_option, limit,       size_option, size,
			NULL,        NULL,         NULL,        NULL,        NULL};
	size_t count = 15;
	bitmap_path(run, slice, bitmap, sizeof(bitmap));
	if (fuzz_is_file(bitmap)) {
		argv[count++] = bitmap_option;
		argv[count++] = bitmap;
	}
	argv[count++] = end;
	argv[count++] = program;
	set_environment(run, slice);
	slice->pid = fuzz_child_start(argv, &slice->output);
	if (slice->pid > 0)
		return true;
	slice->pid = 0;
	fprintf(stderr, "%s: %s\n", afl, strerror(errno));
	return false;
}

/* What AFL++ keeps is called id:000012,... */
static bool is_kept(const char *name)
{
	return strncmp(name, "id:", 3) == 0;
}

void fuzz_afl_find(const char *folder, char *ret_path, size_t path_size)
{
	static const char *const kinds[] = {"crashes", "hangs"};
	ret_path[0] = '\0';
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds) && !ret_path[0]; i++) {
		char kept[FUZZ_PATH_SIZE];
		fuzz_path(kept, sizeof(kept), "%s/afl/default/%s", folder, kinds[i]);
		DIR *entries = opendir(kept);
		for (struct dirent *entry; entries && (entry = readdir(entries)) != NULL;) {
			if (is_kept(entry->d_name))
				fuzz_path(ret_path, path_size, "%s/%s", kept, entry->d_name);
		}
		if (entries)
			closedir(entries);
	}
}

bool fuzz_afl_keep_refused(const struct fuzz_run *run, const struct fuzz_slice *slice,
			   char *ret_path, size_t path_size)
{
	char folder[FUZZ_PATH_SIZE], inputs[FUZZ_PATH_SIZE], path[FUZZ_PATH_SIZE];
	fuzz_path(folder, sizeof(folder), "%s/unclear", run->options.work);
	fuzz_afl_inputs(slice->folder, inputs, sizeof(inputs));
	fuzz_path(path, sizeof(path), "%s/%s", inputs, slice->refused);
	fuzz_path(ret_path, path_size, "%s/%s-%s", folder, slice->target->name, slice->refused);
	return fuzz_make_folders(folder) && fuzz_copy_file(path, ret_path);
}

uint64_t fuzz_afl_take_queue(const char *folder, const char *grown)
{
	char queue[FUZZ_PATH_SIZE];
	uint64_t count = 0;
	fuzz_path(queue, sizeof(queue), "%s/afl/default/queue", folder);
	DIR *entries = opendir(queue);
	for (struct dirent *entry; entries && (entry = readdir(entries)) != NULL;) {
		char path[FUZZ_PATH_SIZE];
		if (!is_kept(entry->d_name) || !fuzz_input_is_news(entry->d_name))
			continue;
		fuzz_path(path, sizeof(path), "%s/%s", queue, entry->d_name);
		count += fuzz_input_share(path, grown);
	}
	if (entries)
		closedir(entries);
	return count;
}

void fuzz_afl_keep_bitmap(const struct fuzz_run *run, const struct fuzz_slice *slice)
{
	char from[FUZZ_PATH_SIZE], to[FUZZ_PATH_SIZE], part[FUZZ_PATH_SIZE];
	fuzz_path(from, sizeof(from), "%s/afl/default/fuzz_bitmap", slice->folder);
	bitmap_path(run, slice, to, sizeof(to));
	fuzz_path(part, sizeof(part), "%s.part", to);
	/* Its own slice must not see it change. */
	if (fuzz_is_file(from) && fuzz_copy_file(from, part))
		rename(part, to);
}
