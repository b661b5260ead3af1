/* Boots the scheduler on the simulator and runs a program as its first goroutine, under every
 * policy and many seeds. For the unit tests of sched and of what stands on it.
 *
 * Inside a run a broken expectation is an ensure(), which ends the run as a throw: a cmocka
 * assertion would jump across stacks. What goroutines share without the runtime's own order is
 * atomic, so that ThreadSanitizer judges the runtime and not the test. */
#ifndef SCHED_TESTS_HARNESS_H
#define SCHED_TESTS_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/fatal.h"
#include "coroutine/sanitizer.h"
#include "scenario/scenario.h"
#include "sched/boot.h"
#include "sched/goroutine.h"
#include "sched/schedule.h"
#include "sim/sim.h"

enum { HARNESS_SEED_COUNT = 60, HARNESS_STEP_COUNT_MAX = 200000 };

struct harness {
	uint32_t proc_count;
	uint32_t run_queue_length;
	bool has_collector;
	const struct trace_hooks *hooks; /* NULL: no tracer */
	void (*boot)(void);              /* before the scheduler's; may be NULL */
	g_entry *program;                /* ends with executor_finish() */
	sim_observer *observer;          /* may be NULL */
};

static inline struct trace_section harness_no_section(void)
{
	return (struct trace_section){0};
}

static inline bool harness_no_reader_wanted(void)
{
	return false;
}

static inline void harness_ignore_p(struct p *p)
{
	(void)p;
}

static inline void harness_ignore_m(struct m *m)
{
	(void)m;
}

/* Without a tracer no section is valid, so nothing else of the table is called. */
static const struct trace_hooks harness_no_tracer = {.enter = harness_no_section,
						     .enter_in_syscall = harness_no_section,
						     .thread_destroyed = harness_ignore_m,
						     .proc_destroyed = harness_ignore_p,
						     .is_reader_wanted = harness_no_reader_wanted};

static const struct harness *harness_current;

static inline void harness_main(void *argument)
{
	const struct sched_configuration configuration = {
		.proc_count = harness_current->proc_count,
		.run_queue_length = harness_current->run_queue_length,
		.has_collector = harness_current->has_collector,
		.collector = {.worker_pc = 0x2000, .sweeper_pc = 0x2010}};
	lock_order_set_checked(true);
	if (harness_current->boot != NULL)
		harness_current->boot();
	sched_boot(argument, &configuration,
		   harness_current->hooks != NULL ? harness_current->hooks : &harness_no_tracer);
	goroutine_start_first(harness_current->program, NULL, 0x1000);
	schedule_loop();
}

/* Between two steps it reads what other threads write: no access of the program that is judged. */
static inline void harness_observe(void *context, const struct sim_who *who, enum point point,
				   const void *object)
{
	SANITIZER_IGNORED_BEGIN();
	harness_current->observer(context, who, point, object);
	SANITIZER_IGNORED_END();
}

static inline void harness_run(const struct harness *harness, const struct scenario *scenario,
			       struct sim_report *ret_report)
{
	static struct m first_m;
	memset(&first_m, 0, sizeof first_m);
	harness_current = harness;
	const struct sim_options options = {
		.scenario = scenario,
		.step_count_max = HARNESS_STEP_COUNT_MAX,
		.observer = harness->observer == NULL ? NULL : harness_observe};
	sim_run(&options, harness_main, &first_m, ret_report);
}

static inline void harness_scenario(uint8_t policy, uint32_t seed, struct scenario *ret_scenario)
{
	scenario_init(ret_scenario);
	ret_scenario->schedule.policy = policy;
	ret_scenario->schedule.seed = seed;
	ret_scenario->schedule.parameter = (uint8_t)(seed * 37);
	if (policy == SCENARIO_TARGET_BIASED)
		ret_scenario->schedule.target_point = POINT_g_change_status;
	ret_scenario->configuration.has_store_buffers = seed % 2 == 0;
	ret_scenario->configuration.stack_growth_rate = (uint8_t)(seed % 3 * 20);
}

/* Runs the program under every policy with HARNESS_SEED_COUNT seeds each; all must finish. AFTER
 * looks at each run's end and may be NULL. */
static inline void harness_each_schedule(const struct harness *harness, void (*after)(void))
{
	static struct scenario scenario;
	static struct sim_report report;
	for (uint8_t policy = 0; policy < SCENARIO_POLICY_COUNT; policy++) {
		for (uint32_t seed = 1; seed <= HARNESS_SEED_COUNT; seed++) {
			harness_scenario(policy, seed, &scenario);
			harness_run(harness, &scenario, &report);
			if (report.ending != SIM_FINISHED)
				print_error("policy %u, seed %u: ended with %d: %s\n", policy, seed,
					    (int)report.ending, report.text);
			assert_int_equal(report.ending, SIM_FINISHED);
			assert_false(report.is_fair_phase_entered);
			if (after != NULL)
				after();
		}
	}
}

#endif
