/* What all runs on the kept corpus did: totals by target, in build/corpus/state.json. The corpus
 * itself is the state that a search goes on from.
 *
 * Several runs may share a corpus: each adds what it has not told yet, with the file locked. */
#include "rut/fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static void state_path(const struct fuzz_run *run, char *ret_path, size_t path_size)
{
	fuzz_path(ret_path, path_size, "%s/corpus/state.json", run->options.build);
}

/* A file of its own, since the other one is replaced; -1, with a message, when there is none. It is
 * closed to unlock. */
static int lock_state(const struct fuzz_run *run)
{
	char path[FUZZ_PATH_SIZE];
	fuzz_path(path, sizeof(path), "%s/corpus/.lock", run->options.build);
	int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	int result = -1;
	while (lock >= 0 && (result = flock(lock, LOCK_EX)) != 0 && errno == EINTR)
		;
	if (result == 0)
		return lock;
	fprintf(stderr, "%s: %s\n", path, strerror(errno));
	if (lock >= 0)
		close(lock);
	return -1;
}

/* The whole file, other targets' totals included; an empty object when there is none. */
static json_t *load(const char *path)
{
	json_error_t error;
	if (access(path, F_OK) != 0)
		return json_object();
	json_t *state = json_load_file(path, 0, &error);
	if (!json_is_object(state)) {
		fprintf(stderr, "%s:%d: %s; remove it to count anew\n", path, error.line,
			state ? "an object is expected" : error.text);
		json_decref(state);
		return NULL;
	}
	return state;
}

static struct fuzz_counts totals_of(const json_t *state, const struct fuzz_target *target)
{
	const json_t *totals = json_object_get(state, target->name);
	return (struct fuzz_counts){
		.executions = fuzz_json_number(totals, "executions"),
		.steps = fuzz_json_number(totals, "steps"),
		.busy_ms = (int64_t)fuzz_json_number(totals, "milliseconds"),
	};
}

static void set_totals(json_t *state, const struct fuzz_target *target,
		       const struct fuzz_counts *sum)
{
	json_t *totals = json_object();
	fuzz_json_set(totals, "executions", json_integer((json_int_t)sum->executions));
	fuzz_json_set(totals, "steps", json_integer((json_int_t)sum->steps));
	fuzz_json_set(totals, "milliseconds", json_integer((json_int_t)sum->busy_ms));
	fuzz_json_set(state, target->name, totals);
}

bool fuzz_state_read(struct fuzz_run *run)
{
	char path[FUZZ_PATH_SIZE];
	if (!fuzz_corpus_is_kept(run))
		return true;
	state_path(run, path, sizeof(path));
	json_t *state = load(path);
	if (!state)
		return false;
	for (size_t i = 0; i < run->target_count; i++)
		run->targets[i].of_others = totals_of(state, &run->targets[i]);
	json_decref(state);
	return true;
}

static void take_off(struct fuzz_counts *counts, const struct fuzz_counts *part)
{
	/* Less is there when somebody began anew. */
	if (counts->executions < part->executions || counts->steps < part->steps ||
	    counts->busy_ms < part->busy_ms) {
		*counts = (struct fuzz_counts){0};
		return;
	}
	counts->executions -= part->executions;
	counts->steps -= part->steps;
	counts->busy_ms -= part->busy_ms;
}

static bool add_to_totals(struct fuzz_run *run)
{
	char path[FUZZ_PATH_SIZE];
	state_path(run, path, sizeof(path));
	json_t *state = load(path);
	if (!state)
		return false;
	for (size_t i = 0; i < run->target_count; i++) {
		struct fuzz_target *target = &run->targets[i];
		struct fuzz_counts own = fuzz_counts_of_target(run, target);
		target->of_others = totals_of(state, target);
		take_off(&target->of_others, &target->told);
		target->told = own;
		fuzz_counts_add(&own, &target->of_others);
		set_totals(state, target, &own);
	}
	return fuzz_json_write(state, path);
}

bool fuzz_state_write(struct fuzz_run *run)
{
	if (!fuzz_corpus_is_kept(run))
		return true;
	int lock = lock_state(run);
	if (lock < 0)
		return false;
	bool is_written = add_to_totals(run);
	close(lock);
	return is_written;
}
