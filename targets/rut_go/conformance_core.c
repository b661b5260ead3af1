/* The rows of our core. The simulator plays each scenario once a setting: it is deterministic. */
#include <stdio.h>
#include <string.h>

#include "base/defect.h"
#include "choice/random.h"
#include "perform/points.h"
#include "real_go/standing.h"
#include "run/run.h"
#include "rut/command.h"
#include "rut_go/conformance.h"
#include "scenario/generate.h"
#include "scenario/load.h"

static struct conformance_row *row_of(struct conformance *conformance, const char *setting)
{
	char name[CONFORMANCE_NAME_SIZE];
	bool is_default = strcmp(setting, "default") == 0;
	snprintf(name, sizeof name, "our core%s%s", is_default ? "" : " ",
		 is_default ? "" : setting);
	for (size_t i = 0; i < conformance->row_count; i++)
		if (strcmp(conformance->rows[i].name, name) == 0)
			return &conformance->rows[i];
	if (conformance->row_count == CONFORMANCE_ROW_COUNT_MAX)
		return NULL;
	struct conformance_row *row = &conformance->rows[conformance->row_count++];
	row->is_core = true;
	memcpy(row->name, name, sizeof name);
	return row;
}

static void run_core(const struct scenario *scenario, struct conformance_script *script)
{
	static struct run_result result;
	struct run_options options = run_options_for(scenario);
	run_scenario(&options, &result);
	script->count_of[result.verdict.kind]++;
	if (result.verdict.kind != VERDICT_OK)
		snprintf(script->evidence, sizeof script->evidence, "%s %s", result.verdict.rule,
			 result.verdict.where);
}

static bool add_setting(struct conformance *conformance, size_t issue,
			const struct go_leg_scenario *scenario, const char *setting)
{
	struct conformance_row *row = row_of(conformance, setting);
	if (row == NULL)
		return false;
	defect_reset();
	if (strcmp(setting, "default") != 0 && !defect_switch(setting))
		return false;
	run_core(&scenario->scenario,
		 conformance_add_script(&row->cells[issue], scenario->name, &scenario->toolchain));
	defect_reset();
	return true;
}

/* Every setting that SCENARIO expects something of, and the default once. */
static int add_settings(struct conformance *conformance, size_t issue,
			const struct go_leg_scenario *scenario)
{
	static struct scenario_text text;
	static struct scenario ignored;
	char error[SCENARIO_ERROR_SIZE];
	if (!scenario_load(scenario->path, &perform_points, &ignored, &text, error, sizeof error)) {
		fprintf(stderr, "%s\n", error);
		return RUT_USAGE;
	}
	if (text.expectation_count == 0)
		return RUT_FINE;
	bool is_good = add_setting(conformance, issue, scenario, "default");
	for (size_t i = 0; i < text.expectation_count && is_good; i++) {
		const char *setting = text.expectations[i].setting;
		if (strcmp(setting, "default") != 0)
			is_good = add_setting(conformance, issue, scenario, setting);
	}
	if (is_good)
		return RUT_FINE;
	fprintf(stderr, "%s: an `expect' line names no setting, or there are too many\n",
		scenario->path);
	return RUT_USAGE;
}

static const struct scenario_toolchain *expectations_of(const struct go_leg *leg, const char *name)
{
	for (size_t i = 0; i < leg->scenario_count; i++)
		if (strcmp(leg->scenarios[i].name, name) == 0)
			return &leg->scenarios[i].toolchain;
	return NULL;
}

static void tell_standing(const struct go_leg *leg, struct conformance_cell *cell)
{
	static const enum conformance_state states[] = {
		[SCENARIO_BROKEN] = CONFORMANCE_BROKEN,
		[SCENARIO_INCOMPLETE] = CONFORMANCE_INCOMPLETE,
		[SCENARIO_FIXED] = CONFORMANCE_FIXED,
	};
	struct standing_observation observations[GO_LEG_SCENARIO_COUNT_MAX];
	for (size_t i = 0; i < cell->script_count; i++) {
		observations[i].expectations = expectations_of(leg, cell->scripts[i].name);
		memcpy(observations[i].count_of, cell->scripts[i].count_of,
		       sizeof observations[i].count_of);
	}
	struct standing_answer answer = standing_tell(observations, cell->script_count);
	if (answer.kind == STANDING_TOLD)
		cell->state = states[answer.standing];
	else if (answer.kind == STANDING_INCONCLUSIVE)
		cell->state = CONFORMANCE_INCONCLUSIVE;
}

int conformance_fill_core(struct conformance *conformance)
{
	static struct go_leg leg;
	for (size_t issue = 0; issue < conformance->issue_count; issue++) {
		int status = go_leg_load(conformance->issues[issue].folder, &leg);
		for (size_t i = 0; i < leg.scenario_count && status == RUT_FINE; i++)
			status = add_settings(conformance, issue, &leg.scenarios[i]);
		if (status != RUT_FINE)
			return status;
		for (size_t i = 0; i < conformance->row_count; i++)
			if (conformance->rows[i].is_core &&
			    conformance->rows[i].cells[issue].script_count > 0)
				tell_standing(&leg, &conformance->rows[i].cells[issue]);
	}
	return RUT_FINE;
}

static void show_session(struct real_go_reader *reader, const struct sessions *sessions,
			 const struct session *session, struct conformance_readers *readers)
{
	static char message[VERDICT_TEXT_SIZE_BYTES];
	readers->core_trace_count++;
	if (real_go_reader_accepts(reader, session_bytes(sessions, session), session->size_bytes,
				   message))
		readers->core_accepted_count++;
	else if (readers->first[0] == '\0')
		snprintf(readers->first, sizeof readers->first, "of our core: %s", message);
}

/* What a reader of Go 1.MINOR can judge. It refuses generations that pass 2^64-1, which our runtime
 * writes on purpose. Go's validator wants every clock of a snapshot to have gone on since the one
 * before (format-v2.md 10.5), which neither clocks that stand still nor ones that disagree do; Go's
 * runtime does not see to it either. */
static void suit_reader(unsigned minor, struct scenario_configuration *configuration)
{
	configuration->initial_generation = 0;
	if (configuration->dialect == SCENARIO_GO_1_26 && minor < SCENARIO_GO_1_26)
		configuration->dialect = SCENARIO_GO_1_23;
	if (configuration->dialect == SCENARIO_GO_1_23 && minor < SCENARIO_GO_1_23)
		configuration->dialect = SCENARIO_GO_1_22;
	if (configuration->dialect < SCENARIO_GO_1_26)
		return;
	configuration->clock = SCENARIO_CLOCK_NORMAL;
	configuration->clock_skew = SCENARIO_SKEW_NONE;
}

void conformance_show_core_traces(struct real_go_reader *reader, unsigned minor, unsigned count,
				  struct conformance_readers *readers)
{
	static struct scenario scenario;
	static struct run_result result;
	struct choice_random random;
	perform_points_teach_generator();
	for (unsigned seed = 1; seed <= count; seed++) {
		choice_random_init(&random, seed);
		scenario_generate(&random, &scenario);
		suit_reader(minor, &scenario.configuration);
		struct run_options options = run_options_for(&scenario);
		run_scenario(&options, &result);
		/* Then its traces may end anywhere. */
		if (result.simulation.ending == SIM_EXITED)
			continue;
		for (uint32_t i = 0; i < result.sessions->count; i++)
			show_session(reader, result.sessions, &result.sessions->all[i], readers);
	}
}
