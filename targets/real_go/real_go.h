/* A real Go toolchain as the runtime under test: the operations of a scenario are performed by a
 * driver program that the toolchain built (runtime-under-test/go), and its traces, its messages and
 * the way it ends are judged.
 *
 * A run is not deterministic: the schedule of a scenario is not played, only its operations. One
 * process performs one scenario. Not reentrant; one thread. */
#ifndef REAL_GO_REAL_GO_H
#define REAL_GO_REAL_GO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "judge/verdict.h"
#include "perform/session.h"
#include "scenario/text.h"

enum {
	REAL_GO_PATH_SIZE = 1024,
	REAL_GO_VERSION_SIZE = 32,
	REAL_GO_NOTE_COUNT_MAX = 16,
	REAL_GO_NOTE_SIZE = 160,
	REAL_GO_ERROR_SIZE = 2048,
};

/* A toolchain that was found. */
struct real_go_toolchain {
	char go[REAL_GO_PATH_SIZE];         /* its go command */
	char version[REAL_GO_VERSION_SIZE]; /* "go1.22.12" */
	unsigned minor;                     /* 22 */
};

/* Asks GO (a path, or a name in PATH) what it is. False: RET_ERROR (REAL_GO_ERROR_SIZE) tells. */
bool real_go_identify(const char *go, struct real_go_toolchain *ret_toolchain, char *ret_error);

/* All that ci/toolchains finds, oldest first; how many, at most COUNT_MAX. */
size_t real_go_find(struct real_go_toolchain *toolchains, size_t count_max);

/* Builds the driver where it is not up to date, with the edits of the toolchain's runtime that are
 * named, and tells its path. Says on stderr that it builds, since that takes up to a minute.
 * Result: 0; 2 when the toolchain is not known to an edit or cannot be used; 3 when the build
 * failed. RET_ERROR has the whole message. */
int real_go_build(const struct real_go_toolchain *toolchain, enum scenario_toolchain_build build,
		  const char *const *edits, size_t edit_count, char *ret_driver, char *ret_error);

/* Go's own reader as a process beside this one. One of a toolchain that can read what is judged:
 * for v1 traces Go 1.21 or 1.19, for v2 traces 1.23 or newer. */
struct real_go_reader;

/* The reader for traces of Go 1.MINOR: of TOOLCHAIN itself where it has one, otherwise of another
 * that is found. NULL: there is none; RET_ERROR tells what to install. */
struct real_go_reader *real_go_reader_start(const struct real_go_toolchain *toolchain,
					    unsigned minor, char *ret_error);
void real_go_reader_stop(struct real_go_reader *reader);
/* The version of Go whose reader it is. */
const char *real_go_reader_version(const struct real_go_reader *reader);
/* Judges a trace. RET_MESSAGE (VERDICT_TEXT_SIZE_BYTES) is why it was rejected, one line. */
bool real_go_reader_accepts(struct real_go_reader *reader, const uint8_t *bytes, size_t size_bytes,
			    char *ret_message);

struct real_go_options {
	const char *driver; /* as built */
	const struct scenario *scenario;
	unsigned time_limit_ms; /* for the whole process; then it is a deadlock */
	unsigned wind_down_ms;  /* then programs end early; 0: half of the limit, at most 2 s */
	struct real_go_reader *reader; /* judges beside our oracle; NULL: does not */
};

struct real_go_result {
	/* ok; throw, lock-order, race, no-race-context (by what the process said when it died);
	 * deadlock (it did not end: text has all goroutines' stacks); trace-rejected (rule of our
	 * oracle, or "go" when only Go's reader rejects). `where' is the same for the same finding:
	 * no addresses, numbers of goroutines, or times. */
	struct verdict verdict;
	const struct sessions *sessions; /* of all traces and snapshots; valid until the next run */
	const char *messages;            /* all of the process's stderr, cut at 1 MiB */
	char hello[REAL_GO_NOTE_SIZE];
	char notes[REAL_GO_NOTE_COUNT_MAX][REAL_GO_NOTE_SIZE]; /* what could not be done, and why */
	size_t note_count;
	uint64_t event_count; /* of all traces */
	uint64_t run_time_us;
	/* Our oracle rejects what Go's reader accepts or the reverse; empty when they agree or no
	 * reader was there. */
	char disagreement[VERDICT_TEXT_SIZE_BYTES];
};

/* False: the harness failed (the driver cannot be started, speaks nonsense, memory); RET_ERROR
 * tells. */
bool real_go_run(const struct real_go_options *options, struct real_go_result *ret_result,
		 char *ret_error);

/* A finding that is known: counted and passed over. Rows: known.def. NULL: it is new. */
struct real_go_known {
	const char *issue;     /* "65318" */
	const char *verdict;   /* its name */
	const char *rules;     /* of a rejected trace, separated by blanks; "" any */
	const char *signature; /* part of the verdict's where or text; "" any */
	const char *operation; /* that the scenario must contain, its name; "" any */
	uint8_t minor_first, minor_last;
	const char *sentence;
};
const struct real_go_known *real_go_known(const struct real_go_toolchain *toolchain,
					  const struct scenario *scenario,
					  const struct verdict *verdict);

#endif
