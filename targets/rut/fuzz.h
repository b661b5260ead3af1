/* `rut fuzz`: runs fuzz targets in time slices, several at once, by turns of sanitizers and of
 * engines, and keeps what they find.
 *
 * One run is one struct fuzz_run, plain data: targets, slices (a child process each), findings. One
 * thread; fuzz.c holds the loop, every other file one concern. What targets do is read from the
 * page each slice shares with its child (engine/page.h). Times come from the monotonic clock and
 * steer slices and display only. */
#ifndef RUT_FUZZ_H
#define RUT_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "engine/page.h"
#include "rut/fuzz_files.h"
#include "rut/fuzz_parse.h"
#include "rut/fuzz_record.h"

enum {
	FUZZ_TARGET_COUNT_MAX = 64,
	FUZZ_SLICE_COUNT_MAX = 256, /* at once */
	FUZZ_FINDING_COUNT_MAX = 256,
	FUZZ_EARLIER_COUNT_MAX = 1024,
	FUZZ_RECOVERED_COUNT_MAX = 256,
	FUZZ_OUTPUT_SIZE = 64 * 1024, /* of a child's output, its end is kept */
	FUZZ_INPUT_TIME_MAX_S = 30,   /* one input; above is a livelock */
	FUZZ_INPUT_SIZE_MAX = 4096,
};

/* The builds a target is run in; they take turns. Each is a preset of its own. */
enum fuzz_build { FUZZ_PLAIN, FUZZ_ASAN, FUZZ_TSAN, FUZZ_ANNOTATIONS, FUZZ_BUILD_COUNT };

/* Who chooses the inputs; each target in each build is theirs by turns. */
enum fuzz_engine { FUZZ_LIBFUZZER, FUZZ_AFL, FUZZ_ENGINE_COUNT };

struct fuzz_options {
	const char *build;    /* the folder of all presets */
	const char *targets;  /* patterns, separated by blanks or commas; NULL: the default ones */
	const char *defect;   /* name with an optional :setting; NULL: none */
	const char *corpus;   /* folder or "empty"; NULL: corpus/ and what earlier runs found */
	const char *findings; /* folder */
	const char *work;     /* folder of this run alone */
	const char *summary;  /* file; NULL: none */
	bool use_build[FUZZ_BUILD_COUNT];
	bool use_engine[FUZZ_ENGINE_COUNT];
	bool lacks_afl; /* it would have been used, had it been there */
	bool mutates_bytes;
	bool tells_trigger;
	bool shrinks;
	uint32_t time_s;
	uint64_t executions_max; /* 0: no limit */
	uint32_t jobs;
	uint64_t seed;
};

struct fuzz_counts {
	uint64_t executions;
	uint64_t steps;
	uint64_t signals_handled;
	uint64_t signals_sent; /* real ones; 0 where the simulator delivers them */
	int64_t busy_ms;
};

struct fuzz_target {
	char name[64];
	struct fuzz_counts counts[FUZZ_BUILD_COUNT][FUZZ_ENGINE_COUNT]; /* of ended slices */
	uint32_t slice_count[FUZZ_BUILD_COUNT];                         /* started */
	uint64_t edge_count; /* the most that any slice saw */
	uint64_t pair_count; /* of all slices together */
	uint64_t pairs[PAGE_PAIR_COUNT / PAGE_WORD_BITS];
	uint64_t corpus_count; /* inputs, given and grown */
	int64_t new_ms;        /* last new edge or pair, since the run's start; -1 */
	uint32_t finding_count;
	bool is_unclear; /* AFL++ refused an input that libFuzzer does not see fail; is said */
	/* On the kept corpus: of other runs, and of this one as far as their sum is on disk. */
	struct fuzz_counts of_others;
	struct fuzz_counts told;
};

enum fuzz_stage {
	FUZZ_SEARCHES,
	FUZZ_NAMES, /* libFuzzer runs what another run or AFL++ kept, to hear what it is */
};

