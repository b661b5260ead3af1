/* rut validate: judges trace files. */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/defect.h"
#include "oracle/oracle.h"
#include "oracle/v1_event_info.h"
#include "rut/command.h"
#include "rut/file_bytes.h"
#include "rut/number.h"
#include "rut/trace_features.h"

struct validate {
	struct oracle_options options;
	bool is_quiet;
	bool has_types;
	bool has_features;
	bool lists_rules;
	char **files;
	int file_count;
};

enum { FIRST_V2_MINOR = 22 };

enum { KEY_SKEW = 256, KEY_TYPES, KEY_RULES, KEY_FIRST, KEY_PROCS, KEY_FEATURES };

static const struct argp_option options[] = {
	{"strict", 's', NULL, 0, "Apply also the rules that Go's readers leave unchecked", 0},
	{"skewed-clocks", KEY_SKEW, NULL, 0,
	 "Leave out rules that need the clocks of all threads to agree", 0},
	{"defect", 'd', "NAME[:SETTING]", 0,
	 "Switch a historic defect of readers on (rut defects lists them)", 0},
	{"first-generation", KEY_FIRST, "NUMBER", 0, "The trace must begin with this one", 0},
	{"procs", KEY_PROCS, "NUMBER", 0, "GOMAXPROCS before the first ProcsChange", 0},
	{"types", 't', NULL, 0, "Count events by type", 0},
	{"features", KEY_FEATURES, NULL, 0, "Count rare situations", 0},
	{"quiet", 'q', NULL, 0, "Print nothing about accepted files", 0},
	{"rules", KEY_RULES, NULL, 0, "List the rules and end", 0},
	{0},
};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct validate *validate = state->input;

	switch (key) {
	case 's':
		validate->options.is_strict = true;
		return 0;
	case 'd':
		if (!defect_switch(argument))
			argp_error(state, "%s: no such defect; `rut defects' lists them", argument);
		return 0;
	case KEY_SKEW:
		validate->options.clocks_may_disagree = true;
		return 0;
	case KEY_FIRST:
		validate->options.first_generation = number_parse(argument, "first-generation", 0,
								  UINT64_MAX, state);
		return 0;
	case KEY_PROCS:
		validate->options.procs_at_start = number_parse(argument, "procs", 0, UINT64_MAX,
								state);
		return 0;
	case 't':
		validate->has_types = true;
		return 0;
	case KEY_FEATURES:
		validate->has_features = true;
		return 0;
	case 'q':
		validate->is_quiet = true;
		return 0;
	case KEY_RULES:
		validate->lists_rules = true;
		return 0;
	case ARGP_KEY_ARGS:
		validate->files = state->argv + state->next;
		validate->file_count = state->argc - state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		if (!validate->lists_rules)
			argp_error(state, "no file given");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void print_rules(void)
{
	static const char *const levels[] = {"reader", "consumer", "own", "strict"};

	for (int i = RULE_NONE + 1; i < RULE_COUNT; i++) {
		enum rule rule = (enum rule)i;
		printf("%-22s %-9s %s\n", rule_id(rule), levels[rule_level(rule)],
		       rule_sentence(rule));
	}
}

static void print_types(const struct oracle_report *report)
{
	const uint64_t *of_type = report->statistics.of_type;
	bool is_v1 = report->version_minor < FIRST_V2_MINOR;
	int count = is_v1 ? (int)V1_EVENT_TYPE_COUNT : (int)EVENT_TYPE_COUNT;

	for (int i = 0; i < count; i++) {
		if (of_type[i] != 0)
			printf("  %12" PRIu64 "  %s\n", of_type[i],
			       is_v1 ? v1_event_info[i].name : event_info[i].name);
	}
}

static void print_report(const struct validate *validate, const char *name,
			 const struct oracle_report *report, const struct trace_features *features)
{
	const struct oracle_statistics *statistics = &report->statistics;
	const struct fault *fault = &report->fault;

	if (report->is_accepted) {
		if (validate->is_quiet)
			return;
		printf("%s: accept\n", name);
	} else {
		printf("%s: reject  rule %s  offset %" PRIu64 "  generation %" PRIu64 "\n", name,
		       rule_id(fault->rule), fault->offset, fault->generation);
		printf("  %s\n  rule %s: %s.\n", fault->message, rule_id(fault->rule),
		       rule_sentence(fault->rule));
	}
	if (report->version_minor == 0)
		return;
	printf("  go 1.%d: %" PRIu64 " events, %" PRIu64 " batches, %" PRIu64
	       " generations, %" PRIu64 " stacks, %" PRIu64 " strings, %" PRIu64 " CPU samples\n",
	       report->version_minor, statistics->events, statistics->batches,
	       statistics->generations, statistics->stacks, statistics->strings,
	       statistics->samples);
	if (validate->has_features)
		printf("  revived Ps: %" PRIu64 ", event batches of a %s: at most %" PRIu64 "\n",
		       features->revived_procs,
		       report->version_minor < FIRST_V2_MINOR ? "P" : "thread in a generation",
		       features->writer_batches_max);
	if (validate->has_types)
		print_types(report);
}

static void release(void *context, size_t end_offset)
{
	file_bytes_release(context, end_offset);
}

/* Judges one file; its exit status. */
static int validate_file(const struct validate *validate, struct oracle *oracle, const char *name)
{
	struct oracle_report report;
	struct trace_features features = {0};
	struct file_bytes file;

	if (!file_bytes_open(&file, name)) {
		fprintf(stderr, "rut validate: %s: %s; expected a trace file\n", name,
			strerror(errno));
		return RUT_USAGE;
	}
	struct oracle_options options_here = validate->options;
	options_here.on_generation_end = release;
	options_here.on_generation_end_context = &file;
	if (validate->has_features) {
		trace_features_begin(&features, file.bytes, file.size);
		options_here.on_event = trace_features_event;
		options_here.on_event_context = &features;
		options_here.on_v1_event = trace_features_v1_event;
		options_here.on_v1_event_context = &features;
	}
	oracle_check(oracle, file.bytes, file.size, &options_here, &report);
	print_report(validate, name, &report, &features);
	file_bytes_close(&file);
	return report.is_accepted ? RUT_FINE : RUT_FINDING;
}

int rut_validate(int argc, char **argv)
{
	static const struct argp argp = {
		options,
		parse_option,
		"FILE...",
		"Judges execution traces of Go 1.11 to 1.27, headed \"go 1.11\", 1.19, 1.21, 1.22, "
		"1.23, 1.25 or 1.26, and names the rule that a rejected one breaks.\v"
		"Exit status: 0 all accepted, 1 one rejected, 2 one unreadable.",
		NULL,
		NULL,
		NULL,
	};
	struct validate validate = {0};
	struct oracle *oracle;
	int status = RUT_FINE;

	argp_err_exit_status = RUT_USAGE;
	if (argp_parse(&argp, argc, argv, 0, NULL, &validate) != 0)
		return RUT_USAGE;
	if (validate.lists_rules) {
		print_rules();
		return RUT_FINE;
	}
	oracle = oracle_create();
	for (int i = 0; i < validate.file_count; i++) {
		int file_status = validate_file(&validate, oracle, validate.files[i]);
		status = file_status > status ? file_status : status;
	}
	oracle_destroy(oracle);
	return status;
}
