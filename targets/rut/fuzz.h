/* `rut fuzz`: runs libFuzzer targets in time slices, several at once, and keeps what they find.
 *
 * One run is one struct fuzz_run, plain data: targets, slices (a child process each), findings. One
 * thread; fuzz.c holds the loop, every other file one concern. Times come from the monotonic clock
 * and steer slices and display only. */
#ifndef RUT_FUZZ_H
#define RUT_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "rut/fuzz_parse.h"

enum {
	FUZZ_TARGET_COUNT_MAX = 64,
	FUZZ_SLICE_COUNT_MAX = 256,
	FUZZ_FINDING_COUNT_MAX = 256,
	FUZZ_OUTPUT_SIZE = 64 * 1024, /* of a child's output, its end is kept */
	FUZZ_INPUT_TIME_MAX_S = 30,   /* one input; above is a livelock */
	FUZZ_PATH_SIZE = 512,
};

/* The builds a target is run in; they take turns. Each is a preset of its own. */
enum fuzz_build { FUZZ_PLAIN, FUZZ_ASAN, FUZZ_TSAN, FUZZ_ANNOTATIONS, FUZZ_BUILD_COUNT };

struct fuzz_options {
	const char *build;    /* the folder of all presets */
	const char *targets;  /* patterns, separated by blanks or commas; NULL: the default ones */
	const char *defect;   /* name with an optional :setting; NULL: none */
	const char *corpus;   /* folder or "empty"; NULL: corpus/ and what earlier runs found */
	const char *findings; /* folder */
	bool use_build[FUZZ_BUILD_COUNT];
	uint32_t time_s;
	uint32_t jobs;
	uint64_t seed;
};

struct fuzz_target {
	char name[64];
	struct fuzz_progress best;             /* the most edges and units any slice reported */
	uint64_t executions[FUZZ_BUILD_COUNT]; /* of ended slices */
	int64_t busy_ms[FUZZ_BUILD_COUNT];     /* of ended slices */
	struct fuzz_progress told;             /* steps and signals of ended slices */
	int64_t new_ms;                        /* last new coverage, since the run's start; -1 */
	uint32_t finding_count;
};

/* One child: TARGET in BUILD for a while. */
struct fuzz_slice {
	pid_t pid;  /* 0: the slot is free */
	int output; /* the child's standard output and error */
	struct fuzz_target *target;
	enum fuzz_build build;
	uint32_t seed;
	int64_t started_ms;
	int64_t limit_ms; /* when it ends by itself, since the run's start */
	bool was_stopped; /* by us, at the end of the run */
	bool was_killed;  /* by us: it did not end by itself */
	struct fuzz_progress progress;
	struct fuzz_verdict verdict;
	char artifacts[FUZZ_PATH_SIZE]; /* the folder it leaves its findings in */
	char text[FUZZ_OUTPUT_SIZE];    /* the end of the output */
	size_t text_size;
	char line[1024]; /* the line that has begun */
	size_t line_size;
};

struct fuzz_finding {
	struct fuzz_verdict verdict;
	const struct fuzz_target *target;
	enum fuzz_build build;
	uint32_t number; /* its folder's name begins with it */
	uint32_t count;  /* inputs that showed it */
	char folder[FUZZ_PATH_SIZE];
};

struct fuzz_run {
	struct fuzz_options options;
	struct fuzz_target targets[FUZZ_TARGET_COUNT_MAX];
	size_t target_count;
	struct fuzz_slice *slices; /* options.jobs of them */
	struct fuzz_finding findings[FUZZ_FINDING_COUNT_MAX];
	size_t finding_count;
	int64_t started_ms;
	uint32_t slice_count; /* started so far */
	bool is_stopping;
	bool has_failed;   /* the harness, not the thing under test */
	bool has_terminal; /* standard output is one */
	size_t table_line_count;
	int64_t shown_ms;
};

/* fuzz_options.c. Exits with 2 on wrong usage. */
struct fuzz_options fuzz_options_parse(int argc, char **argv);
/* A seed that no run had before; small enough to be typed. */
uint64_t fuzz_new_seed(void);
const char *fuzz_build_preset(enum fuzz_build build); /* as in build/<preset>/bin */
bool fuzz_build_judges(enum fuzz_build build, const char *target);
const char *fuzz_build_name(enum fuzz_build build); /* as people say it */