/* One child: TARGET in BUILD for a while. */
struct fuzz_slice {
	pid_t pid;  /* 0: the slot is free */
	int output; /* the child's standard output and error */
	struct fuzz_target *target;
	enum fuzz_build build;
	enum fuzz_engine engine;
	enum fuzz_stage stage;
	uint32_t seed;
	char defect[64];   /* empty: none */
	bool is_recovered; /* an earlier run found it, and was killed */
	int64_t started_ms;
	int64_t limit_ms; /* when it ends by itself, since the run's start */
	int64_t found_ms;
	bool was_stopped;         /* by us, at the end of the run */
	int64_t stopped_ms;       /* then */
	bool was_killed;          /* by us: it did not end by itself */
	char refused[256];        /* AFL++: the last input that it was given and that fails */
	struct engine_page *page; /* NULL while it names */
	struct fuzz_verdict verdict;
	char folder[FUZZ_PATH_SIZE];   /* what its child leaves */
	char artifact[FUZZ_PATH_SIZE]; /* the input that it found */
	char text[FUZZ_OUTPUT_SIZE];   /* the end of the output */
	size_t text_size;
	char line[1024]; /* the line that has begun */
	size_t line_size;
};

enum fuzz_finding_state {
	FUZZ_OF_EARLIER_RUN,
	FUZZ_WAITS,    /* for its worker */
	FUZZ_IS_MADE,  /* the worker verifies, writes and shrinks */
	FUZZ_IS_KNOWN, /* its folder is there, and announced */
};

struct fuzz_finding {
	struct fuzz_record record;
	enum fuzz_finding_state state;
	struct fuzz_target *target; /* NULL: of an earlier run */
	enum fuzz_build build;
	bool is_recovered;
	uint32_t number; /* its folder's name begins with it */
	uint64_t count;  /* how often it was seen in this run */
	pid_t worker;
	char folder[FUZZ_PATH_SIZE];
	char slice_folder[FUZZ_PATH_SIZE]; /* kept until the finding's own is there */
	char artifact[FUZZ_PATH_SIZE];
};

/* What a killed run left and this one can name. */
struct fuzz_recovered {
	struct fuzz_target *target;
	enum fuzz_build build;
	struct fuzz_slice_record record;
	char folder[FUZZ_PATH_SIZE];
	char artifact[FUZZ_PATH_SIZE];
};

struct fuzz_run {
	struct fuzz_options options;
	struct fuzz_target targets[FUZZ_TARGET_COUNT_MAX];
	size_t target_count;
	struct fuzz_slice *slices; /* options.jobs of them */
	struct fuzz_finding findings[FUZZ_EARLIER_COUNT_MAX + FUZZ_FINDING_COUNT_MAX];
	size_t finding_count;
	size_t new_count; /* of them, of this run */
	struct fuzz_recovered recovered[FUZZ_RECOVERED_COUNT_MAX];
	size_t recovered_count;
	size_t recovered_next;
	uint64_t recovered_inputs;
	size_t left_count;    /* findings in the work folder that this run cannot name */
	size_t unnamed_count; /* of this run, left there for the next one */
	int64_t started_ms;
	uint32_t slice_count;  /* started so far */
	uint32_t folder_first; /* number of the first slice's folder */
	bool is_stopping;
	bool is_in_haste;  /* findings are left as they are */
	bool has_found;    /* something, in this run */
	bool has_failed;   /* the harness, not the thing under test */
	bool has_terminal; /* standard output is one */
	/* Of the first finding, and of the defect's line; executions of the whole run. */
	size_t first_finding;
	int64_t first_found_ms;
	enum fuzz_engine first_engine;
	enum fuzz_build first_build;
	const struct fuzz_target *first_target;
	uint64_t first_executions;
	uint64_t reached;
	uint64_t triggered;
	size_t table_line_count;
	int64_t shown_ms;
	int64_t counted_ms;
};

/* fuzz_options.c. Exits with 2 on wrong usage. */
struct fuzz_options fuzz_options_parse(int argc, char **argv);
/* A seed that no run had before; small enough to be typed. */
uint64_t fuzz_new_seed(void);

