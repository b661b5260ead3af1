/* `rut go fuzz`: random scenarios on a real Go toolchain, and what its traces are found guilty of.
 *
 * The parent forks workers, which share one struct go_fuzz_shared with it: counters, and
 * which findings somebody works on. Each worker runs a driver process per
 * scenario with a reader of Go's own beside it, judges, and sees a finding through by itself:
 * repeats it, shrinks it, writes its folder and only then tells the parent, which prints. Whoever
 * is killed leaves no half finding under a finding's name. */
#ifndef RUT_GO_FUZZ_H
#define RUT_GO_FUZZ_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "choice/random.h"
#include "real_go/real_go.h"
#include "rut/fuzz.h"
#include "rut_go/go_fuzz_key.h"
#include "rut_go/go_toolchain.h"

enum {
	GO_FUZZ_JOB_COUNT_MAX = 64,
	GO_FUZZ_KEY_COUNT_MAX = 256,
	GO_FUZZ_KNOWN_COUNT_MAX = 64,
	GO_FUZZ_SEED_COUNT_MAX = 1024,
	GO_FUZZ_TEXT_SIZE = 3072,   /* of a message; with its head below PIPE_BUF */
	GO_FUZZ_WIND_DOWN_MS = 300, /* most scenarios take some ten; see real_go.h */
};

struct go_fuzz_options {
	const char *go;       /* NULL: the newest found */
	const char *corpus;   /* a folder, or "empty"; NULL: corpus/go and what is pinned */
	const char *findings; /* a folder */
	struct go_build build;
	uint32_t time_s;
	uint32_t jobs;
	uint64_t seed;
	bool finds_known;   /* what is known is a finding as any other */
	bool ends_at_first; /* finding */
};

/* What a worker is at. */
enum go_fuzz_stage {
	GO_FUZZ_SEARCHES,
	GO_FUZZ_REPEATS, /* a finding, to see how often it fails */
	GO_FUZZ_SHRINKS,
	GO_FUZZ_REPEATS_SHRUNK,
};

/* One worker's; it alone writes, the parent reads. */
struct go_fuzz_counters {
	_Atomic uint64_t runs, traces, events, trace_bytes;
	_Atomic uint32_t stage; /* enum go_fuzz_stage */
	_Atomic uint32_t stage_operations, stage_runs;
};

struct go_fuzz_known_count {
	_Atomic(const struct real_go_known *) row; /* NULL: free */
	_Atomic uint64_t count;
};

/* In memory that all processes of a run share. */
struct go_fuzz_shared {
	_Atomic bool search_is_over; /* no new scenario is begun */
	_Atomic bool is_in_haste;    /* findings are written as they are */
	_Atomic bool has_first;      /* finding; with ends_at_first */
	_Atomic uint32_t finding_number;
	_Atomic uint64_t keys[GO_FUZZ_KEY_COUNT_MAX]; /* of findings; 0: free */
	struct go_fuzz_known_count known[GO_FUZZ_KNOWN_COUNT_MAX];
	struct go_fuzz_counters counters[GO_FUZZ_JOB_COUNT_MAX];
};

enum go_fuzz_message_kind {
	GO_FUZZ_FINDING,
	GO_FUZZ_UNCONFIRMED, /* did not end once, and did when run again */
	GO_FUZZ_FAILURE,     /* of the harness */
};

/* From a worker to the parent, through a pipe; whole since it is shorter than PIPE_BUF. */
struct go_fuzz_message {
	enum go_fuzz_message_kind kind;
	char folder[FUZZ_PATH_SIZE];
	char text[GO_FUZZ_TEXT_SIZE]; /* to be printed */
};

struct go_fuzz_run {
	struct go_fuzz_options options;
	struct real_go_toolchain toolchain;
	char driver[REAL_GO_PATH_SIZE];
	char reader_version[REAL_GO_VERSION_SIZE]; /* empty: there is none */
	struct go_fuzz_shared *shared;
	struct scenario *seeds; /* what the search starts from */
	size_t seed_count;
	int64_t started_ms;
	/* Of the parent. */
	pid_t workers[GO_FUZZ_JOB_COUNT_MAX]; /* 0: has ended */
	int messages;
	uint32_t finding_count, unconfirmed_count;
	char folders[FUZZ_FINDING_COUNT_MAX][FUZZ_PATH_SIZE];
	bool has_failed;
	bool has_terminal;
	bool has_status_line;
	int64_t shown_ms;
};

