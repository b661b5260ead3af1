/* rut go conformance: every toolchain beside our core. */
#include <argp.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "rut/command.h"
#include "rut/fuzz.h"
#include "rut/number.h"
#include "rut_go/conformance.h"
#include "rut_go/go_command.h"
#include "rut_go/go_toolchain.h"

enum {
	OPTION_GO = 256,
	OPTION_OUT,
	OPTION_REPROS,
	OPTION_ISSUE,
	CORE_SCENARIO_COUNT = 100,
	RECORDS_NAME_SIZE = 16,
};

struct conformance_command {
	const char *go[GO_TOOLCHAIN_COUNT_MAX];
	size_t go_count;
	unsigned run_count;
	const char *out;
	const char *repros;
	const char *issues[CONFORMANCE_ISSUE_COUNT_MAX]; /* numbers */
	size_t issue_count;                              /* 0: all */
};

static const struct argp_option argp_options[] = {
	{"go", OPTION_GO, "GO", 0,
	 "A go command, may be given several times; default: one of every version that is found",
	 0},
	{"runs", 'n', "RUNS", 0, "Run each scenario so many times; default 10", 0},
	{"out", OPTION_OUT, "FOLDER", 0,
	 "Write matrix.txt, matrix.json and matrix.html there; default build/conformance", 0},
	{"issue", OPTION_ISSUE, "NUMBER", 0, "One of the issues, may be given several times", 0},
	{"repros", OPTION_REPROS, "FOLDER", 0,
	 "The pinned issues, and in a file `standings' what is recorded; default repro", 0},
	{0},
};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct conformance_command *command = state->input;
	switch (key) {
	case OPTION_GO:
		if (command->go_count == GO_TOOLCHAIN_COUNT_MAX)
			argp_error(state, "at most %d toolchains are expected",
				   GO_TOOLCHAIN_COUNT_MAX);
		command->go[command->go_count++] = argument;
		return 0;
	case OPTION_OUT:
		command->out = argument;
		return 0;
	case OPTION_ISSUE:
		if (command->issue_count == CONFORMANCE_ISSUE_COUNT_MAX)
			argp_error(state, "at most %d issues are expected",
				   CONFORMANCE_ISSUE_COUNT_MAX);
		command->issues[command->issue_count++] = argument;
		return 0;
	case OPTION_REPROS:
		command->repros = argument;
		return 0;
	case 'n':
		command->run_count = (unsigned)number_parse(argument, "runs", 1, 1000, state);
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "no argument is expected, got `%s'", argument);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.doc = "Runs the scenarios of all pinned issues on every Go that is found and on our "
	       "core, and prints a matrix: broken, incomplete, fixed or not applicable. Each "
	       "side's reader judges the other's traces.\v"
	       "Exit status: 0 as recorded, 1 not, or the readers disagree about a trace, 2 wrong "
	       "usage, 3 a cell is inconclusive or could not be run.",
};

/* ---- Which issues -------------------------------------------------------- */

/* The text behind `# Issue N: ' in the README of FOLDER. */
static void read_title(const char *folder, char *ret_title, size_t size)
{
	char path[REAL_GO_PATH_SIZE + 16];
	char line[CONFORMANCE_NAME_SIZE * 2] = "";
	snprintf(path, sizeof path, "%s/README.md", folder);
	FILE *file = fopen(path, "r");
	if (file == NULL)
		return;
	if (fgets(line, sizeof line, file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		const char *colon = strstr(line, ": ");
		snprintf(ret_title, size, "%s", colon != NULL ? colon + 2 : line);
	}
	fclose(file);
}

static bool is_asked_for(const struct conformance_command *command, const char *number)
{
	for (size_t i = 0; i < command->issue_count; i++)
		if (strcmp(command->issues[i], number) == 0)
			return true;
	return command->issue_count == 0;
}

/* Some issues are shown by the simulator alone: there is nothing to compare. */
static bool has_toolchain_leg(const char *folder)
{
	static struct go_leg leg;
	return go_leg_load(folder, &leg) != RUT_FINE || leg.scenario_count > 0;
}

static bool find_issues(struct conformance *conformance, const struct conformance_command *command)
{
	const char *repros = command->repros;
	char pattern[REAL_GO_PATH_SIZE];
	glob_t found;
	snprintf(pattern, sizeof pattern, "%s/issue-*", repros);
	if (glob(pattern, 0, NULL, &found) != 0) {
		fprintf(stderr, "%s: no folder issue-N is there; expected the pinned issues\n",
			repros);
		return false;
	}
	if (found.gl_pathc > CONFORMANCE_ISSUE_COUNT_MAX) {
		fprintf(stderr, "%s: more than %d issues\n", repros, CONFORMANCE_ISSUE_COUNT_MAX);
		return false;
	}
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct conformance_issue *issue = &conformance->issues[conformance->issue_count];
		if (!is_asked_for(command, strrchr(found.gl_pathv[i], '-') + 1) ||
		    !has_toolchain_leg(found.gl_pathv[i]))
			continue;
		conformance->issue_count++;
		snprintf(issue->folder, sizeof issue->folder, "%s", found.gl_pathv[i]);
		snprintf(issue->number, sizeof issue->number, "%s",
			 strrchr(found.gl_pathv[i], '-') + 1);
		read_title(issue->folder, issue->title, sizeof issue->title);
	}
	globfree(&found);
	if (conformance->issue_count == 0)
		fprintf(stderr, "%s: none of the issues asked for is there\n", repros);
	return conformance->issue_count > 0;
}