/* fuzz_names.c: what builds and engines are called. */
const char *fuzz_build_preset(enum fuzz_build build); /* as in build/<preset>/bin */
/* Where its tool is: the plain build has none of its own. */
const char *fuzz_build_tool_preset(enum fuzz_build build);
const char *fuzz_build_name(enum fuzz_build build); /* as people say it */
bool fuzz_build_named(const char *name, enum fuzz_build *ret_build);
bool fuzz_build_judges(enum fuzz_build build, const char *target);
/* Sets who takes part as WORD says; false when no such word is known. */
bool fuzz_choose_builds(const char *word, bool *ret_use_build);
bool fuzz_choose_engines(const char *word, bool *ret_use_engine);
const char *fuzz_engine_word(const bool *use_engine);  /* as in --engine=WORD */
const char *fuzz_engine_id(enum fuzz_engine engine);   /* the same */
const char *fuzz_engine_name(enum fuzz_engine engine); /* as people say it */
bool fuzz_engine_named(const char *id, enum fuzz_engine *ret_engine);
/* Whether ENGINE is wanted and drives TARGET: those that are the better for it, or, where no other
 * engine is wanted, all. */
bool fuzz_engine_drives(const struct fuzz_options *options, enum fuzz_engine engine,
			const char *target);
/* Whether a program called NAME is a target; <target>.afl and so on are forms of one. */
bool fuzz_is_target(const char *name);
/* race_* run on real threads, and ThreadSanitizer alone judges them; they play the inputs of
 * fuzz_*. */
bool fuzz_is_parallel(const char *target);
/* Whether inputs of TARGET are scenarios that `rut` runs as TARGET does. */
bool fuzz_is_of_tracer(const char *target);
/* Who judges TARGET in BUILD, as people say it. */
const char *fuzz_judge(const char *target, enum fuzz_build build);

/* fuzz_targets.c. */
/* Fills run->targets; false, with a message, when there is none or one is missing. */
bool fuzz_targets_find(struct fuzz_run *run);
/* NULL: not in this run. */
struct fuzz_target *fuzz_target_named(struct fuzz_run *run, const char *name);
/* Whether TARGET is run in BUILD: it is wanted, and gains by it. */
bool fuzz_target_uses(const struct fuzz_run *run, const struct fuzz_target *target,
		      enum fuzz_build build);
void fuzz_target_path(const struct fuzz_run *run, const char *target, enum fuzz_build build,
		      enum fuzz_engine engine, char *ret_path, size_t path_size);

/* fuzz_choose.c: what comes next; looks at the run alone. */
/* Pairs of target and build that take turns. */
int64_t fuzz_pair_count(const struct fuzz_run *run);
/* The pair that has had the least time, and the engine whose turn it is there. */
void fuzz_choose(struct fuzz_run *run, struct fuzz_slice *slice);
/* Of SLICE, whose pair and engine are chosen: as long as its pair had in all, within bounds. */
int64_t fuzz_slice_length_ms(const struct fuzz_run *run, const struct fuzz_slice *slice,
			     int64_t left_ms);
/* Neighbouring slices get unrelated ones; never 0, by which engines mean "choose one". */
uint32_t fuzz_slice_seed(uint64_t seed, uint32_t index);

/* fuzz_corpus.c. Makes the folders that targets start from. RUT_FINE, or the exit status after a
 * message: an input of the corpus cannot be read, or the folders cannot be written. */
int fuzz_corpus_prepare(struct fuzz_run *run);
/* What is found is kept across runs, unless this one was told where to start. */
bool fuzz_corpus_is_kept(const struct fuzz_run *run);
void fuzz_corpus_grown(const struct fuzz_run *run, const struct fuzz_target *target, char *ret_path,
		       size_t path_size);
/* What the run was given to start from. */
void fuzz_corpus_given(const struct fuzz_run *run, const struct fuzz_target *target, char *ret_path,
		       size_t path_size);
void fuzz_corpus_count(const struct fuzz_run *run, struct fuzz_target *target);

/* fuzz_state.c: totals beside the kept corpus, build/corpus/state.json. False, with a message, when
 * it cannot be read or written. */
bool fuzz_state_read(struct fuzz_run *run);
bool fuzz_state_write(struct fuzz_run *run);

/* fuzz_environment.c: what children need to know. */
struct fuzz_environment {
	const char *target;
	const char *defect; /* "": none */
	const char *page;   /* NULL: none */
	enum fuzz_engine engine;
	const char *mutator; /* AFL++'s; NULL: none */
	bool mutates_bytes;
	bool tells_trigger;
};
void fuzz_environment_set(const struct fuzz_environment *environment);
/* For `rut`, which judges sanitizers' reports itself. */
void fuzz_environment_set_tool(void);

