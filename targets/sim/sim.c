#include "sim/sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena/arena.h"
#include "base/fatal.h"
#include "sim/internal.h"

struct sim sim;

const char *const coroutine_tsan_options = COROUTINE_TSAN_OPTIONS;

static void find_special_step(void)
{
	sim.special_step_count = sim.step_count_max;
	if (sim.wind_down_step_count > sim.step_count &&
	    sim.wind_down_step_count < sim.step_count_max)
		sim.special_step_count = sim.wind_down_step_count;
}

static void enter_fair_phase(void)
{
	if (sim.is_fair)
		sim_end(SIM_LIVELOCK,
			"the run did not end within its steps, nor in the fair phase");
	sim.is_fair = true;
	clock_thaw();
	sim.signal_rate = 0;
	sim.step_count_max += sim.step_count_max;
}

static void do_special_step(void)
{
	if (sim.step_count == sim.wind_down_step_count)
		clock_thaw();
	if (sim.step_count >= sim.step_count_max)
		enter_fair_phase();
	find_special_step();
}

void sim_make_runnable(struct thread *thread)
{
	policy_forget_ready();
	ensure(thread->state != THREAD_RUNNABLE);
	thread->state = THREAD_RUNNABLE;
	sim.runnable.words[thread->index / 64] |= UINT64_C(1) << (thread->index % 64);
	sim.runnable_count++;
}

void sim_make_waiting(struct thread *thread, enum thread_state state)
{
	policy_forget_ready();
	ensure(thread->state == THREAD_RUNNABLE);
	thread->state = (uint8_t)state;
	sim.runnable.words[thread->index / 64] &= ~(UINT64_C(1) << (thread->index % 64));
	sim.runnable_count--;
}

static void go_on_in(struct thread *next)
{
	struct thread *previous = sim.current;
	sim.current = next;
	coroutine_switch(previous->current, next->current, COROUTINE_NO_ORDER);
}

SELDOM void leave_to(struct thread *next)
{
	struct thread *previous = sim.current;
	previous->steps_in_a_row = 0;
	hold_end(next);
	sim.switch_count++;
	go_on_in(next);
	while (previous->visitor != NULL) {
		struct thread *visitor = previous->visitor;
		previous->visitor = NULL;
		host_store_drain();
		go_on_in(visitor);
	}
}

OFTEN void switch_to(struct thread *next)
{
	if (next != sim.current)
		leave_to(next);
}

void sim_visit(struct thread *thread)
{
	ensure(thread != sim.current && thread->state == THREAD_RUNNABLE);
	thread->visitor = sim.current;
	go_on_in(thread);
}

void sim_switch_to(struct thread *next)
{
	switch_to(next);
}

/* The current thread cannot go on; returns when it goes on again. */
void sim_switch_away(enum point point)
{
	if (sim.chooser != NULL) {
		chooser_switch_away();
		return;
	}
	while (sim.runnable_count == 0)
		clock_skip_idle();
	if (sim.runnable_count > 1)
		sim.decision_count++;
	switch_to(policy_next(point));
}

static struct thread *override_target(const struct scenario_override *override)
{
	unsigned index = override->target % sim.thread_count;
	struct thread *wanted = &sim.threads[index];
	return wanted->state == THREAD_RUNNABLE ? wanted : policy_next_in_order(index);
}

/* Does what an override says; returns the thread that goes on, or NULL where the policy decides. */
static struct thread *apply_override(const struct scenario_override *override)
{
	struct thread *target = override_target(override);
	switch (override->action) {
	case SCENARIO_RUN:
		return target;
	case SCENARIO_STAY:
		return sim.current;
	case SCENARIO_SIGNAL:
		if (target != NULL)
			target->is_signal_pending = true;
		return NULL;
	case SCENARIO_FLUSH:
		/* Only the thread itself can make its stores visible: it runs, and finds
		 * them due. */
		if (target != NULL && target->who.store_count > 0)
			sim.is_override_pending = true;
		return target;
	case SCENARIO_HOLD:
		hold_begin(sim.current);
		return NULL;
	default:
		return NULL;
	}
}

void sim_tell_hit(const struct thread *thread, enum scenario_action action)
{
	if (sim.hit_listener != NULL)
		sim.hit_listener(sim.listener_context, thread->index, action);
}

/* Of several at one pass each signal is sent, and the first that says who goes on does. */
SELDOM struct thread *apply_overrides(enum point point)
{
	struct thread *next = NULL;
	const struct scenario_override *override = NULL;
	override_pass(point);
	while ((override = override_next(point, override)) != NULL) {
		if (next == NULL)
			next = apply_override(override);
		else if (override->action == SCENARIO_SIGNAL)
			(void)apply_override(override);
	}
	return next;
}