/* fuzz_targets.c. race_* run on real threads, and ThreadSanitizer alone judges them; they play the
 * inputs of fuzz_*. */
bool fuzz_target_is_parallel(const struct fuzz_target *target);
/* Who judges TARGET in BUILD, as people say it. */
const char *fuzz_target_judge(const struct fuzz_target *target, enum fuzz_build build);
/* Pairs of target and build that take turns. */
int64_t fuzz_pair_count(const struct fuzz_run *run);

/* Fills run->targets; false, with a message, when there is none or one is missing. */
bool fuzz_targets_find(struct fuzz_run *run);
/* Whether TARGET is run in BUILD: it is wanted, and gains by it. */
bool fuzz_target_uses(const struct fuzz_run *run, const struct fuzz_target *target,
		      enum fuzz_build build);
void fuzz_target_path(const struct fuzz_run *run, const struct fuzz_target *target,
		      enum fuzz_build build, char *ret_path, size_t path_size);

/* fuzz_corpus.c. Makes the folders that targets start from; false, with a message, when it cannot.
 */
bool fuzz_corpus_prepare(const struct fuzz_run *run);
/* What is found is written here, kept across runs unless this one was told where to start. */
void fuzz_corpus_grown(const struct fuzz_run *run, const struct fuzz_target *target, char *ret_path,
		       size_t path_size);
/* What the run was given to start from. */
void fuzz_corpus_given(const struct fuzz_run *run, const struct fuzz_target *target, char *ret_path,
		       size_t path_size);

/* fuzz_child.c. Sets what a child needs to know: the run's defect, TARGET's sanitizer options. */
void fuzz_child_environment(const struct fuzz_run *run, const struct fuzz_target *target);
/* Starts ARGV with its output in *RET_OUTPUT; -1 on failure. It dies with us. */
pid_t fuzz_child_start(char *const argv[], int *ret_output);
/* Runs ARGV to its end, its output into FILE (NULL: nowhere); its wait status, -1 on failure. */
int fuzz_child_run(char *const argv[], FILE *file);

/* fuzz_slice.c. */
bool fuzz_slice_start(struct fuzz_run *run, struct fuzz_slice *slice);
void fuzz_slice_read(struct fuzz_run *run, struct fuzz_slice *slice);
/* Reaps the child when it has ended; keeps its finding. */
void fuzz_slice_collect(struct fuzz_run *run, struct fuzz_slice *slice);
void fuzz_slice_stop(struct fuzz_slice *slice);

/* fuzz_finding.c. Keeps ARTIFACT of SLICE as a finding, or counts a repeat. */
void fuzz_finding_keep(struct fuzz_run *run, struct fuzz_slice *slice, const char *artifact);

/* fuzz_table.c. */
void fuzz_table_start(const struct fuzz_run *run);
void fuzz_table_show(struct fuzz_run *run);
void fuzz_table_clear(struct fuzz_run *run);
void fuzz_table_sum_up(struct fuzz_run *run);
uint64_t fuzz_target_executions(const struct fuzz_run *run, const struct fuzz_target *target);
int64_t fuzz_target_busy_ms(const struct fuzz_run *run, const struct fuzz_target *target,
			    enum fuzz_build build);

/* VALUE in at most six characters: 812, 11.8k, 3.2M. */
const char *fuzz_short_number(double value, char *text, size_t text_size);
/* As in 00:01:30. */
const char *fuzz_clock_text(int64_t time_ms, char *text, size_t text_size);

/* fuzz_files.c: small things about paths and time. */
int64_t fuzz_now_ms(void);
bool fuzz_make_folders(const char *path);
bool fuzz_remove_folder(const char *path);
bool fuzz_copy_file(const char *from, const char *to);
bool fuzz_is_folder(const char *path);
bool fuzz_is_executable(const char *path);
/* A path that would not fit ends the program with 3. */
void fuzz_path(char *ret_path, size_t path_size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
