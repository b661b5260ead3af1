/* A worker: draws a scenario, has it performed, judges, until the time is over. */
#include "rut_go/go_fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fatal.h"
#include "perform/points.h"
#include "rut/command.h"
#include "scenario/generate.h"
#include "scenario/mutate.h"

static void add(_Atomic uint64_t *counter, uint64_t count)
{
	atomic_fetch_add_explicit(counter, count, memory_order_relaxed);
}

static _Noreturn void fail(const struct go_fuzz_worker *worker, const struct scenario *scenario,
			   const char *error)
{
	static char text[SCENARIO_TEXT_SIZE_MAX];
	static struct go_fuzz_message message = {.kind = GO_FUZZ_FAILURE};
	fuzz_path(message.folder, sizeof message.folder, "%s/harness-failure-%d.rut",
		  worker->run->options.findings, (int)getpid());
	size_t length = scenario_print(scenario, NULL, &perform_points, text);
	FILE *file = fopen(message.folder, "w");
	if (file == NULL || fwrite(text, 1, length, file) != length || fclose(file) != 0)
		perror(message.folder);
	snprintf(message.text, sizeof message.text, "%s", error);
	if (write(worker->messages, &message, sizeof message) != sizeof message)
		fprintf(stderr, "%s\n", error);
	_exit(RUT_HARNESS);
}

/* What is performed and judged, for a broken invariant that a judge meets there. */
static const struct go_fuzz_worker *at_work;
static const struct scenario *performed;

static void fail_by_invariant(const char *text)
{
	const struct scenario *scenario = performed;
	performed = NULL; /* or to print it could lead here again */
	if (scenario != NULL)
		fail(at_work, scenario, text);
	fprintf(stderr, "%s\n", text);
	_exit(RUT_HARNESS);
}

static void count_run(struct go_fuzz_worker *worker, const struct real_go_result *result)
{
	add(&worker->counters->runs, 1);
	add(&worker->counters->traces, result->sessions->count);
	add(&worker->counters->events, result->event_count);
	add(&worker->counters->trace_bytes, result->sessions->size_bytes);
}

void go_fuzz_run_scenario(struct go_fuzz_worker *worker, const struct scenario *scenario,
			  struct real_go_result *ret_result)
{
	static char error[REAL_GO_ERROR_SIZE];
	const struct real_go_options options = {
		.driver = worker->run->driver,
		.scenario = scenario,
		.time_limit_ms = GO_RUN_TIME_MAX_MS,
		.wind_down_ms = GO_FUZZ_WIND_DOWN_MS,
		.reader = worker->reader,
	};
	at_work = worker;
	performed = scenario;
	if (!real_go_run(&options, ret_result, error))
		fail(worker, scenario, error);
	performed = NULL;
	count_run(worker, ret_result);
}

const struct real_go_known *go_fuzz_known(const struct go_fuzz_run *run,
					  const struct scenario *scenario,
					  const struct verdict *verdict)
{
	if (run->options.finds_known || verdict->kind == VERDICT_OK)
		return NULL;
	return real_go_known(&run->toolchain, scenario, verdict);
}

/* ---- What is run --------------------------------------------------------- */

static uint8_t dialect_of(unsigned minor)
{
	if (minor <= SCENARIO_GO_1_19)
		return SCENARIO_GO_1_19;
	if (minor <= SCENARIO_GO_1_21)
		return SCENARIO_GO_1_21;
	if (minor <= SCENARIO_GO_1_22)
		return SCENARIO_GO_1_22;
	return minor < SCENARIO_GO_1_26 ? SCENARIO_GO_1_23 : SCENARIO_GO_1_26;
}

/* Nothing but operations, copies and procs means anything to a real toolchain. */
static void tame(const struct go_fuzz_run *run, struct scenario *scenario)
{
	struct scenario defaults;
	scenario_init(&defaults);
	defaults.configuration.procs = scenario->configuration.procs;
	defaults.configuration.advance_period_ns = scenario->configuration.advance_period_ns;
	defaults.configuration.dialect = dialect_of(run->toolchain.minor);
	scenario->configuration = defaults.configuration;
	scenario->schedule = defaults.schedule;
	scenario->override_count = 0;
	scenario_repair(scenario);
}

/* Half of them are new, all when there are no seeds. The others are seeds, changed, with parts of a
 * new one: the mutator itself inserts what every tracer knows only. */
static void draw_scenario(struct go_fuzz_worker *worker, struct scenario *ret_scenario)
{
	struct choice_random *random = &worker->random;
	const struct go_fuzz_run *run = worker->run;
	scenario_generate_for_toolchain(random, ret_scenario);
	if (run->seed_count > 0 && choice_random_chance(random, 1, 2)) {
		const struct scenario other = *ret_scenario;
		*ret_scenario = run->seeds[choice_random_below(random, (uint32_t)run->seed_count)];
		scenario_mutate(ret_scenario, random, &other);
	}
	tame(run, ret_scenario);
	scenario_repair(ret_scenario);
}

/* ---- The loop ------------------------------------------------------------ */

static void take_result(struct go_fuzz_worker *worker, const struct scenario *scenario,
			const struct real_go_result *result)
{
	const struct real_go_known *known = go_fuzz_known(worker->run, scenario, &result->verdict);
	if (known != NULL && result->disagreement[0] == '\0')
		go_fuzz_count_known(worker->run->shared, known);
	else if (go_fuzz_is_finding(result))
		go_fuzz_finding_keep(worker, scenario, result);
}

static bool goes_on(const struct go_fuzz_run *run)
{
	const int64_t elapsed_ms = fuzz_now_ms() - run->started_ms;
	return !atomic_load(&run->shared->search_is_over) &&
	       elapsed_ms < (int64_t)run->options.time_s * 1000;
}

static void search(struct go_fuzz_worker *worker)
{
	static struct real_go_result result;
	static struct scenario scenario;
	const struct go_fuzz_run *run = worker->run;
	for (size_t i = worker->index; i < run->seed_count && goes_on(run);
	     i += run->options.jobs) {
		scenario = run->seeds[i];
		tame(run, &scenario);
		go_fuzz_run_scenario(worker, &scenario, &result);
		take_result(worker, &scenario, &result);
	}
	while (goes_on(run)) {
		draw_scenario(worker, &scenario);
		go_fuzz_run_scenario(worker, &scenario, &result);
		take_result(worker, &scenario, &result);
	}
}

int go_fuzz_work(struct go_fuzz_run *run, uint32_t index, int messages)
{
	static char error[REAL_GO_ERROR_SIZE];
	struct go_fuzz_worker worker = {
		.run = run,
		.counters = &run->shared->counters[index],
		.messages = messages,
		.index = index,
	};
	fatal_set_handler(fail_by_invariant);
	choice_random_init(&worker.random, run->options.seed + choice_mix(index));
	if (run->reader_version[0] != '\0') {
		worker.reader = real_go_reader_start(&run->toolchain, run->toolchain.minor, error);
		if (worker.reader == NULL) {
			fprintf(stderr, "%s\n", error);
			return RUT_HARNESS;
		}
	}
	search(&worker);
	real_go_reader_stop(worker.reader);
	return RUT_FINE;
}