/* fuzz_child.c. Starts ARGV with its output in *RET_OUTPUT; -1 on failure. It dies with us. */
pid_t fuzz_child_start(char *const argv[], int *ret_output);
enum fuzz_cause { FUZZ_BY_ITSELF, FUZZ_AT_LIMIT, FUZZ_IN_HURRY };
/* How a child came to its end. One that we ended says nothing by its status. */
struct fuzz_end {
	int status; /* as of waitpid(); -1: there was no child */
	enum fuzz_cause cause;
};
/* Runs ARGV, its output into FILE (NULL: nowhere). After LIMIT_MS it is asked to end, and a while
 * later it is killed; the same in a hurry, where it MAY_HURRY. */
struct fuzz_end fuzz_child_run(char *const argv[], FILE *file, int64_t limit_ms, bool may_hurry);
/* Adds SIZE bytes of output, at most half of TEXT_SIZE, to TEXT, of which *USED are: its end is
 * what is kept, its older half makes room. */
void fuzz_child_keep(char *text, size_t text_size, size_t *used, const char *bytes, size_t size);
/* From a signal handler: what may hurry, now or later in this process, is asked to end. */
void fuzz_child_hurry(void);

/* fuzz_input_run.c: runs ARGV, a target with one input; the caller frees RET_TEXT, what it printed.
 * A failure that nobody names is a "crash". Status -1: it could not be started. */
struct fuzz_end fuzz_input_run(char *const argv[], char **ret_text,
			       struct fuzz_verdict *ret_verdict);

/* fuzz_slice.c. */
bool fuzz_slice_start(struct fuzz_run *run, struct fuzz_slice *slice);
bool fuzz_slice_start_recovered(struct fuzz_run *run, struct fuzz_slice *slice);
void fuzz_slice_read(struct fuzz_slice *slice);
/* Reaps the child when it has ended; keeps its finding. */
void fuzz_slice_collect(struct fuzz_run *run, struct fuzz_slice *slice);
/* Asks its child to end. What is being named then waits for the next run. */
void fuzz_slice_stop(struct fuzz_slice *slice);

/* fuzz_libfuzzer.c, fuzz_afl.c: the two engines. Each starts SLICE's child in its folder for
 * LENGTH_MS, and finds the input that it left: "" for none. */
bool fuzz_libfuzzer_start(const struct fuzz_run *run, struct fuzz_slice *slice, int64_t length_ms);
void fuzz_libfuzzer_find(const char *folder, char *ret_path, size_t path_size);
/* Runs INPUTS, a file or a folder, once. */
bool fuzz_libfuzzer_start_naming(const struct fuzz_run *run, struct fuzz_slice *slice,
				 const char *inputs);
bool fuzz_afl_start(const struct fuzz_run *run, struct fuzz_slice *slice, int64_t length_ms);
void fuzz_afl_find(const char *folder, char *ret_path, size_t path_size);
/* Gives GROWN what AFL++ found in the slice of FOLDER; how many inputs. */
uint64_t fuzz_afl_take_queue(const char *folder, const char *grown);
void fuzz_afl_inputs(const char *folder, char *ret_path, size_t path_size);
/* Keeps the input that AFL++ refused where slices come and go; false when it cannot. */
bool fuzz_afl_keep_refused(const struct fuzz_run *run, const struct fuzz_slice *slice,
			   char *ret_path, size_t path_size);
/* For the next slice of SLICE's target in its build. */
void fuzz_afl_keep_bitmap(const struct fuzz_run *run, const struct fuzz_slice *slice);

/* fuzz_recover.c. */
/* Takes the work folder for this process; false, with a message, when another has it. */
bool fuzz_take_work(const struct fuzz_run *run);
/* Takes up what a killed run left in it; false when it cannot be used. */
bool fuzz_recover(struct fuzz_run *run);

/* fuzz_count.c: sums over slices, those that run included. */
struct fuzz_counts fuzz_counts_of(const struct fuzz_run *run, const struct fuzz_target *target,
				  enum fuzz_build build, enum fuzz_engine engine);
/* Of all builds and engines. */
struct fuzz_counts fuzz_counts_of_target(const struct fuzz_run *run,
					 const struct fuzz_target *target);
