#include <jansson.h>

#include "base/fatal.h"
#include "rut_go/conformance.h"

static void set(json_t *object, const char *key, json_t *value)
{
	ensure(value != NULL);
	ensure(json_object_set_new(object, key, value) == 0);
}

/* Messages hold what a process wrote, which need not be UTF-8. */
static json_t *text(const char *bytes)
{
	json_t *string = json_string(bytes);
	return string != NULL ? string : json_string("(not UTF-8)");
}

static json_t *script_of(const struct conformance_script *script)
{
	json_t *object = json_object();
	json_t *verdicts = json_object();
	set(object, "scenario", text(script->name));
	set(object, "expected_if_broken", text(script->expected));
	for (int i = 0; i < VERDICT_COUNT; i++)
		if (script->count_of[i] > 0)
			set(verdicts, verdict_name((enum verdict_kind)i),
			    json_integer(script->count_of[i]));
	set(object, "verdicts", verdicts);
	if (script->evidence[0] != '\0')
		set(object, "evidence", text(script->evidence));
	return object;
}

static json_t *cell_of(const struct conformance_row *row, const struct conformance_cell *cell)
{
	json_t *object = json_object();
	json_t *scripts = json_array();
	set(object, "state", text(conformance_state_name(cell->state)));
	for (size_t i = 0; i < cell->script_count; i++)
		ensure(json_array_append_new(scripts, script_of(&cell->scripts[i])) == 0);
	set(object, "scenarios", scripts);
	if (!row->is_core)
		set(object, "time_ms", json_integer((json_int_t)cell->time_ms));
	return object;
}

static json_t *readers_of(const struct conformance_readers *readers)
{
	json_t *object = json_object();
	set(object, "go_reader", text(readers->reader));
	set(object, "is_own", json_boolean(readers->is_own));
	set(object, "traces", json_integer((json_int_t)readers->trace_count));
	set(object, "events", json_integer((json_int_t)readers->event_count));
	set(object, "disagreements", json_integer((json_int_t)readers->disagreement_count));
	set(object, "core_traces", json_integer((json_int_t)readers->core_trace_count));
	set(object, "core_traces_accepted", json_integer((json_int_t)readers->core_accepted_count));
	if (readers->first[0] != '\0')
		set(object, "first", text(readers->first));
	return object;
}

static json_t *row_of(const struct conformance *conformance, const struct conformance_row *row)
{
	json_t *object = json_object();
	json_t *issues = json_object();
	set(object, "name", text(row->name));
	set(object, "is_core", json_boolean(row->is_core));
	for (size_t i = 0; i < conformance->issue_count; i++)
		set(issues, conformance->issues[i].number, cell_of(row, &row->cells[i]));
	set(object, "issues", issues);
	if (!row->is_core)
		set(object, "readers", readers_of(&row->readers));
	return object;
}

bool conformance_print_json(const struct conformance *conformance, FILE *stream)
{
	json_t *root = json_object();
	json_t *rows = json_array();
	set(root, "runs_of_each_scenario", json_integer(conformance->run_count));
	for (size_t i = 0; i < conformance->row_count; i++)
		ensure(json_array_append_new(rows, row_of(conformance, &conformance->rows[i])) ==
		       0);
	set(root, "rows", rows);
	bool is_written = json_dumpf(root, stream, JSON_INDENT(2)) == 0 &&
			  fputc('\n', stream) != EOF;
	json_decref(root);
	return is_written;
}
