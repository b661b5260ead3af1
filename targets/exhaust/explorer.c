#include "exhaust/explorer.h"

#include <stdio.h>
#include <string.h>

#include "base/fatal.h"
#include "exhaust/hash_set.h"
#include "lock/lock_rank.h"

/* A state on the way of the current execution, and what has been explored from it. */
struct node {
	uint32_t enabled; /* slots, a bit each */
	uint32_t wanted;  /* of these, what has to be explored, as known so far */
	uint32_t covered; /* by what was explored above */
	uint32_t asleep;  /* explored here, or covered */
	uint8_t chosen;
	struct effect effect; /* of the chosen slot */
	struct effect asleep_effects[EXHAUST_SLOT_COUNT];
	/* Of the effects of steps from here: a slot that sleeps is not explored again. */
	const void *words[EXHAUST_SLOT_COUNT][EFFECT_WORD_COUNT_MAX];
};

static struct {
	const struct exhaust_options *options;
	struct exhaust_result *result;
	struct hash_set classes;
	struct order order;
	struct race_analysis races;

	struct node nodes[EXHAUST_STEP_COUNT_MAX];
	uint32_t node_count;

	/* Of the current execution. */
	uint32_t depth;          /* choices made */
	uint32_t repeated_count; /* of them, as in the execution before */
	unsigned begun_count;    /* threads that have come to their first operation */
	uint32_t signal_count;
	bool is_pruned;
	bool is_in_step;
	struct effect effect; /* of the step in progress, so far */
	struct sim_pending before;
	uint64_t value_before;
	struct sim_store_counts stores_before;
	struct exhaust_step steps[EXHAUST_STEP_COUNT_MAX];
} explorer;

static unsigned thread_of(unsigned slot)
{
	return slot % EXHAUST_THREAD_COUNT_MAX;
}

static unsigned action_of(unsigned slot)
{
	return slot / EXHAUST_THREAD_COUNT_MAX;
}

static uint32_t bit(unsigned slot)
{
	return UINT32_C(1) << slot;
}

/* ---- What has to be explored --------------------------------------------- */

static uint32_t slots_of(unsigned thread)
{
	uint32_t slots = 0;
	for (unsigned action = 0; action < SIM_ACTION_COUNT; action++)
		slots |= bit(exhaust_slot(thread, action));
	return slots;
}

/* All that is possible where the thread of SLOT goes on. What others can do instead shows when its
 * step is explored: where it cannot step, or its step is covered, a signal or a flush alone would
 * hide them. */
static uint32_t alternatives(const struct node *node, unsigned slot)
{
	unsigned thread = thread_of(slot);
	uint32_t step = bit(exhaust_slot(thread, SIM_STEP));
	uint32_t own = node->enabled & slots_of(thread);
	return own == step || (own & ~node->covered & step) != 0 ? own : node->enabled;
}

/* A race: at the node before step NUMBER, one of SLOTS has to be explored too. */
static void want(unsigned number, uint32_t slots)
{
	struct node *node = &explorer.nodes[number - 1];
	uint32_t possible = slots & node->enabled;
	if ((slots & node->wanted) != 0)
		return;
	/* None of them could have gone on there: whoever could may be what makes them able to. */
	node->wanted |= possible != 0 ? alternatives(node, (unsigned)__builtin_ctz(possible))
				      : node->enabled;
}

/* ---- What a step did ----------------------------------------------------- */

/* The first 8 bytes, which hold all that an operation on an object changes; they may reach beyond
 * the object. */
__attribute__((no_sanitize("address", "undefined"))) static uint64_t value_of(const void *object)
{
	uint64_t value;
	if (object == NULL)
		return 0;
	__builtin_memcpy(&value, object, sizeof value);
	return value;
}

static bool is_local(const struct sim_pending *pending)
{
	return pending->is_pausing || pending->point == POINT_host_nanotime;
}

