#include "rut/fuzz.h"

static json_t *text_or_null(const char *text)
{
	return text && *text ? fuzz_json_text(text) : json_null();
}

static json_t *number(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static void set_finding(const struct fuzz_run *run, json_t *object)
{
	const bool has_found = run->has_found;
	const struct fuzz_verdict *verdict = &run->findings[run->first_finding].record.verdict;
	fuzz_json_set(object, "found", json_boolean(has_found));
	fuzz_json_set(object, "found_seconds",
		      has_found ? json_real((double)run->first_found_ms / 1000) : json_null());
	fuzz_json_set(object, "found_executions",
		      has_found ? number(run->first_executions) : json_null());
	fuzz_json_set(object, "verdict", text_or_null(has_found ? verdict->verdict : NULL));
	fuzz_json_set(object, "rule", text_or_null(has_found ? verdict->rule : NULL));
	fuzz_json_set(object, "where", text_or_null(has_found ? verdict->where : NULL));
	fuzz_json_set(object, "target", text_or_null(has_found ? run->first_target->name : NULL));
	fuzz_json_set(object, "judge",
		      text_or_null(has_found ? fuzz_judge(run->first_target->name, run->first_build)
					     : NULL));
	fuzz_json_set(object, "engine_of_finding",
		      text_or_null(has_found ? fuzz_engine_id(run->first_engine) : NULL));
}

bool fuzz_summary_write(const struct fuzz_run *run)
{
	const struct fuzz_options *options = &run->options;
	json_t *object = json_object();
	if (!options->summary) {
		json_decref(object);
		return true;
	}
	fuzz_json_set(object, "defect", text_or_null(options->defect));
	fuzz_json_set(object, "engine", fuzz_json_text(fuzz_engine_word(options->use_engine)));
	fuzz_json_set(object, "mutator",
		      fuzz_json_text(options->mutates_bytes ? "bytes" : "structure"));
	fuzz_json_set(object, "seed", number(options->seed));
	fuzz_json_set(object, "jobs", number(options->jobs));
	fuzz_json_set(object, "seconds",
		      json_real((double)(fuzz_now_ms() - run->started_ms) / 1000));
	fuzz_json_set(object, "executions", number(fuzz_counts_of_run(run).executions));
	set_finding(run, object);
	fuzz_json_set(object, "reached", number(run->reached));
	fuzz_json_set(object, "triggered", number(run->triggered));
	return fuzz_json_write(object, options->summary);
}
