/* `rut bench-defects`: how soon the fuzzer finds each historic defect, and what its own mutator is
 * worth.
 *
 * A trial is one `rut fuzz` in a process of its own: one defect switched on, one engine, one
 * mutator, one seed, nothing to start from. One benchmark is one struct bench_run; one thread.
 * bench_defects.c holds the loop, every other file one concern. */
#ifndef RUT_BENCH_DEFECTS_H
#define RUT_BENCH_DEFECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "rut/fuzz.h"

enum {
	BENCH_DEFECT_COUNT_MAX = 128, /* settings */
	BENCH_DEFECT_NAME_SIZE = 64,
	BENCH_COMMAND_SIZE = 4096,
	BENCH_OUTPUT_SIZE = 4096, /* of a trial's output, its end is kept */
	/* A search by bytes that took so many times the executions of one by structure has lost. */
	BENCH_BYTES_BUDGET_FACTOR = 25,
};

enum bench_mutator { BENCH_STRUCTURE, BENCH_BYTES, BENCH_MUTATOR_COUNT };

extern const char *const bench_mutator_names[BENCH_MUTATOR_COUNT];

struct bench_options {
	const char *build;   /* the folder of all presets */
	const char *results; /* folder */
	const char *rut;     /* the program of a trial */
	char defects[BENCH_DEFECT_COUNT_MAX][BENCH_DEFECT_NAME_SIZE]; /* name:setting */
	size_t defect_count;
	bool use_engine[FUZZ_ENGINE_COUNT];
	bool use_mutator[BENCH_MUTATOR_COUNT];
	uint32_t seed_count;
	uint32_t time_s; /* of a trial */
	uint32_t jobs;
};

enum bench_state {
	BENCH_IS_UNWANTED, /* its mutator is not asked for, but may be known from an earlier run */
	BENCH_WAITS,
	BENCH_RUNS,
	BENCH_HAS_ENDED, /* what follows is known */
	BENCH_HAS_FAILED,
};

/* Counts are of executions until something happened; 0: it did not. */
struct bench_trial {
	size_t defect; /* index */
	enum fuzz_engine engine;
	enum bench_mutator mutator;
	uint32_t seed;
	enum bench_state state;
	bool is_of_earlier_run;
	bool is_found;
	double seconds;  /* until it was found, or of the whole trial */
	double lasted_s; /* the whole trial */
	uint64_t executions;
	uint64_t reached;
	uint64_t triggered;
};

/* One child. */
struct bench_slot {
	pid_t pid; /* 0: the slot is free */
	int output;
	struct bench_trial *trial;
	uint64_t executions_max; /* 0: no limit */
	int64_t started_ms;
	bool is_asked_to_end;
	char folder[FUZZ_PATH_SIZE];
	char command[BENCH_COMMAND_SIZE];
	char text[BENCH_OUTPUT_SIZE];
	size_t text_size;
};

struct bench_run {
	struct bench_options options;
	struct bench_trial *trials; /* in the order in which they are run */
	size_t trial_count;
	struct bench_slot *slots; /* options.jobs of them */
	char commit[128];
	long core_count;
	int results;              /* file, append only */
	size_t unread_line_count; /* of the results */
	int64_t started_ms;
	int64_t shown_ms;
	bool has_terminal;
	bool is_stopping;
	size_t failed_in_a_row_count;
};

/* bench_defects_options.c. Exits with 2 on wrong usage. */
void bench_options_parse(int argc, char **argv, struct bench_options *ret_options);

/* bench_defects_plan.c. */
/* Makes the trials: by mutator, structure first, then by seed, so that an end at any time leaves
 * something of each defect. */
void bench_plan(struct bench_run *run);
/* The trial of these; NULL when it is not of this benchmark. */
struct bench_trial *bench_trial_of(const struct bench_run *run, const char *defect,
				   const char *engine, const char *mutator, uint64_t seed);
/* What can be started now. NULL: nothing waits, or what waits needs the end of what runs. */
struct bench_trial *bench_next(const struct bench_run *run);
/* The budget of TRIAL beside its time; 0: none. */
uint64_t bench_executions_max(const struct bench_run *run, const struct bench_trial *trial);

/* bench_defects_record.c: the results, a line of JSON for each trial. */
/* Opens the file and takes over trials of this commit and this budget. RUT_FINE, or the exit status
 * after a message. The file is locked until the end of the process. */
int bench_records_open(struct bench_run *run);
/* What a trial left in FILE; false, with a reason, when it is not what was asked for. */
bool bench_summary_take(struct bench_run *run, const struct bench_slot *slot, const char *file,
			char *ret_reason, size_t reason_size);

/* bench_defects_trial.c. */
bool bench_trial_start(struct bench_run *run, struct bench_slot *slot, struct bench_trial *trial);
void bench_trial_read(struct bench_slot *slot);
/* Reaps the child when it has ended and keeps what it found; ends one that takes far too long. */
void bench_trial_collect(struct bench_run *run, struct bench_slot *slot);
void bench_trial_stop(struct bench_slot *slot);

/* bench_defects_show.c: what a benchmark shows while it goes on. */
void bench_show_start(const struct bench_run *run);
void bench_show_progress(struct bench_run *run);
void bench_show_failure(const struct bench_run *run, const struct bench_slot *slot,
			const char *reason);
/* Wipes the line of progress. */
void bench_show_end(const struct bench_run *run);

/* bench_defects_report.c. */
void bench_report_print(const struct bench_run *run, FILE *file);
/* A defect that some engine did not find by structure with every seed. */
bool bench_has_miss(const struct bench_run *run);

#endif