static void begin_step(unsigned slot)
{
	struct effect effect = {.thread = (uint8_t)thread_of(slot),
				.action = (uint8_t)action_of(slot),
				.words = explorer.nodes[explorer.depth].words[slot]};
	struct sim_pending *before = &explorer.before;
	ensure(sim_look_at_pending(effect.thread, before));
	if (explorer.options->has_store_buffers) {
		effect.buffers_seen = (uint8_t)bit(effect.thread);
		if (effect.action == SIM_STEP && before->seen_plus_one != 0)
			effect.buffers_seen |= (uint8_t)bit(before->seen_plus_one - 1u);
	}
	if (effect.action == SIM_FLUSH) {
		effect.object = before->oldest_held_word;
		effect.changes = true;
	} else if (effect.action == SIM_STEP && !is_local(before)) {
		effect.object = before->object;
		/* Nothing is known of what has no object. */
		static const uint64_t anything;
		if (effect.object == NULL || before->point == POINT_host_thread_start) {
			effect.object = &anything;
			effect.changes = true;
			effect.touches_more = true;
		}
	}
	explorer.signal_count += effect.action == SIM_SIGNAL;
	explorer.value_before = value_of(effect.object);
	explorer.stores_before = sim_count_stores();
	explorer.effect = effect;
	explorer.is_in_step = true;
}

static bool has_word(const struct effect *effect, const void *word)
{
	for (unsigned i = 0; i < effect->word_count; i++)
		if (effect->words[i] == word)
			return true;
	return false;
}

/* Adds what the step has made visible out of its own thread's buffer, or out of others'. */
static void add_words(struct effect *effect, uint64_t first, uint64_t end, bool is_own)
{
	for (uint64_t number = first; number < end; number++) {
		struct sim_applied applied = sim_applied_store(number);
		if ((applied.thread == effect->thread) != is_own)
			continue;
		effect->buffers_changed |= (uint8_t)bit(applied.thread);
		if (applied.word == effect->object)
			effect->changes = true;
		else if (!has_word(effect, applied.word))
			effect->words[effect->word_count++] = applied.word;
	}
}

static void see_stores(struct effect *effect)
{
	struct sim_pending now;
	uint8_t held_count = sim_look_at_pending(effect->thread, &now) ? now.held_store_count : 0;
	struct sim_store_counts stores = sim_count_stores();
	uint64_t first = explorer.stores_before.applied;
	if (stores.applied - first > SIM_APPLIED_COUNT_MAX)
		fatal("a step makes more stores visible than is expected");
	effect->changes |= stores.exchanges != explorer.stores_before.exchanges;
	if (held_count != explorer.before.held_store_count)
		effect->buffers_changed |= (uint8_t)bit(effect->thread);
	add_words(effect, first, stores.applied, false);
	effect->foreign_count = effect->word_count;
	add_words(effect, first, stores.applied, true);
}

static void finish_step(void)
{
	struct effect *effect = &explorer.effect;
	if (!explorer.is_in_step)
		return;
	explorer.is_in_step = false;
	effect->changes |= value_of(effect->object) != explorer.value_before;
	see_stores(effect);
	struct node *node = &explorer.nodes[explorer.depth - 1];
	node->effect = *effect;
	struct order_objects objects;
	order_add(&explorer.order, effect, explorer.before.point,
		  effect->action == SIM_STEP && explorer.before.is_pausing, &objects);
	bool is_new = explorer.depth > explorer.repeated_count;
	race_add(&explorer.races, effect, &objects, &explorer.before, is_new ? want : NULL);
}

/* ---- Choices ------------------------------------------------------------- */

static bool can_step(unsigned thread, const struct sim_pending *pending)
{
	return pending->can_step &&
	       (!pending->is_pausing || order_is_pause_over(&explorer.order, thread));
}

/* Without anything but signals nobody can go on: signals are not owed. */
static uint32_t find_enabled(void)
{
	uint32_t steps = 0;
	uint32_t signals = 0;
	for (unsigned i = 0; i < sim_thread_count(); i++) {
		struct sim_pending pending;
		if (!sim_look_at_pending(i, &pending))
			continue;
		if (can_step(i, &pending))
			steps |= bit(exhaust_slot(i, SIM_STEP));
		if (pending.held_store_count > 0)
			steps |= bit(exhaust_slot(i, SIM_FLUSH));
		if (pending.can_be_signalled && (explorer.options->signalled_threads & bit(i)) &&
		    explorer.signal_count < explorer.options->signal_count_max)
			signals |= bit(exhaust_slot(i, SIM_SIGNAL));
	}
	return steps == 0 ? 0 : steps | signals;
}

