#include "rut/fuzz_record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/defect.h"
#include "base/fatal.h"
#include "rut/fuzz_files.h"

/* ---- JSON ---------------------------------------------------------------- */

void fuzz_json_set(json_t *object, const char *key, json_t *value)
{
	ensure(value != NULL);
	ensure(json_object_set_new(object, key, value) == 0);
}

json_t *fuzz_json_text(const char *text)
{
	json_t *string = json_string(text);
	return string ? string : json_string("(not UTF-8)");
}

static void set_number(json_t *object, const char *key, uint64_t number)
{
	fuzz_json_set(object, key, json_integer((json_int_t)number));
}

const char *fuzz_json_text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text ? text : "";
}

void fuzz_json_take_text(const json_t *object, const char *key, char *ret_text, size_t text_size)
{
	snprintf(ret_text, text_size, "%s", fuzz_json_text_of(object, key));
}

uint64_t fuzz_json_number(const json_t *object, const char *key)
{
	json_int_t number = json_integer_value(json_object_get(object, key));
	return number > 0 ? (uint64_t)number : 0;
}

bool fuzz_json_write(json_t *object, const char *path)
{
	char part[FUZZ_PATH_SIZE];
	fuzz_path(part, sizeof(part), "%s.part", path);
	FILE *file = fopen(part, "w");
	bool is_written = file && json_dumpf(object, file, JSON_INDENT(2)) == 0 &&
			  fputc('\n', file) == '\n' && fflush(file) == 0 &&
			  fsync(fileno(file)) == 0;
	if (file && fclose(file) != 0)
		is_written = false;
	json_decref(object);
	is_written = is_written && rename(part, path) == 0;
	if (!is_written)
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
	return is_written;
}

static json_t *read_object(const char *path)
{
	json_error_t error;
	if (access(path, F_OK) != 0)
		return NULL;
	json_t *object = json_load_file(path, 0, &error);
	if (!object)
		fprintf(stderr, "%s:%d: %s\n", path, error.line, error.text);
	return object;
}

/* ---- Findings ------------------------------------------------------------ */

void fuzz_defect_name(const char *text, char *ret_name, size_t name_size)
{
	defect_reset();
	const bool is_on = defect_switch(text) && *defect_switched_text();
	snprintf(ret_name, name_size, "%s", is_on ? defect_switched_text() : text);
	defect_reset();
}

static void take_defect(const json_t *object, char *ret_name, size_t name_size)
{
	char text[64];
	fuzz_json_take_text(object, "defect", text, sizeof(text));
	fuzz_defect_name(text, ret_name, name_size);
}

bool fuzz_record_is_same(const struct fuzz_record *a, const struct fuzz_record *b)
{
	return strcmp(a->defect, b->defect) == 0 && fuzz_verdict_is_same(&a->verdict, &b->verdict);
}

static json_t *size_object(const struct fuzz_size *size)
{
	json_t *object = json_object();
	set_number(object, "operations", size->operations);
	set_number(object, "overrides", size->overrides);
	return object;
}

static void take_size(const json_t *object, const char *key, struct fuzz_size *ret_size)
{
	const json_t *size = json_object_get(object, key);
	ret_size->operations = (uint32_t)fuzz_json_number(size, "operations");
	ret_size->overrides = (uint32_t)fuzz_json_number(size, "overrides");
}

