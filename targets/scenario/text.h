/* The text form (.rut): what people read, write, review and pin.
 *
 *     # P1 dies inside trace 1, stays dead through trace 2, comes back before trace 3.
 *     tracer v2 "go 1.26"
 *     procs 4
 *     buffer-bytes 512
 *
 *     goroutine controller
 *         start
 *         maxprocs 1
 *         stop
 *
 *     goroutine worker * 4
 *         repeat 16 { yield }
 *
 *     schedule round-robin seed 0
 *         at advance/generation-stored #2 run m1
 *
 *     expect default ok
 *     expect issue_65318:defect trace-rejected R2
 *     mark procresize/revived
 *
 *     toolchain 1.22 plain
 *     toolchain-expect broken trace-rejected
 *
 * The last two are about real toolchains, which `rut go` runs: the first and, after `to', the last
 * minor version that the scenario says something of, how the driver is built (plain, race,
 * lock-ranking), and the edits of the toolchain's runtime that it wants. What is expected of a
 * toolchain that is broken, incomplete (a fix that misses a part) or fixed; ok where nothing is
 * said.
 *
 * `#` begins a comment, except `#2` with a digit after it inside an `at` line. Operations may share
 * a line, with or without `;` between them. Configuration lines that are at their default are not
 * printed: fields.c has them all. One to one with the binary form: parse(print(s)) == s. Unlike it,
 * the text refuses what is out of range. */
#ifndef SCENARIO_TEXT_H
#define SCENARIO_TEXT_H

#include "scenario/scenario.h"

enum {
	SCENARIO_TEXT_SIZE_MAX = 98304, /* every printed scenario fits, its 0 included */
	SCENARIO_WORD_SIZE = 64,        /* of names in struct scenario_text, their 0 included */
	SCENARIO_COMMENT_SIZE = 4096,
	SCENARIO_EXPECTATION_COUNT_MAX = 16,
	SCENARIO_MARK_COUNT_MAX = 16,
	SCENARIO_EDIT_COUNT_MAX = 4,
	SCENARIO_MINOR_NEWEST = 255,
	SCENARIO_ERROR_SIZE = 512, /* every message fits, a long file name is cut */
};

/* What is expected under one setting of the defects. Other rooms know the words. */
struct scenario_expectation {
	char setting[SCENARIO_WORD_SIZE]; /* "default", "issue_65318:defect" */
	char verdict[SCENARIO_WORD_SIZE]; /* "ok", "trace-rejected" */
	char rule[SCENARIO_WORD_SIZE];    /* "R2", or empty */
};

/* How a real toolchain stands to an issue. */
enum scenario_standing {
	SCENARIO_BROKEN,     /* it has the defect */
	SCENARIO_INCOMPLETE, /* it has a fix that misses a part */
	SCENARIO_FIXED,
	SCENARIO_STANDING_COUNT,
};

extern const char *const scenario_standing_names[SCENARIO_STANDING_COUNT];

enum scenario_toolchain_build {
	SCENARIO_BUILD_PLAIN,
	SCENARIO_BUILD_RACE,         /* -race */
	SCENARIO_BUILD_LOCK_RANKING, /* GOEXPERIMENT=staticlockranking */
	SCENARIO_BUILD_COUNT,
};

extern const char *const scenario_build_names[SCENARIO_BUILD_COUNT];

/* On which real toolchains the scenario is run, and what is expected there. */
struct scenario_toolchain {
	bool is_given;
	uint8_t minor_first; /* Go 1.minor_first ... */
	uint8_t minor_last;  /* ... to 1.minor_last, or SCENARIO_MINOR_NEWEST */
	uint8_t build;       /* enum scenario_toolchain_build */
	uint8_t edit_count;
	char edits[SCENARIO_EDIT_COUNT_MAX][SCENARIO_WORD_SIZE];
	/* A verdict; empty where nothing is said, which means ok. */
	char expected[SCENARIO_STANDING_COUNT][SCENARIO_WORD_SIZE];
};

/* What only the text form has. Zero-initialised is nothing at all. */
struct scenario_text {
	char comment[SCENARIO_COMMENT_SIZE]; /* the lines before the first statement, without "# "
					      */
	char program_names[SCENARIO_PROGRAM_COUNT_MAX][SCENARIO_WORD_SIZE];
	size_t expectation_count;
	struct scenario_expectation expectations[SCENARIO_EXPECTATION_COUNT_MAX];
	size_t mark_count;
	char marks[SCENARIO_MARK_COUNT_MAX][SCENARIO_WORD_SIZE];
	struct scenario_toolchain toolchain;
};

/* Prints SCENARIO with a 0 at its end and returns the length without it. TARGET has
 * SCENARIO_TEXT_SIZE_MAX bytes. TEXT and POINTS may be NULL; programs without distinct names are
 * called a, b, c... */
size_t scenario_print(const struct scenario *scenario, const struct scenario_text *text,
		      const struct scenario_points *points, char *target);

/* Parses SIZE bytes of SOURCE. False: RET_ERROR (SCENARIO_ERROR_SIZE bytes) tells file, line,
 * column and what was expected, as in `file.rut:9:14: maxprocs wants 1 to 64, got 0`, and the other
 * results are untouched. FILE_NAME is for messages only. POINTS and RET_TEXT may be NULL. */
bool scenario_parse(const char *file_name, const char *source, size_t size,
		    const struct scenario_points *points, struct scenario *ret_scenario,
		    struct scenario_text *ret_text, char *ret_error);

#endif