/* A worker's own. */
struct go_fuzz_worker {
	struct go_fuzz_run *run;
	struct go_fuzz_counters *counters;
	struct choice_random random;
	struct real_go_reader *reader; /* NULL: none */
	int messages;
	uint32_t index;
};

/* go_fuzz_options.c. Exits with 2 on wrong usage. */
struct go_fuzz_options go_fuzz_options_parse(int argc, char **argv);

/* go_fuzz_shared.c. NULL, with a message: no memory. */
struct go_fuzz_shared *go_fuzz_shared_make(void);
/* Whether nobody has KEY yet; it is the caller's then. */
bool go_fuzz_claim(struct go_fuzz_shared *shared, uint64_t key);
void go_fuzz_count_known(struct go_fuzz_shared *shared, const struct real_go_known *row);

/* go_fuzz_corpus.c. Loads run->seeds; false, with a message, when it cannot. */
bool go_fuzz_corpus_load(struct go_fuzz_run *run);

/* go_fuzz_worker.c. The exit status. */
int go_fuzz_work(struct go_fuzz_run *run, uint32_t index, int messages);
/* One run of SCENARIO, counted. A failure of the harness ends the worker. */
void go_fuzz_run_scenario(struct go_fuzz_worker *worker, const struct scenario *scenario,
			  struct real_go_result *ret_result);
/* The known finding that VERDICT on SCENARIO is, where known ones are passed over; else NULL. */
const struct real_go_known *go_fuzz_known(const struct go_fuzz_run *run,
					  const struct scenario *scenario,
					  const struct verdict *verdict);

/* go_fuzz_finding.c. RESULT, of a run of SCENARIO, is one, and nobody works on it yet. */
void go_fuzz_finding_keep(struct go_fuzz_worker *worker, const struct scenario *scenario,
			  const struct real_go_result *result);

/* A finding while a worker sees it through. */
struct go_fuzz_finding {
	struct verdict verdict;                     /* of the run that is kept */
	char disagreement[VERDICT_TEXT_SIZE_BYTES]; /* empty: the judges agree */
	char hello[REAL_GO_NOTE_SIZE];
	char kind[GO_FUZZ_KIND_SIZE];
	struct scenario original, scenario;
	uint64_t found_runs; /* of all workers until then */
	int64_t found_ms;
	uint32_t original_failures, original_runs;
	uint32_t failures, runs; /* of the shrunk one, or of the original when it is as small */
	uint32_t shrink_runs, candidate_runs;
	bool was_shrunk_to_end;
	uint32_t number;
	int lock;                    /* of the work folder, held while it is one */
	char folder[FUZZ_PATH_SIZE]; /* the work folder, then the final one */
};

/* go_fuzz_folder.c. All of these: false, with a message on stderr, when a file cannot be written.
 */
bool go_fuzz_folder_begin(struct go_fuzz_worker *worker, struct go_fuzz_finding *finding);
/* Traces and messages of RESULT in place of those of an earlier run. */
bool go_fuzz_folder_take_run(const struct go_fuzz_finding *finding,
			     const struct real_go_result *result);
/* The other files; then the folder gets its name. */
bool go_fuzz_folder_finish(struct go_fuzz_worker *worker, struct go_fuzz_finding *finding);
/* The number after those of the findings that are there. */
uint32_t go_fuzz_folder_last_number(const char *findings);
/* Of killed runs. */
void go_fuzz_folder_remove_partial(const char *findings);
/* The command that runs a finding again, but for its file; RET_COMMAND has 4 * FUZZ_PATH_SIZE
 * bytes. */
void go_fuzz_replay_command(const struct go_fuzz_run *run, char *ret_command);

/* go_fuzz_report.c. */
bool go_fuzz_report_write(const struct go_fuzz_worker *worker,
			  const struct go_fuzz_finding *finding, const char *path);
/* "fails 18 of 20", or why that is not known. */
void go_fuzz_rate_text(uint32_t failures, uint32_t runs, char *ret_text, size_t text_size);

/* go_fuzz_show.c. */
void go_fuzz_show_start(const struct go_fuzz_run *run);
void go_fuzz_show_progress(struct go_fuzz_run *run);
void go_fuzz_show_message(struct go_fuzz_run *run, const struct go_fuzz_message *message);
void go_fuzz_show_sum(struct go_fuzz_run *run);
uint64_t go_fuzz_run_count(const struct go_fuzz_shared *shared);

#endif