/* Prefers to stay on the thread of the last step: what fails is read by people. */
static uint8_t pick(const struct node *node)
{
	uint32_t awake = node->wanted & ~node->asleep;
	if (node > explorer.nodes && (awake & bit(thread_of(node[-1].chosen))))
		return (uint8_t)thread_of(node[-1].chosen);
	return (uint8_t)__builtin_ctz(awake);
}

static void inherit_sleep(struct node *node)
{
	const struct node *parent = node - 1;
	node->asleep = 0;
	if (explorer.options->reduction == EXHAUST_PLAIN || node == explorer.nodes)
		return;
	for (uint32_t left = parent->asleep; left != 0; left &= left - 1) {
		unsigned slot = (unsigned)__builtin_ctz(left);
		if (effect_depends(&parent->asleep_effects[slot], &parent->effect))
			continue;
		node->asleep |= bit(slot);
		node->asleep_effects[slot] = parent->asleep_effects[slot];
	}
}

static _Noreturn void end_in_deadlock(void)
{
	char text[SIM_TEXT_SIZE_BYTES] = "";
	size_t used = 0;
	for (unsigned i = 0; i < sim_thread_count(); i++) {
		struct sim_pending pending;
		if (sim_look_at_pending(i, &pending) && used < sizeof text)
			used += (size_t)snprintf(text + used, sizeof text - used,
						 "%sthread %u waits at %s", used > 0 ? "; " : "", i,
						 lock_rank_point_name((uint16_t)pending.point));
	}
	sim_end(SIM_DEADLOCK, text);
}

static _Noreturn void end_without_choice(void)
{
	struct sim_pending pending;
	for (unsigned i = 0; i < sim_thread_count(); i++)
		if (sim_look_at_pending(i, &pending))
			end_in_deadlock();
	sim_end(SIM_FINISHED, "");
}

static struct node *new_node(uint32_t enabled)
{
	struct node *node = &explorer.nodes[explorer.node_count];
	node->enabled = enabled;
	inherit_sleep(node);
	uint32_t awake = enabled & ~node->asleep;
	if (awake == 0) {
		explorer.is_pruned = true;
		sim_end(SIM_FINISHED, "");
	}
	explorer.node_count++;
	node->covered = node->asleep;
	node->wanted = enabled;
	node->chosen = pick(node);
	if (explorer.options->reduction == EXHAUST_RACES)
		node->wanted = alternatives(node, node->chosen);
	return node;
}

/* The set-up, and each thread up to its first operation, leave no choice. */
static bool is_being_set_up(struct sim_choice *ret_choice)
{
	struct sim_pending pending;
	if (explorer.begun_count == sim_thread_count())
		return false;
	for (unsigned i = 0; i < sim_thread_count(); i++) {
		if (sim_look_at_pending(i, &pending) && (i == 0 || !pending.has_begun)) {
			*ret_choice = (struct sim_choice){.thread = (uint16_t)i};
			return true;
		}
	}
	explorer.begun_count = sim_thread_count();
	return false;
}

static struct sim_choice choose(void *context)
{
	(void)context;
	struct sim_choice choice;
	if (is_being_set_up(&choice))
		return choice;
	ensure(sim_thread_count() <= EXHAUST_THREAD_COUNT_MAX);
	finish_step();
	if (explorer.depth == EXHAUST_STEP_COUNT_MAX)
		sim_end(SIM_LIVELOCK, "an execution does not end");
	struct node *node = &explorer.nodes[explorer.depth];
	if (explorer.depth == explorer.node_count) {
		uint32_t enabled = find_enabled();
		if (enabled == 0)
			end_without_choice();
		node = new_node(enabled);
	}
	begin_step(node->chosen);
	choice.thread = (uint16_t)thread_of(node->chosen);
	choice.action = (uint8_t)action_of(node->chosen);
	explorer.steps[explorer.depth++] = (struct exhaust_step){.point = explorer.before.point,
								 .thread = (uint8_t)choice.thread,
								 .action = choice.action};
	return choice;
}

