/* Truth ends a run whose words break an invariant: each is broken once, right after the step that
 * should have kept it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "perform/points.h"
#include "run/run.h"
#include "scenario/text.h"
#include "trace_v2/tracer.h"
#include "truth/log.h"

static const char program[] = "tracer v2 \"go 1.26\"\n"
			      "procs 2\n"
			      "goroutine controller\n"
			      "    start; work 4; advance; sleep 50; advance; sleep 50; stop\n"
			      "goroutine worker * 2\n"
			      "    repeat 20 { yield; log 1 2 }\n"
			      "schedule uniform seed 3\n";

static void reader_runs(struct m *m)
{
	(void)m;
	struct g *reader = (struct g *)atomic_address_peek(&tracer->reader);
	if (reader != NULL)
		reader->status.value = G_RUNNING;
}

static void stop_is_not_told(struct m *m)
{
	(void)m;
	tracer->is_shutting_down.value = 0;
}

static void flag_is_lost(struct m *m)
{
	m->trace.is_writing.value = 0;
}

static void generation_is_left(struct m *m)
{
	(void)m;
	tracer->done_semaphores[1].value.value = 1;
}

static void reader_is_ahead(struct m *m)
{
	(void)m;
	tracer->reader_generation.value += 2;
}

static void flushed_goes_back(struct m *m)
{
	(void)m;
	if (tracer->flushed_generation.value > 2)
		tracer->flushed_generation.value = 1;
}

static void reader_overtakes(struct m *m)
{
	(void)m;
	tracer->flushed_generation.value = tracer->generation.value + 1;
	tracer->reader_generation.value = tracer->generation.value + 1;
}

static void buffer_appears(struct m *m)
{
	static uint64_t buffer[8];
	m->trace.buffers[generation_parity(tracer->generation.value)] = (void *)buffer;
}

static void buffer_vanishes(struct m *m)
{
	m->trace.buffers[generation_parity(tracer->generation.value)] = NULL;
}

static void buffer_is_left(struct m *m)
{
	static uint64_t buffer[8];
	m->trace.buffers[generation_parity(tracer->flushed_generation.value)] = (void *)buffer;
}

struct breach {
	enum point after; /* the operation at this point */
	void (*breaks)(struct m *m);
	const char *rule;
};

static const struct breach breaches[] = {
	{POINT_read_register, reader_runs, "T-I08"},
	{POINT_stop_store_generation, stop_is_not_told, "T-I15"},
	{POINT_section_set_writing, flag_is_lost, "T-I16"},
	{POINT_start_store_generation, generation_is_left, "T-I20"},
	{POINT_advance_publish_flushed, reader_is_ahead, "T-I21"},
	{POINT_advance_publish_flushed, flushed_goes_back, "T-I21"},
	{POINT_read_next_generation, reader_overtakes, "T-I21"},
	{POINT_advance_publish_flushed, buffer_is_left, "T-buffer-left"},
	{POINT_section_load_generation, buffer_appears, "T-buffer-outside"},
	{POINT_section_load_generation, buffer_vanishes, "T-buffer-outside"},
};

static const struct breach *breach;

/* What the M announced last is done, and truth has not looked yet. */
static void break_it(void *context, const struct sim_who *who, enum point point, const void *object)
{
	(void)context;
	(void)point;
	(void)object;
	struct m *m = who->owner;
	if (who->stack_kind != HOST_STACK_SIGNAL && truth_log.ms[m->id].point == breach->after)
		breach->breaks(m);
}

static void each_breach_is_told(void **state)
{
	(void)state;
	char error[SCENARIO_ERROR_SIZE];
	static struct scenario scenario;
	if (!scenario_parse("test.rut", program, strlen(program), &perform_points, &scenario, NULL,
			    error))
		fail_msg("%s", error);
	for (size_t i = 0; i < sizeof breaches / sizeof breaches[0]; i++) {
		struct run_result result;
		struct run_options options = run_options_for(&scenario);
		breach = &breaches[i];
		options.onlooker = break_it;
		run_scenario(&options, &result);
		if (result.verdict.kind != VERDICT_TRUTH_MISMATCH ||
		    strcmp(result.verdict.rule, breach->rule) != 0)
			fail_msg("breach %zu, of %s: %s %s: %s", i, breach->rule,
				 verdict_name(result.verdict.kind), result.verdict.rule,
				 result.verdict.text);
	}
}

static void nothing_is_told_without(void **state)
{
	(void)state;
	char error[SCENARIO_ERROR_SIZE];
	static struct scenario scenario;
	struct run_result result;
	assert_true(scenario_parse("test.rut", program, strlen(program), &perform_points, &scenario,
				   NULL, error));
	struct run_options options = run_options_for(&scenario);
	run_scenario(&options, &result);
	assert_int_equal(result.verdict.kind, VERDICT_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_breach_is_told),
		cmocka_unit_test(nothing_is_told_without),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