OFTEN bool is_signal_due(struct thread *thread)
{
	if (sim.signal_rate == 0 && !thread->is_signal_pending)
		return false;
	if (thread->who.stack_kind == HOST_STACK_SIGNAL || sim.signal_handler == NULL)
		return false;
	return thread->is_signal_pending ||
	       choice_random_below(&sim.random, 4096) < sim.signal_rate;
}

/* The stack a thread handles a signal on is its own, so nothing of the operation behind the point
 * has happened yet. */
SELDOM void handle_signal(struct thread *thread)
{
	thread->is_signal_pending = false;
	sim_tell_hit(thread, SCENARIO_SIGNAL);
	signal_deliver(thread, sim.signal_handler);
}

SELDOM void handle_preempt_signal(struct thread *thread)
{
	if (thread->who.stack_kind == HOST_STACK_SIGNAL)
		return;
	thread->is_preempt_pending = false;
	signal_deliver(thread, sim.preempt_handler);
}

SELDOM unsigned mind_stores(struct thread *thread)
{
	if (thread->who.store_count > 0 &&
	    (sim.is_override_pending || sim.is_fair ||
	     choice_random_below(&sim.random, sim.flush_odds) == 0)) {
		sim.is_override_pending = false;
		host_store_drain();
	}
	return thread->who.store_count > 0 ? HOST_MAY_HOLD_STORE | HOST_STORES_PENDING
					   : HOST_MAY_HOLD_STORE;
}

OFTEN void count_step(struct thread *thread, enum point point)
{
	sim.step_count++;
	sim.now_ns += sim.step_ns;
	sim.hash = (sim.hash ^ ((uint64_t)thread->index << 16 | (uint64_t)point)) *
		   UINT64_C(0x9e3779b97f4a7c15);
	sim.hash ^= sim.hash >> 29;
	if (sim.point_is_reached != NULL)
		sim.point_is_reached[point] = true;
	if (sim.listener != NULL)
		sim.listener(sim.listener_context, sim.step_count, thread->index, point);
	if (sim.step_count >= sim.special_step_count)
		do_special_step();
	if (sim.now_ns >= sim.next_deadline_ns)
		clock_wake_sleepers();
}

unsigned host_yield(enum point point, const void *object)
{
	struct thread *thread = sim.current;

	if (sim.onlooker != NULL)
		sim.onlooker(sim.observer_context, &thread->who, point, object);
	if (sim.observer != NULL)
		sim.observer(sim.observer_context, &thread->who, point, object);
	count_step(thread, point);

	struct thread *next = NULL;
	if (sim.has_override[point]) {
		if (sim.chooser != NULL)
			return chooser_yield(point, object, false);
		next = apply_overrides(point);
	}
	if (sim.runnable_count > 1) {
		sim.decision_count++;
		thread->steps_in_a_row++;
		switch_to(next != NULL ? next : policy_next(point));
	}

	if (is_signal_due(thread))
		handle_signal(thread);
	if (thread->is_preempt_pending)
		handle_preempt_signal(thread);
	return sim.has_store_buffers ? mind_stores(thread) : 0;
}

static void pause_as_chosen(enum point point)
{
	count_step(sim.current, point);
	chooser_yield(point, NULL, true);
	host_store_drain();
}

void host_pause(enum point point)
{
	struct thread *thread = sim.current;
	uint64_t switch_count = sim.switch_count;

	if (sim.chooser != NULL) {
		pause_as_chosen(point);
		return;
	}
	host_yield(point, NULL);
	/* It has just looked and found nothing to do: whoever else can run goes first, and if
	 * nobody can, time passes. But not when others ran since the look: what it waits for may
	 * have come. */
	host_store_drain();
	bool has_seen_latest = sim.switch_count == switch_count;
	if (has_seen_latest && sim.runnable_count == 1 && sim.next_deadline_ns != HOST_FOREVER)
		clock_skip_idle();
	struct thread *next = policy_next_in_pause(thread->index);
	if (next != NULL)
		switch_to(next);
}

void *host_self(void)
{
	return sim.current->who.owner;
}

enum host_stack_kind host_stack_kind(void)
{
	return (enum host_stack_kind)sim.current->who.stack_kind;
}

enum host_stack_kind host_interrupted_stack_kind(void)
{
	ensure(sim.current->who.stack_kind == HOST_STACK_SIGNAL);
	return (enum host_stack_kind)sim.current->interrupted_kind;
}

