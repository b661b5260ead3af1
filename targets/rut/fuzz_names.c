#include <fnmatch.h>
#include <string.h>

#include "rut/fuzz.h"

static const struct {
	const char *preset;
	const char *tool_preset;
	const char *name;
	const char *targets; /* those that gain by it */
} builds[FUZZ_BUILD_COUNT] = {
	[FUZZ_PLAIN] = {"libfuzzer", "dev", "plain", "!(race_*)"},
	[FUZZ_ASAN] = {"asan", "asan", "asan", "!(race_*)"},
	[FUZZ_TSAN] = {"tsan", "tsan", "tsan", "*"},
	/* Those in which goroutines run; canaries only by name. */
	[FUZZ_ANNOTATIONS] = {"annotations", "annotations", "annotations",
			      "@(fuzz_trace_v?|canary_*)"},
};

/* What a word of --san stands for. */
static const struct {
	const char *word;
	bool use_build[FUZZ_BUILD_COUNT];
} build_words[] = {
	{"none", {[FUZZ_PLAIN] = true}},
	{"asan", {[FUZZ_ASAN] = true}},
	{"tsan", {[FUZZ_TSAN] = true}},
	{"annotations", {[FUZZ_ANNOTATIONS] = true}},
	{"rotate", {[FUZZ_ASAN] = true, [FUZZ_TSAN] = true, [FUZZ_ANNOTATIONS] = true}},
};

static const struct {
	const char *id;
	const char *name;
	const char *targets;
} engines[FUZZ_ENGINE_COUNT] = {
	[FUZZ_LIBFUZZER] = {"libfuzzer", "libFuzzer", "*"},
	/* It wants the same edges for the same input, which real threads do not give. */
	[FUZZ_AFL] = {"afl", "AFL++", "!(race_*)"},
};

static const struct {
	const char *word;
	bool use_engine[FUZZ_ENGINE_COUNT];
} engine_words[] = {
	{"libfuzzer", {[FUZZ_LIBFUZZER] = true}},
	{"afl", {[FUZZ_AFL] = true}},
	{"both", {[FUZZ_LIBFUZZER] = true, [FUZZ_AFL] = true}},
};

const char *fuzz_build_preset(enum fuzz_build build)
{
	return builds[build].preset;
}

const char *fuzz_build_tool_preset(enum fuzz_build build)
{
	return builds[build].tool_preset;
}

const char *fuzz_build_name(enum fuzz_build build)
{
	return builds[build].name;
}

bool fuzz_build_named(const char *name, enum fuzz_build *ret_build)
{
	for (int build = 0; build < FUZZ_BUILD_COUNT; build++) {
		if (strcmp(builds[build].name, name) == 0) {
			*ret_build = (enum fuzz_build)build;
			return true;
		}
	}
	return false;
}

bool fuzz_build_judges(enum fuzz_build build, const char *target)
{
	return fnmatch(builds[build].targets, target, FNM_EXTMATCH) == 0;
}

bool fuzz_choose_builds(const char *word, bool *ret_use_build)
{
	for (size_t i = 0; i < sizeof(build_words) / sizeof(*build_words); i++) {
		if (strcmp(build_words[i].word, word) == 0) {
			memcpy(ret_use_build, build_words[i].use_build,
			       sizeof(build_words[i].use_build));
			return true;
		}
	}
	return false;
}

bool fuzz_choose_engines(const char *word, bool *ret_use_engine)
{
	for (size_t i = 0; i < sizeof(engine_words) / sizeof(*engine_words); i++) {
		if (strcmp(engine_words[i].word, word) == 0) {
			memcpy(ret_use_engine, engine_words[i].use_engine,
			       sizeof(engine_words[i].use_engine));
			return true;
		}
	}
	return false;
}

const char *fuzz_engine_word(const bool *use_engine)
{
	for (size_t i = 0; i < sizeof(engine_words) / sizeof(*engine_words); i++) {
		if (memcmp(engine_words[i].use_engine, use_engine,
			   sizeof(engine_words[i].use_engine)) == 0)
			return engine_words[i].word;
	}
	return "none";
}

const char *fuzz_engine_id(enum fuzz_engine engine)
{
	return engines[engine].id;
}

const char *fuzz_engine_name(enum fuzz_engine engine)
{
	return engines[engine].name;
}

bool fuzz_engine_named(const char *id, enum fuzz_engine *ret_engine)
{
	for (int engine = 0; engine < FUZZ_ENGINE_COUNT; engine++) {
		if (strcmp(engines[engine].id, id) == 0) {
			*ret_engine = (enum fuzz_engine)engine;
			return true;
		}
	}
	return false;
}

bool fuzz_engine_drives(const struct fuzz_options *options, enum fuzz_engine engine,
			const char *target)
{
	bool is_alone = true;
	for (int other = 0; other < FUZZ_ENGINE_COUNT; other++)
		is_alone &= other == (int)engine || !options->use_engine[other];
	return options->use_engine[engine] &&
	       (is_alone || fnmatch(engines[engine].targets, target, FNM_EXTMATCH) == 0);
}

bool fuzz_is_parallel(const char *target)
{
	return strncmp(target, "race_", 5) == 0;
}

bool fuzz_is_target(const char *name)
{
	return fnmatch("@(fuzz|race|canary)_*([a-z0-9_])", name, FNM_EXTMATCH) == 0;
}

bool fuzz_is_of_tracer(const char *target)
{
	return fnmatch("fuzz_trace_v?", target, 0) == 0;
}

const char *fuzz_judge(const char *target, enum fuzz_build build)
{
	return fuzz_is_parallel(target) ? "threads" : fuzz_build_name(build);
}
