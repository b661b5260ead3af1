#include "rut/fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/defect.h"

/* An engine that is wanted has to drive it too. */
static bool is_used(const struct fuzz_options *options, const char *name, enum fuzz_build build)
{
	bool is_driven = false;
	for (int engine = 0; engine < FUZZ_ENGINE_COUNT; engine++)
		is_driven |= fuzz_engine_drives(options, (enum fuzz_engine)engine, name);
	return is_driven && options->use_build[build] && fuzz_build_judges(build, name);
}

bool fuzz_target_uses(const struct fuzz_run *run, const struct fuzz_target *target,
		      enum fuzz_build build)
{
	return is_used(&run->options, target->name, build);
}

void fuzz_target_path(const struct fuzz_run *run, const char *target, enum fuzz_build build,
		      enum fuzz_engine engine, char *ret_path, size_t path_size)
{
	fuzz_path(ret_path, path_size, "%s/%s/bin/%s%s", run->options.build,
		  fuzz_build_preset(build), target, engine == FUZZ_AFL ? ".afl" : "");
}

struct fuzz_target *fuzz_target_named(struct fuzz_run *run, const char *name)
{
	for (size_t i = 0; i < run->target_count; i++) {
		if (strcmp(run->targets[i].name, name) == 0)
			return &run->targets[i];
	}
	return NULL;
}

static bool add_target(struct fuzz_run *run, const char *name)
{
	if (fuzz_target_named(run, name))
		return true;
	if (run->target_count == FUZZ_TARGET_COUNT_MAX ||
	    strlen(name) >= sizeof(run->targets->name)) {
		fprintf(stderr, "%s: too many targets, or too long a name\n", name);
		return false;
	}
	struct fuzz_target *target = &run->targets[run->target_count++];
	snprintf(target->name, sizeof(target->name), "%s", name);
	target->new_ms = -1;
	return true;
}

static int is_target(const struct dirent *entry)
{
	return fuzz_is_target(entry->d_name);
}

/* The defect's targets: those of the tracer it belongs to, or of the part of tracers. */
static const char *default_patterns(const struct fuzz_options *options)
{
	static char pattern[64];
	if (options->defect == NULL)
		return options->use_build[FUZZ_TSAN] && options->use_engine[FUZZ_LIBFUZZER]
			       ? "fuzz_* race_*"
			       : "fuzz_*";
	const char *tracer = defect_row_named(options->defect)->tracer;
	if (strcmp(tracer, "ring") == 0)
		return "fuzz_cpu_sample_ring";
	if (strcmp(tracer, "protocol") == 0)
		return "fuzz_small_protocol";
	/* Its input would have to be a trace: those of whole runs are. */
	if (strcmp(tracer, "reader") == 0)
		return "fuzz_trace_v2";
	snprintf(pattern, sizeof pattern, "fuzz_trace_%s", tracer);
	return pattern;
}

static bool is_used_anywhere(const struct fuzz_options *options, const char *name)
{
	for (int build = 0; build < FUZZ_BUILD_COUNT; build++) {
		if (is_used(options, name, (enum fuzz_build)build))
			return true;
	}
	return false;
}

/* Adds what matches PATTERN in the first build; false when nothing does. */
static bool add_matching(struct fuzz_run *run, enum fuzz_build build, const char *pattern)
{
	char folder[FUZZ_PATH_SIZE];
	struct dirent **entries;
	fuzz_path(folder, sizeof(folder), "%s/%s/bin", run->options.build,
		  fuzz_build_preset(build));
	int count = scandir(folder, &entries, is_target, alphasort);
	if (count < 0) {
		fprintf(stderr, "%s: %s; `make fuzz` builds it\n", folder, strerror(errno));
		return false;
	}
	bool has_matched = false, is_full = false;
	for (int i = 0; i < count; i++) {
		if (fnmatch(pattern, entries[i]->d_name, 0) == 0 &&
		    is_used_anywhere(&run->options, entries[i]->d_name)) {
			has_matched = true;
			is_full |= !add_target(run, entries[i]->d_name);
		}
		free(entries[i]);
	}
	free(entries);
	if (!has_matched)
		fprintf(stderr, "%s: no target here is called %s\n", folder, pattern);
	return has_matched && !is_full;
}

/* A target that one build has and another has not would silently get half the judges. */
static bool is_in_build(const struct fuzz_run *run, const struct fuzz_target *target,
			enum fuzz_build build)
{
	for (int engine = 0; engine < FUZZ_ENGINE_COUNT; engine++) {
		char path[FUZZ_PATH_SIZE];
		/* libFuzzer's form also names what AFL++ finds. */
		if (engine != FUZZ_LIBFUZZER &&
		    !fuzz_engine_drives(&run->options, (enum fuzz_engine)engine, target->name))
			continue;
		fuzz_target_path(run, target->name, build, (enum fuzz_engine)engine, path,
				 sizeof(path));
		if (!fuzz_is_executable(path)) {
			fprintf(stderr, "%s: missing; `make fuzz` builds it\n", path);
			return false;
		}
	}
	return true;
}

static bool is_in_every_build(const struct fuzz_run *run)
{
	for (size_t i = 0; i < run->target_count; i++) {
		for (int build = 0; build < FUZZ_BUILD_COUNT; build++) {
			if (fuzz_target_uses(run, &run->targets[i], (enum fuzz_build)build) &&
			    !is_in_build(run, &run->targets[i], (enum fuzz_build)build))
				return false;
		}
	}
	return true;
}

bool fuzz_targets_find(struct fuzz_run *run)
{
	int build = 0;
	while (!run->options.use_build[build])
		build++;
	const char *patterns = run->options.targets ? run->options.targets
						    : default_patterns(&run->options);
	for (const char *at = patterns; *at;) {
		char pattern[128];
		size_t length = strcspn(at, " ,");
		if (length > 0) {
			fuzz_path(pattern, sizeof(pattern), "%.*s", (int)length, at);
			if (!add_matching(run, (enum fuzz_build)build, pattern))
				return false;
		}
		at += length;
		at += strspn(at, " ,");
	}
	if (run->target_count == 0)
		fprintf(stderr, "no targets: '%s' names none\n", patterns);
	return run->target_count > 0 && is_in_every_build(run);
}