/* ---- One toolchain ------------------------------------------------------- */

static uint64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void add_scenario(const struct go_leg_scenario *scenario, struct conformance_cell *cell,
			 struct conformance_readers *readers)
{
	struct conformance_script *script = conformance_add_script(cell, scenario->name,
								   &scenario->toolchain);
	const struct verdict *evidence = &scenario->evidence;
	memcpy(script->count_of, scenario->observation.count_of, sizeof script->count_of);
	if (evidence->kind != VERDICT_OK)
		snprintf(script->evidence, sizeof script->evidence, "%s%s%s", evidence->rule,
			 evidence->rule[0] != '\0' ? ": " : "", evidence->where);
	cell->time_ms += scenario->run_time_us / 1000;
	readers->trace_count += scenario->trace_count;
	readers->event_count += scenario->event_count;
	readers->disagreement_count += scenario->disagreement_count;
	if (readers->first[0] == '\0')
		snprintf(readers->first, sizeof readers->first, "%.*s",
			 (int)sizeof readers->first - 1, scenario->disagreement);
}

static enum conformance_state state_of(int status, struct standing_answer answer)
{
	if (status != RUT_FINE)
		return CONFORMANCE_FAILED;
	if (answer.kind == STANDING_NOT_APPLICABLE)
		return CONFORMANCE_NOT_APPLICABLE;
	if (answer.kind == STANDING_INCONCLUSIVE)
		return CONFORMANCE_INCONCLUSIVE;
	return answer.standing == SCENARIO_BROKEN       ? CONFORMANCE_BROKEN
	       : answer.standing == SCENARIO_INCOMPLETE ? CONFORMANCE_INCOMPLETE
							: CONFORMANCE_FIXED;
}

static int fill_cell(const struct conformance *conformance, size_t issue,
		     const struct real_go_toolchain *toolchain, struct real_go_reader *reader,
		     struct conformance_row *row)
{
	static struct go_leg leg;
	struct standing_answer answer = {.kind = STANDING_NOT_APPLICABLE};
	const struct go_leg_options options = {
		.toolchain = toolchain,
		.reader = reader,
		.run_count = conformance->run_count,
		.time_limit_ms = GO_RUN_TIME_MAX_MS,
	};
	struct conformance_cell *cell = &row->cells[issue];
	int status = go_leg_load(conformance->issues[issue].folder, &leg);
	if (status != RUT_FINE)
		return status;
	cell->state = state_of(go_leg_run(&leg, &options, &answer), answer);
	for (size_t i = 0; i < leg.scenario_count; i++)
		if (leg.scenarios[i].was_run)
			add_scenario(&leg.scenarios[i], cell, &row->readers);
	return RUT_FINE;
}

static int fill_row(struct conformance *conformance, const struct real_go_toolchain *toolchain,
		    unsigned number, unsigned count)
{
	struct conformance_row *row = &conformance->rows[conformance->row_count++];
	uint64_t begin_ms = now_ms();
	int status = RUT_FINE;
	snprintf(row->name, sizeof row->name, "%s", toolchain->version);
	struct real_go_reader *reader = go_reader(toolchain);
	for (size_t i = 0; i < conformance->issue_count && status == RUT_FINE; i++)
		status = fill_cell(conformance, i, toolchain, reader, row);
	if (reader != NULL) {
		snprintf(row->readers.reader, sizeof row->readers.reader, "%s",
			 real_go_reader_version(reader));
		row->readers.is_own = strcmp(row->readers.reader, toolchain->version) == 0;
		/* Our core writes what Go 1.22 and later read. */
		if (row->readers.is_own && toolchain->minor >= SCENARIO_GO_1_22)
			conformance_show_core_traces(reader, toolchain->minor, CORE_SCENARIO_COUNT,
						     &row->readers);
		real_go_reader_stop(reader);
	}
	fprintf(stderr, "%2u of %u  %-10s", number, count, toolchain->version);
	for (size_t i = 0; i < conformance->issue_count; i++)
		if (row->cells[i].state != CONFORMANCE_NOT_APPLICABLE)
			fprintf(stderr, "  %s %s", conformance->issues[i].number,
				conformance_state_name(row->cells[i].state));
	fprintf(stderr, "   %.1f s\n", (double)(now_ms() - begin_ms) / 1000);
	return status;
}