bool fuzz_record_write(const struct fuzz_record *record, const char *path)
{
	json_t *object = json_object();
	fuzz_json_set(object, "verdict", fuzz_json_text(record->verdict.verdict));
	fuzz_json_set(object, "rule", fuzz_json_text(record->verdict.rule));
	fuzz_json_set(object, "where", fuzz_json_text(record->verdict.where));
	fuzz_json_set(object, "defect", fuzz_json_text(record->defect));
	fuzz_json_set(object, "target", fuzz_json_text(record->target));
	fuzz_json_set(object, "judge", fuzz_json_text(record->judge));
	fuzz_json_set(object, "engine", fuzz_json_text(record->engine));
	set_number(object, "seed", record->seed);
	set_number(object, "executions", record->executions);
	fuzz_json_set(object, "seconds", json_real((double)record->found_ms / 1000));
	set_number(object, "replays", record->replay_count);
	set_number(object, "failed", record->failure_count);
	if (record->unshrunk[0])
		fuzz_json_set(object, "unshrunk", fuzz_json_text(record->unshrunk));
	if (record->is_shrunk) {
		fuzz_json_set(object, "found", size_object(&record->found));
		fuzz_json_set(object, "shrunk", size_object(&record->small));
	}
	return fuzz_json_write(object, path);
}

bool fuzz_record_read(const char *path, struct fuzz_record *ret_record)
{
	json_t *object = read_object(path);
	struct fuzz_record record = {.verdict.witness = FUZZ_TARGET};
	if (!object)
		return false;
	fuzz_json_take_text(object, "verdict", record.verdict.verdict,
			    sizeof(record.verdict.verdict));
	fuzz_json_take_text(object, "rule", record.verdict.rule, sizeof(record.verdict.rule));
	fuzz_json_take_text(object, "where", record.verdict.where, sizeof(record.verdict.where));
	take_defect(object, record.defect, sizeof(record.defect));
	fuzz_json_take_text(object, "target", record.target, sizeof(record.target));
	fuzz_json_take_text(object, "judge", record.judge, sizeof(record.judge));
	fuzz_json_take_text(object, "engine", record.engine, sizeof(record.engine));
	record.seed = (uint32_t)fuzz_json_number(object, "seed");
	record.executions = fuzz_json_number(object, "executions");
	double seconds = json_number_value(json_object_get(object, "seconds"));
	record.found_ms = seconds > 0 && seconds < 1e9 ? (int64_t)(seconds * 1000 + 0.5) : 0;
	record.replay_count = (uint32_t)fuzz_json_number(object, "replays");
	record.failure_count = (uint32_t)fuzz_json_number(object, "failed");
	fuzz_json_take_text(object, "unshrunk", record.unshrunk, sizeof(record.unshrunk));
	record.is_shrunk = json_is_object(json_object_get(object, "shrunk"));
	take_size(object, "found", &record.found);
	take_size(object, "shrunk", &record.small);
	json_decref(object);
	if (record.verdict.verdict[0] == '\0') {
		fprintf(stderr, "%s: a \"verdict\" is expected\n", path);
		return false;
	}
	*ret_record = record;
	return true;
}

/* ---- Slices -------------------------------------------------------------- */

bool fuzz_slice_record_write(const struct fuzz_slice_record *record, const char *path)
{
	json_t *object = json_object();
	fuzz_json_set(object, "target", fuzz_json_text(record->target));
	fuzz_json_set(object, "build", fuzz_json_text(record->build));
	fuzz_json_set(object, "engine", fuzz_json_text(record->engine));
	fuzz_json_set(object, "defect", fuzz_json_text(record->defect));
	set_number(object, "seed", record->seed);
	fuzz_json_set(object, "grows_corpus", json_boolean(record->grows_corpus));
	return fuzz_json_write(object, path);
}

bool fuzz_slice_record_read(const char *path, struct fuzz_slice_record *ret_record)
{
	json_t *object = read_object(path);
	if (!object)
		return false;
	fuzz_json_take_text(object, "target", ret_record->target, sizeof(ret_record->target));
	fuzz_json_take_text(object, "build", ret_record->build, sizeof(ret_record->build));
	fuzz_json_take_text(object, "engine", ret_record->engine, sizeof(ret_record->engine));
	take_defect(object, ret_record->defect, sizeof(ret_record->defect));
	ret_record->seed = (uint32_t)fuzz_json_number(object, "seed");
	ret_record->grows_corpus = json_is_true(json_object_get(object, "grows_corpus"));
	json_decref(object);
	return true;
}