struct fuzz_counts fuzz_counts_of_run(const struct fuzz_run *run);
void fuzz_counts_add(struct fuzz_counts *sum, const struct fuzz_counts *counts);
/* Looks at the page of a slice: what is new of edges and pairs. */
void fuzz_count_look(const struct fuzz_run *run, struct fuzz_slice *slice);
/* Takes over all that an ended slice's page has, and closes it. */
void fuzz_count_end(struct fuzz_run *run, struct fuzz_slice *slice);

/* fuzz_finding.c. */
/* Reads the records of earlier runs' findings. */
void fuzz_findings_read(struct fuzz_run *run);
/* For the folder of a finding, until RUN, a process, has announced it. */
bool fuzz_finding_mark(const char *folder, pid_t run);
/* Announces what runs that were killed kept and had not announced. */
void fuzz_findings_announce_left(const struct fuzz_run *run);
/* How many of earlier runs were seen again. */
size_t fuzz_findings_seen_again(const struct fuzz_run *run);
/* Tells a page what is to be passed over. */
void fuzz_findings_tell(const struct fuzz_run *run, struct engine_page *page);
/* Adds what an ended slice passed over. */
void fuzz_findings_count(struct fuzz_run *run, const struct fuzz_slice *slice);
/* Keeps SLICE's artifact as a finding, or counts a repeat; takes over the slice's folder. */
void fuzz_finding_keep(struct fuzz_run *run, struct fuzz_slice *slice);
/* Starts the next worker, announces what the last one has made. */
void fuzz_findings_go_on(struct fuzz_run *run);
/* Whether a finding waits or is made. */
bool fuzz_findings_are_pending(const struct fuzz_run *run);
/* Asks the worker to leave out what takes long. */
void fuzz_findings_hurry(struct fuzz_run *run);

/* fuzz_worker.c. Nothing is told by a replay that was cut short or could not be started. */
enum fuzz_replay { FUZZ_FAILS, FUZZ_FAILS_NOT, FUZZ_TELLS_NOTHING };
/* Whether INPUT fails as on record. */
enum fuzz_replay fuzz_finding_replay(const struct fuzz_run *run, const struct fuzz_finding *finding,
				     char *input);
/* Makes the folder of one finding, in a process of its own. Its exit status. */
int fuzz_worker(const struct fuzz_run *run, struct fuzz_finding *finding, bool shrinks);

/* fuzz_shrink.c: smaller forms of the finding in its folder, or, on record, why there is none. */
void fuzz_shrink_scenario(const struct fuzz_run *run, struct fuzz_finding *finding);
void fuzz_shrink_bytes(const struct fuzz_run *run, struct fuzz_finding *finding);

/* fuzz_announce.c. */
void fuzz_announce(const struct fuzz_run *run, const struct fuzz_finding *finding);
void fuzz_announce_left(const struct fuzz_run *run, const struct fuzz_finding *finding);
void fuzz_announce_again(const struct fuzz_run *run, const struct fuzz_finding *finding);

/* fuzz_table.c, fuzz_plain.c, fuzz_sum.c: what a run shows while it goes on, and at its end. */
void fuzz_table_start(const struct fuzz_run *run);
void fuzz_table_show(struct fuzz_run *run);
void fuzz_table_clear(struct fuzz_run *run);
void fuzz_table_print(const struct fuzz_run *run);
void fuzz_sum_up(struct fuzz_run *run);
/* The line on signals and engines, without its end. */
void fuzz_table_print_totals(const struct fuzz_run *run);
/* What the worker is at; false when there is none. */
bool fuzz_table_print_work(const struct fuzz_run *run);

/* Since the last new edge or pair; "-" where there was none. */
const char *fuzz_new_ago_text(const struct fuzz_run *run, const struct fuzz_target *target,
			      char *text, size_t text_size);
/* How often lines are printed where the table cannot be: less and less as the run goes on. */
int64_t fuzz_plain_every_ms(int64_t now_ms);
/* What the run has come to, and a line for each slice that runs. */
void fuzz_plain_print(const struct fuzz_run *run, int64_t now_ms);

/* fuzz_summary.c: --summary. False, with a message, when it cannot be written. */
bool fuzz_summary_write(const struct fuzz_run *run);

#endif