/* ---- All of it ----------------------------------------------------------- */

/* Of several of one version the first; they come sorted. */
static size_t find_toolchains(const struct conformance_command *command,
			      struct real_go_toolchain *toolchains)
{
	static char error[REAL_GO_ERROR_SIZE];
	size_t count = 0;
	if (command->go_count > 0) {
		for (size_t i = 0; i < command->go_count; i++, count++)
			if (!real_go_identify(command->go[i], &toolchains[count], error)) {
				fprintf(stderr, "%s\n", error);
				exit(RUT_USAGE);
			}
		return count;
	}
	size_t found = real_go_find(toolchains, GO_TOOLCHAIN_COUNT_MAX);
	for (size_t i = 0; i < found; i++)
		if (count == 0 || strcmp(toolchains[count - 1].version, toolchains[i].version) != 0)
			toolchains[count++] = toolchains[i];
	return count;
}

static bool write_file(const struct conformance *conformance, const char *folder, const char *name,
		       bool print(const struct conformance *conformance, FILE *stream))
{
	char path[REAL_GO_PATH_SIZE];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *file = fopen(path, "w");
	bool is_written = file != NULL && print(conformance, file);
	if (file != NULL && fclose(file) != 0)
		is_written = false;
	if (!is_written)
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
	else
		printf("%s\n", path);
	return is_written;
}

static bool print_text(const struct conformance *conformance, FILE *stream)
{
	conformance_print_text(conformance, stream);
	return ferror(stream) == 0;
}

static bool print_html(const struct conformance *conformance, FILE *stream)
{
	conformance_print_html(conformance, stream);
	return ferror(stream) == 0;
}

static int status_of(const struct conformance *conformance)
{
	int status = RUT_FINE;
	for (size_t i = 0; i < conformance->row_count; i++) {
		const struct conformance_readers *readers = &conformance->rows[i].readers;
		if (readers->disagreement_count > 0 ||
		    readers->core_accepted_count < readers->core_trace_count)
			status = status > RUT_FINDING ? status : RUT_FINDING;
		for (size_t j = 0; j < conformance->issue_count; j++) {
			enum conformance_state state = conformance->rows[i].cells[j].state;
			if (state == CONFORMANCE_INCONCLUSIVE || state == CONFORMANCE_FAILED)
				status = RUT_HARNESS;
		}
	}
	return status;
}

static int write_files(const struct conformance *conformance, const char *folder)
{
	bool are_written = write_file(conformance, folder, "matrix.txt", print_text) &&
			   write_file(conformance, folder, "matrix.json", conformance_print_json) &&
			   write_file(conformance, folder, "matrix.html", print_html);
	return are_written ? RUT_FINE : RUT_HARNESS;
}

static int fill(const struct conformance_command *command, struct conformance *conformance)
{
	static struct real_go_toolchain toolchains[GO_TOOLCHAIN_COUNT_MAX];
	int status = RUT_FINE;
	size_t count = find_toolchains(command, toolchains);
	if (count == 0)
		fprintf(stderr, "no Go toolchain is here: our core alone (ci/toolchains --install "
				"gets some)\n");
	for (size_t i = 0; i < count && status == RUT_FINE; i++)
		status = fill_row(conformance, &toolchains[i], (unsigned)i + 1, (unsigned)count);
	return status == RUT_FINE ? conformance_fill_core(conformance) : status;
}

int rut_go_conformance(int argc, char **argv)
{
	static struct conformance conformance;
	static struct conformance_records records;
	struct conformance_command command = {
		.run_count = 10, .out = "build/conformance", .repros = "repro"};
	char path[REAL_GO_PATH_SIZE + RECORDS_NAME_SIZE];
	argp_err_exit_status = RUT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &command);
	conformance.run_count = command.run_count;
	if (!find_issues(&conformance, &command))
		return RUT_USAGE;
	snprintf(path, sizeof path, "%.*s/standings", REAL_GO_PATH_SIZE - 1, command.repros);
	int status = conformance_read_records(path, &records);
	/* Before all that takes minutes. */
	if (status == RUT_FINE && !fuzz_make_folders(command.out))
		status = RUT_HARNESS;
	if (status == RUT_FINE)
		status = fill(&command, &conformance);
	if (status != RUT_FINE)
		return status;
	conformance_print_text(&conformance, stdout);
	printf("\n");
	unsigned other_count = conformance_compare(&conformance, &records, stdout);
	if (write_files(&conformance, command.out) != RUT_FINE)
		return RUT_HARNESS;
	status = status_of(&conformance);
	return status == RUT_FINE && other_count > 0 ? RUT_FINDING : status;
}
