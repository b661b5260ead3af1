#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "rut/fuzz.h"

enum { MEMORY_MAX_MB = 4096, OPTION_COUNT_MAX = 10, OPTION_SIZE = FUZZ_PATH_SIZE + 32 };

static bool start(struct fuzz_slice *slice, char *program, char (*options)[OPTION_SIZE],
		  size_t count)
{
	char *argv[OPTION_COUNT_MAX + 2] = {program};
	for (size_t i = 0; i < count; i++)
		argv[1 + i] = options[i];
	slice->pid = fuzz_child_start(argv, &slice->output);
	if (slice->pid > 0)
		return true;
	slice->pid = 0;
	fprintf(stderr, "%s: %s\n", program, strerror(errno));
	return false;
}

bool fuzz_libfuzzer_start(const struct fuzz_run *run, struct fuzz_slice *slice, int64_t length_ms)
{
	char program[FUZZ_PATH_SIZE], options[OPTION_COUNT_MAX][OPTION_SIZE], page[FUZZ_PATH_SIZE];
	size_t count = 0;
	fuzz_path(page, sizeof(page), "%s/page", slice->folder);
	fuzz_path(options[count++], OPTION_SIZE, "-seed=%" PRIu32, slice->seed);
	fuzz_path(options[count++], OPTION_SIZE, "-max_total_time=%" PRId64,
		  (length_ms + 999) / 1000);
	fuzz_path(options[count++], OPTION_SIZE, "-max_len=%d", FUZZ_INPUT_SIZE_MAX);
	fuzz_path(options[count++], OPTION_SIZE, "-timeout=%d", FUZZ_INPUT_TIME_MAX_S);
	fuzz_path(options[count++], OPTION_SIZE, "-rss_limit_mb=%d", MEMORY_MAX_MB);
	fuzz_path(options[count++], OPTION_SIZE, "-artifact_prefix=%s/", slice->folder);
	fuzz_path(options[count++], OPTION_SIZE, "-report_slow_units=1000");
	fuzz_corpus_grown(run, slice->target, options[count++], OPTION_SIZE);
	fuzz_corpus_given(run, slice->target, options[count++], OPTION_SIZE);
	fuzz_target_path(run, slice->target->name, slice->build, FUZZ_LIBFUZZER, program,
			 sizeof(program));
	fuzz_environment_set(&(struct fuzz_environment){
		.target = slice->target->name,
		.defect = slice->defect,
		.page = page,
		.engine = FUZZ_LIBFUZZER,
		.mutates_bytes = run->options.mutates_bytes,
		.tells_trigger = run->options.tells_trigger,
	});
	return start(slice, program, options, count);
}

bool fuzz_libfuzzer_start_naming(const struct fuzz_run *run, struct fuzz_slice *slice,
				 const char *inputs)
{
	char program[FUZZ_PATH_SIZE], options[OPTION_COUNT_MAX][OPTION_SIZE];
	size_t count = 0;
	fuzz_path(options[count++], OPTION_SIZE, "-runs=0");
	fuzz_path(options[count++], OPTION_SIZE, "-timeout=%d", FUZZ_INPUT_TIME_MAX_S);
	fuzz_path(options[count++], OPTION_SIZE, "-rss_limit_mb=%d", MEMORY_MAX_MB);
	fuzz_path(options[count++], OPTION_SIZE, "-artifact_prefix=%s/", slice->folder);
	fuzz_path(options[count++], OPTION_SIZE, "%s", inputs);
	fuzz_target_path(run, slice->target->name, slice->build, FUZZ_LIBFUZZER, program,
			 sizeof(program));
	fuzz_environment_set(
		&(struct fuzz_environment){.target = slice->target->name, .defect = slice->defect});
	return start(slice, program, options, count);
}

/* Slow inputs are no finding. */
void fuzz_libfuzzer_find(const char *folder, char *ret_path, size_t path_size)
{
	static const char *const kinds[] = {"crash-", "timeout-", "oom-", "leak-"};
	DIR *entries = opendir(folder);
	ret_path[0] = '\0';
	for (struct dirent *entry; entries && (entry = readdir(entries)) != NULL;) {
		for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
			if (strncmp(entry->d_name, kinds[i], strlen(kinds[i])) == 0)
				fuzz_path(ret_path, path_size, "%s/%s", folder, entry->d_name);
		}
	}
	if (entries)
		closedir(entries);
}
