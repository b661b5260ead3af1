/* What all runs on the kept corpus did: totals by target, in build/corpus/state.json. The corpus
 * itself is the state that a search goes on from. */
#include "rut/fuzz.h"

#include <string.h>
#include <unistd.h>

static void state_path(const struct fuzz_run *run, char *ret_path, size_t path_size)
{
	fuzz_path(ret_path, path_size, "%s/corpus/state.json", run->options.build);
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

bool fuzz_state_read(struct fuzz_run *run)
{
	char path[FUZZ_PATH_SIZE];
	if (!fuzz_corpus_is_kept(run))
		return true;
	state_path(run, path, sizeof(path));
	json_t *state = load(path);
	if (!state)
		return false;
	for (size_t i = 0; i < run->target_count; i++) {
		const json_t *totals = json_object_get(state, run->targets[i].name);
		struct fuzz_counts *before = &run->targets[i].before;
		before->executions = fuzz_json_number(totals, "executions");
		before->steps = fuzz_json_number(totals, "steps");
		before->busy_ms = (int64_t)fuzz_json_number(totals, "milliseconds");
	}
	json_decref(state);
	return true;
}

bool fuzz_state_write(const struct fuzz_run *run)
{
	char path[FUZZ_PATH_SIZE];
	if (!fuzz_corpus_is_kept(run))
		return true;
	state_path(run, path, sizeof(path));
	json_t *state = load(path);
	if (!state)
		return false;
	for (size_t i = 0; i < run->target_count; i++) {
		const struct fuzz_target *target = &run->targets[i];
		struct fuzz_counts sum = fuzz_counts_of_target(run, target);
		json_t *totals = json_object();
		fuzz_counts_add(&sum, &target->before);
		fuzz_json_set(totals, "executions", json_integer((json_int_t)sum.executions));
		fuzz_json_set(totals, "steps", json_integer((json_int_t)sum.steps));
		fuzz_json_set(totals, "milliseconds", json_integer((json_int_t)sum.busy_ms));
		fuzz_json_set(state, target->name, totals);
	}
	return fuzz_json_write(state, path);
}
