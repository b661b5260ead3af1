#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/fatal.h"
#include "rut/bench_defects.h"
#include "rut/command.h"

/* ---- What the trials were of --------------------------------------------- */

/* The commit, and a hash of what was changed since: results of other code are of no use. */
static void name_commit(char *ret_commit, size_t commit_size)
{
	char line[4096];
	size_t length = 0;
	snprintf(ret_commit, commit_size, "unknown");
	FILE *git = popen("(git rev-parse --short=12 HEAD && git status --porcelain && "
			  "git diff HEAD) 2>/dev/null",
			  "r");
	if (!git)
		return;
	if (fgets(line, sizeof line, git)) {
		XXH64_state_t *hash = XXH64_createState();
		ensure(hash != NULL);
		XXH64_reset(hash, 0);
		line[strcspn(line, "\n")] = '\0';
		length = (size_t)snprintf(ret_commit, commit_size, "%s", line);
		bool is_changed = false;
		for (size_t size; (size = fread(line, 1, sizeof line, git)) > 0;) {
			is_changed = true;
			XXH64_update(hash, line, size);
		}
		if (is_changed && length < commit_size)
			snprintf(ret_commit + length, commit_size - length, "+%016" PRIx64,
				 (uint64_t)XXH64_digest(hash));
		XXH64_freeState(hash);
	}
	pclose(git);
}

/* ---- One result ---------------------------------------------------------- */

static struct bench_trial *trial_of(const struct bench_run *run, const json_t *object)
{
	return bench_trial_of(
		run, fuzz_json_text_of(object, "defect"), fuzz_json_text_of(object, "engine"),
		fuzz_json_text_of(object, "mutator"), fuzz_json_number(object, "seed"));
}

/* False when OBJECT lacks what a result must have. */
static bool take_result(struct bench_trial *trial, const json_t *object)
{
	const json_t *found = json_object_get(object, "found");
	if (!json_is_boolean(found) || fuzz_json_number(object, "executions") == 0 ||
	    !json_is_number(json_object_get(object, "seconds")))
		return false;
	const bool is_found = json_is_true(found);
	const uint64_t executions = fuzz_json_number(object,
						     is_found ? "found_executions" : "executions");
	const double seconds = json_number_value(
		json_object_get(object, is_found ? "found_seconds" : "seconds"));
	if (executions == 0)
		return false;
	trial->is_found = is_found;
	trial->executions = executions;
	trial->seconds = seconds;
	trial->lasted_s = json_number_value(json_object_get(object, "seconds"));
	trial->reached = fuzz_json_number(object, "reached");
	trial->triggered = fuzz_json_number(object, "triggered");
	trial->state = BENCH_HAS_ENDED;
	return true;
}

/* ---- The file ------------------------------------------------------------ */

/* A line that a killed run left in the middle must not spoil the next. */
static bool end_last_line(int file)
{
	char last = '\n';
	const off_t size = lseek(file, 0, SEEK_END);
	if (size > 0 && pread(file, &last, 1, size - 1) != 1)
		return false;
	return last == '\n' || write(file, "\n", 1) == 1;
}

static void take_line(struct bench_run *run, const char *line)
{
	json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(object)) {
		run->unread_line_count++;
	} else if (strcmp(fuzz_json_text_of(object, "commit"), run->commit) == 0 &&
		   fuzz_json_number(object, "budget_seconds") == run->options.time_s) {
		struct bench_trial *trial = trial_of(run, object);
		if (trial && !take_result(trial, object))
			run->unread_line_count++;
		else if (trial)
			trial->is_of_earlier_run = true;
	}
	json_decref(object);
}

static bool read_lines(struct bench_run *run, const char *path)
{
	char *line = NULL;
	size_t line_size = 0;
	FILE *file = fopen(path, "r");
	if (!file)
		return false;
	while (getline(&line, &line_size, file) >= 0)
		if (*line != '\n')
			take_line(run, line);
	const bool is_read = !ferror(file);
	free(line);
	fclose(file);
	return is_read;
}

int bench_records_open(struct bench_run *run)
{
	char path[FUZZ_PATH_SIZE];
	fuzz_path(path, sizeof path, "%s/results.jsonl", run->options.results);
	name_commit(run->commit, sizeof run->commit);
	run->core_count = sysconf(_SC_NPROCESSORS_ONLN);
	run->results = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (run->results >= 0 && flock(run->results, LOCK_EX | LOCK_NB) != 0 &&
	    errno == EWOULDBLOCK) {
		fprintf(stderr,
			"%s: another benchmark writes to it; --results names another folder\n",
			path);
		return RUT_USAGE;
	}
	if (run->results < 0 || !end_last_line(run->results) || !read_lines(run, path)) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return RUT_HARNESS;
	}
	return RUT_FINE;
}

/* In one piece, so that no other end than that of the machine leaves half of it. */
static bool append(int file, json_t *object)
{
	char *text = json_dumps(object, JSON_COMPACT);
	ensure(text != NULL);
	const size_t length = strlen(text);
	text[length] = '\n'; /* in the place of its end */
	const bool is_written = write(file, text, length + 1) == (ssize_t)length + 1;
	free(text);
	return is_written;
}

bool bench_summary_take(struct bench_run *run, const struct bench_slot *slot, const char *file,
			char *ret_reason, size_t reason_size)
{
	json_error_t error;
	json_t *object = json_load_file(file, JSON_REJECT_DUPLICATES, &error);
	bool is_taken = false;
	if (!json_is_object(object)) {
		snprintf(ret_reason, reason_size, "no summary: %s",
			 object ? "not a JSON object" : error.text);
	} else if (trial_of(run, object) != slot->trial) {
		snprintf(ret_reason, reason_size, "its summary is of another run");
	} else if (!take_result(slot->trial, object)) {
		snprintf(ret_reason, reason_size, "its summary lacks what came of it");
	} else {
		fuzz_json_set(object, "commit", json_string(run->commit));
		fuzz_json_set(object, "cores", json_integer(run->core_count));
		fuzz_json_set(object, "trials_at_once", json_integer(run->options.jobs));
		fuzz_json_set(object, "budget_seconds", json_integer(run->options.time_s));
		fuzz_json_set(object, "budget_executions",
			      json_integer((json_int_t)slot->executions_max));
		is_taken = append(run->results, object);
		if (!is_taken)
			snprintf(ret_reason, reason_size, "%s/results.jsonl: %s",
				 run->options.results, strerror(errno));
	}
	json_decref(object);
	return is_taken;
}
