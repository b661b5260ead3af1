/* The seeds of a tracer's target leave nothing out that an input can have: what none of them uses,
 * a fuzzer has to find by chance. What real toolchains alone perform is in corpus/go. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "perform/points.h"
#include "rut/scenario_file.h"
#include "scenario/fields.h"
#include "scenario/load.h"

enum { ROW_COUNT_MAX = 256, FIELD_COUNT_MAX = 64, PATH_SIZE_BYTES = 512 };

/* What the scenarios of a folder use. */
struct use {
	unsigned scenario_count;
	bool operations[ROW_COUNT_MAX]; /* by row */
	bool fields[FIELD_COUNT_MAX];   /* with another value than where it says nothing */
	bool policies[SCENARIO_POLICY_COUNT];
	bool actions[SCENARIO_ACTION_COUNT];
};

static void add_scenario(struct use *use, const struct scenario *scenario)
{
	struct scenario initial;
	scenario_init(&initial);
	use->scenario_count++;
	for (size_t i = 0; i < scenario_operation_row_count; i++)
		for (size_t j = 0; j < scenario->operation_count; j++)
			use->operations[i] |= scenario->operations[j].id ==
					      scenario_operation_rows[i].id;
	for (size_t i = 0; i < scenario_field_count; i++)
		use->fields[i] |= scenario_field_get(&scenario_fields[i],
						     &scenario->configuration) !=
				  scenario_field_get(&scenario_fields[i], &initial.configuration);
	use->policies[scenario->schedule.policy] = true;
	for (size_t i = 0; i < scenario->override_count; i++)
		use->actions[scenario->overrides[i].action] = true;
}

static void find_use(const char *folder, struct use *ret_use)
{
	static struct scenario scenario;
	static struct scenario_text text;
	char error[SCENARIO_ERROR_SIZE], path[PATH_SIZE_BYTES];
	struct dirent **entries;
	const int count = scandir(folder, &entries, NULL, alphasort);
	*ret_use = (struct use){0};
	assert_true(count > 0);
	for (int i = 0; i < count; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
		if (scenario_file_is_text(path)) {
			if (!scenario_load(path, &perform_points, &scenario, &text, error,
					   sizeof error))
				fail_msg("%s", error);
			add_scenario(ret_use, &scenario);
		}
		free(entries[i]);
	}
	free(entries);
	assert_true(ret_use->scenario_count > 0);
}

static unsigned missing_count;

static void expect_use(bool is_used, const char *folder, const char *what, const char *name)
{
	if (is_used)
		return;
	print_error("%s: no scenario with the %s %s\n", folder, what, name);
	missing_count++;
}

static void expect_all_of_the_simulator(const char *folder, const struct use *use, bool is_v1)
{
	for (size_t i = 0; i < scenario_operation_row_count; i++) {
		const struct scenario_operation_row *row = &scenario_operation_rows[i];
		if (row->class != SCENARIO_CLASS_TOOLCHAIN)
			expect_use(use->operations[i], folder, "operation", row->name);
	}
	/* The first is the tracer, which the folder says. */
	for (size_t i = 1; i < scenario_field_count; i++)
		if (!is_v1 || !scenario_fields[i].is_of_v2)
			expect_use(use->fields[i], folder, "field", scenario_fields[i].name);
	for (unsigned i = 0; i < SCENARIO_POLICY_COUNT; i++)
		expect_use(use->policies[i], folder, "policy", scenario_policy_names[i]);
	for (unsigned i = 0; i < SCENARIO_ACTION_COUNT; i++)
		expect_use(use->actions[i], folder, "action", scenario_action_names[i]);
}

static void seeds_of_a_tracer_use_everything(void **state)
{
	struct use use;

	(void)state;
	missing_count = 0;
	find_use("corpus/fuzz_trace_v2/seed", &use);
	expect_all_of_the_simulator("corpus/fuzz_trace_v2/seed", &use, false);
	find_use("corpus/fuzz_trace_v1/seed", &use);
	expect_all_of_the_simulator("corpus/fuzz_trace_v1/seed", &use, true);
	assert_int_equal(missing_count, 0);
}

static void toolchains_start_from_everything_that_they_alone_perform(void **state)
{
	struct use use;

	(void)state;
	missing_count = 0;
	find_use("corpus/go", &use);
	for (size_t i = 0; i < scenario_operation_row_count; i++)
		if (scenario_operation_rows[i].class == SCENARIO_CLASS_TOOLCHAIN)
			expect_use(use.operations[i], "corpus/go", "operation",
				   scenario_operation_rows[i].name);
	assert_int_equal(missing_count, 0);
}

/* The ring of CPU samples takes of a scenario what ring_play.h says. */
static void seeds_of_the_ring_use_what_it_looks_at(void **state)
{
	static const char *const looked_at[] = {"tracer",        "procs",
						"buffer-bytes",  "run-queue-length",
						"store-buffers", "initial-generation",
						"signal-rate"};
	struct use use;

	(void)state;
	missing_count = 0;
	find_use("corpus/fuzz_cpu_sample_ring/seed", &use);
	for (size_t i = 0; i < scenario_field_count; i++)
		for (size_t j = 0; j < sizeof looked_at / sizeof looked_at[0]; j++)
			if (strcmp(scenario_fields[i].name, looked_at[j]) == 0)
				expect_use(use.fields[i], "corpus/fuzz_cpu_sample_ring/seed",
					   "field", looked_at[j]);
	for (unsigned i = 0; i < SCENARIO_POLICY_COUNT; i++)
		expect_use(use.policies[i], "corpus/fuzz_cpu_sample_ring/seed", "policy",
			   scenario_policy_names[i]);
	assert_int_equal(missing_count, 0);
}

/* A trace has its verdict and its sentence beside it, and nowhere else a copy. */
static void check_links(const char *folder)
{
	char path[PATH_SIZE_BYTES], target[PATH_SIZE_BYTES];
	struct dirent **entries;
	const int count = scandir(folder, &entries, NULL, alphasort);
	assert_true(count > 2);
	for (int i = 0; i < count; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
		if (entries[i]->d_name[0] != '.') {
			const ssize_t length = readlink(path, target, sizeof target - 1);
			if (length < 0)
				fail_msg("%s: a link into corpus/traces is expected", path);
			target[length] = '\0';
			assert_memory_equal(target, "../../traces/", strlen("../../traces/"));
			assert_int_equal(access(path, R_OK), 0);
		}
		free(entries[i]);
	}
	free(entries);
}

static void seeds_of_readers_are_traces_of_the_corpus(void **state)
{
	(void)state;
	check_links("corpus/fuzz_trace_reader_v1/seed");
	check_links("corpus/fuzz_trace_reader_v2/seed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seeds_of_a_tracer_use_everything),
		cmocka_unit_test(seeds_of_the_ring_use_what_it_looks_at),
		cmocka_unit_test(toolchains_start_from_everything_that_they_alone_perform),
		cmocka_unit_test(seeds_of_readers_are_traces_of_the_corpus),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