/* ---- Executions ---------------------------------------------------------- */

/* To the next unexplored branch; false when there is none. */
static bool backtrack(void)
{
	while (explorer.node_count > 0) {
		struct node *node = &explorer.nodes[explorer.node_count - 1];
		node->asleep |= bit(node->chosen);
		node->asleep_effects[node->chosen] = node->effect;
		if ((node->wanted & ~node->asleep) != 0) {
			node->chosen = pick(node);
			explorer.repeated_count = explorer.node_count - 1;
			return true;
		}
		explorer.node_count--;
	}
	return false;
}

static double share_done(void)
{
	double share = 0;
	double part = 1;
	for (uint32_t i = 0; i < explorer.node_count; i++) {
		const struct node *node = &explorer.nodes[i];
		part /= __builtin_popcount(node->wanted & ~node->covered);
		share += part * __builtin_popcount(node->asleep & ~node->covered);
	}
	return share;
}

static void keep_steps(void)
{
	struct exhaust_result *result = explorer.result;
	result->last_step_count = explorer.depth;
	memcpy(result->last_steps, explorer.steps, explorer.depth * sizeof explorer.steps[0]);
}

static void execute(const struct sim_options *sim_options)
{
	struct exhaust_result *result = explorer.result;
	static struct sim_report report;
	explorer.depth = 0;
	explorer.begun_count = 0;
	explorer.signal_count = 0;
	explorer.is_pruned = false;
	explorer.is_in_step = false;
	order_begin(&explorer.order);
	race_begin(&explorer.races);
	sim_run(sim_options, explorer.options->set_up, explorer.options->set_up_argument, &report);

	result->step_count += explorer.depth;
	if (explorer.depth > result->longest)
		result->longest = explorer.depth;
	if (explorer.is_pruned) {
		result->pruned_count++;
		return;
	}
	result->execution_count++;
	result->ending = report.ending;
	const char *text = report.text;
	if (report.ending == SIM_FINISHED && explorer.options->check != NULL) {
		text = explorer.options->check();
		if (text != NULL)
			result->ending = SIM_TRUTH_MISMATCH;
	}
	if (hash_set_add(&explorer.classes, explorer.order.hash))
		result->class_sum += explorer.order.hash;
	result->class_count = explorer.classes.count;
	if (result->ending != SIM_FINISHED) {
		snprintf(result->text, sizeof result->text, "%s", text);
		keep_steps();
	}
}

static bool may_go_on(void)
{
	const struct exhaust_options *options = explorer.options;
	struct exhaust_result *result = explorer.result;
	if (result->ending != SIM_FINISHED)
		return false;
	if (options->progress != NULL) {
		result->share_done = share_done();
		if (!options->progress(options->progress_context, result)) {
			keep_steps();
			return false;
		}
	}
	return options->execution_count_max == 0 ||
	       result->execution_count + result->pruned_count < options->execution_count_max;
}

void exhaust(const struct exhaust_options *options, struct exhaust_result *ret_result)
{
	static struct scenario scenario;
	scenario_init(&scenario);
	scenario.configuration.clock = SCENARIO_CLOCK_FROZEN;
	scenario.configuration.clock_skew = SCENARIO_SKEW_NONE;
	scenario.configuration.signal_rate = 0;
	scenario.configuration.stack_growth_rate = 0;
	scenario.configuration.has_store_buffers = options->has_store_buffers;
	const struct sim_options sim_options = {.scenario = &scenario,
						.step_count_max = 10 * EXHAUST_STEP_COUNT_MAX,
						.chooser = choose};

	memset(ret_result, 0, sizeof *ret_result);
	memset(&explorer.order, 0, sizeof explorer.order);
	explorer.options = options;
	explorer.result = ret_result;
	explorer.node_count = 0;
	explorer.repeated_count = 0;
	bool has_more = true;
	do {
		execute(&sim_options);
		if (!may_go_on())
			break;
		has_more = backtrack();
	} while (has_more);
	ret_result->is_exhausted = !has_more;
	if (!has_more)
		ret_result->share_done = 1;
	hash_set_destroy(&explorer.classes);
}