_Noreturn void sim_end(enum sim_ending ending, const char *text)
{
	sim.report->ending = ending;
	snprintf(sim.report->text, sizeof sim.report->text, "%s", text);
	coroutine_switch(sim.current->current, &sim.main, COROUTINE_NO_ORDER);
	fatal("a run went on after its end");
}

_Noreturn void executor_finish(void)
{
	sim_end(SIM_FINISHED, "");
}

_Noreturn void executor_exit(void)
{
	sim_end(SIM_EXITED, "");
}

_Noreturn void executor_find_fault(const char *text)
{
	sim_end(SIM_TRUTH_MISMATCH, text);
}

_Noreturn void host_violate(enum host_violation violation, const char *text)
{
	static const enum sim_ending endings[] = {
		[HOST_LOCK_ORDER] = SIM_LOCK_ORDER,
		[HOST_WRONG_STACK] = SIM_WRONG_STACK,
		[HOST_NO_RACE_CONTEXT] = SIM_NO_RACE_CONTEXT,
		[HOST_SIGNAL_UNSAFE] = SIM_SIGNAL_UNSAFE,
	};
	sim_end(endings[violation], text);
}

static void on_fatal(const char *text)
{
	if (sim.is_running)
		sim_end(SIM_THROW, text);
	fprintf(stderr, "harness failure: %s\n", text);
	_Exit(3);
}

/* Some pairs have many steps between the store and the look. */
static const uint32_t flush_odds[] = {4, 16, 128};

static void run_begin(const struct sim_options *options, struct sim_report *report)
{
	const struct scenario *scenario = options->scenario;
	sim_deadlock_describer *describer = sim.deadlock_describer; /* outlives runs */

	memset(&sim, 0, offsetof(struct sim, threads));
	sim.deadlock_describer = describer;
	memset(report, 0, sizeof *report);
	sim.report = report;
	sim.scenario = scenario;
	sim.step_count_max = options->step_count_max;
	sim.wind_down_step_count = options->wind_down_step_count;
	sim.onlooker = options->onlooker;
	sim.observer = options->observer;
	sim.observer_context = options->observer_context;
	sim.listener = options->listener;
	sim.listener_context = options->listener_context;
	sim.hit_listener = options->hit_listener;
	sim.chooser = options->chooser;
	sim.chooser_context = options->chooser_context;
	sim.point_is_reached = options->point_is_reached;
	find_special_step();
	sim.signal_rate = scenario->configuration.signal_rate;
	sim.has_store_buffers = scenario->configuration.has_store_buffers;
	sim.flush_odds = flush_odds[scenario->schedule.seed % 3];
	choice_random_init(&sim.random, scenario->schedule.seed);
	clock_init();
	override_init();
	chooser_run_begin();
	arena_run_begin();
	stack_run_begin();
	policy_init(&sim.policy, &scenario->schedule, &sim.random);
	coroutine_run_begin(&sim.main);
}

void sim_run(const struct sim_options *options, host_entry *entry, void *argument,
	     struct sim_report *ret_report)
{
	fatal_set_handler(on_fatal);
	run_begin(options, ret_report);
	sim.is_running = true;
	sim.current = sim_new_thread(argument, argument, entry, false);
	coroutine_switch(&sim.main, sim.current->current, COROUTINE_NO_ORDER);
	sim.is_running = false;
	coroutine_run_end(&sim.main);

	ret_report->step_count = sim.step_count;
	ret_report->decision_count = sim.decision_count;
	ret_report->switch_count = sim.switch_count;
	ret_report->signal_count = sim.signal_count;
	ret_report->hash = sim.hash;
	ret_report->pages_outstanding = arena_pages_outstanding();
	ret_report->is_fair_phase_entered = sim.is_fair;
}

bool executor_is_winding_down(void)
{
	return sim.is_fair ||
	       (sim.wind_down_step_count > 0 && sim.step_count >= sim.wind_down_step_count);
}

void executor_note_progress(void)
{
	clock_note_progress();
}

/* Between two yields nobody else runs. */
void executor_enter_shared(void)
{
}

void executor_leave_shared(void)
{
}

unsigned sim_thread_index(void)
{
	return sim.current->index;
}

unsigned sim_thread_count(void)
{
	return sim.thread_count;
}

unsigned sim_runnable_count(void)
{
	return sim.runnable_count;
}

void sim_set_deadlock_describer(sim_deadlock_describer *describer)
{
	sim.deadlock_describer = describer;
}
