/* What the tests of this room demand of every scenario, written down independently of
 * scenario_repair(). */
#ifndef SCENARIO_TESTS_CHECK_H
#define SCENARIO_TESTS_CHECK_H

#include "scenario/scenario.h"

static inline void check_argument(const struct scenario *scenario,
				  const struct scenario_argument *argument, uint16_t value)
{
	if (argument->kind == SCENARIO_ARGUMENT_PROGRAM)
		assert_in_range(value, 0, scenario->program_count - 1);
	else
		assert_in_range(value, argument->min, argument->max);
}

/* Known operations, arguments in range, repeats that match and are not too deep or too long. */
static inline void check_program(const struct scenario *scenario, size_t index)
{
	const struct scenario_program *program = &scenario->programs[index];
	const struct scenario_operation *operations = scenario_program_operations(scenario, index);
	struct scenario_cursor cursor = {0};
	uint32_t step_count = 0;
	uint16_t depth = 0;

	for (uint16_t i = 0; i < program->count; i++) {
		const struct scenario_operation_row *row = scenario_operation_row(operations[i].id);

		assert_non_null(row);
		check_argument(scenario, &row->a, operations[i].a);
		check_argument(scenario, &row->b, operations[i].b);
		if (row->class != SCENARIO_CLASS_STRUCTURE) {
			assert_int_equal(operations[i].match, 0);
			continue;
		}
		assert_in_range(operations[i].match, 0, program->count - 1);
		assert_int_equal(operations[operations[i].match].match, i);
		if (row->id == SCENARIO_REPEAT) {
			assert_true(operations[i].match > i);
			depth++;
		} else {
			assert_true(operations[i].match < i);
			depth--;
		}
		assert_in_range(depth, 0, SCENARIO_REPEAT_DEPTH_MAX);
	}
	assert_int_equal(depth, 0);
	while (scenario_cursor_next(scenario, index, &cursor) != NULL)
		step_count++;
	assert_in_range(step_count, 0, SCENARIO_EXPANDED_LENGTH_MAX);
	assert_in_range(step_count, 0, scenario_expanded_length(scenario, index));
}

static inline void check_configuration(const struct scenario_configuration *configuration)
{
	assert_true(configuration->dialect == SCENARIO_GO_1_22 ||
		    configuration->dialect == SCENARIO_GO_1_23 ||
		    configuration->dialect == SCENARIO_GO_1_26 ||
		    scenario_dialect_is_v1(configuration->dialect));
	assert_in_range(configuration->procs, 1, SCENARIO_PROCS_MAX);
	assert_in_range(configuration->buffer_size_bytes, 256, 65536);
	assert_int_equal(configuration->buffer_size_bytes & (configuration->buffer_size_bytes - 1),
			 0);
	assert_in_range(configuration->run_queue_length, 4, 256);
	assert_in_range(configuration->clock, 0, SCENARIO_CLOCK_FROZEN);
	assert_in_range(configuration->clock_skew, 0, SCENARIO_SKEW_LARGE);
	assert_in_range(configuration->advance_period_ns, 0, 1000000000);
	if (scenario_dialect_is_v1(configuration->dialect)) {
		assert_int_equal(configuration->clock_skew, SCENARIO_SKEW_NONE);
		assert_true(configuration->initial_generation == 0);
		assert_true(configuration->advance_period_ns == 0);
	}
}

static inline void check_valid(const struct scenario *scenario)
{
	size_t place = 0;

	check_configuration(&scenario->configuration);
	assert_in_range(scenario->schedule.policy, 0, SCENARIO_POLICY_COUNT - 1);
	if (scenario->schedule.policy != SCENARIO_TARGET_BIASED)
		assert_int_equal(scenario->schedule.target_point, 0);
	assert_in_range(scenario->program_count, 1, SCENARIO_PROGRAM_COUNT_MAX);
	for (size_t i = 0; i < SCENARIO_PROGRAM_COUNT_MAX; i++) {
		assert_int_equal(scenario->programs[i].first, place);
		place += scenario->programs[i].count;
		assert_in_range(scenario->programs[i].copies, 0, SCENARIO_COPIES_MAX);
		if (i < scenario->program_count)
			check_program(scenario, i);
		else
			assert_int_equal(scenario->programs[i].copies + scenario->programs[i].count,
					 0);
	}
	assert_int_equal(scenario->operation_count, place);
	assert_in_range(place, 0, SCENARIO_OPERATION_COUNT_MAX);
	assert_in_range(scenario->override_count, 0, SCENARIO_OVERRIDE_COUNT_MAX);
	for (size_t i = 0; i < scenario->override_count; i++) {
		assert_in_range(scenario->overrides[i].occurrence, 1, UINT16_MAX);
		assert_in_range(scenario->overrides[i].action, 0, SCENARIO_ACTION_COUNT - 1);
		assert_in_range(scenario->overrides[i].target, 0, SCENARIO_M_COUNT_MAX - 1);
	}
}

/* Member by member, so that what the encoding might forget is compared too. */
static inline void check_identical(const struct scenario *left, const struct scenario *right)
{
	const struct scenario_configuration *a = &left->configuration;
	const struct scenario_configuration *b = &right->configuration;

	assert_int_equal(a->dialect, b->dialect);
	assert_int_equal(a->procs, b->procs);
	assert_int_equal(a->buffer_size_bytes, b->buffer_size_bytes);
	assert_int_equal(a->run_queue_length, b->run_queue_length);
	assert_int_equal(a->clock, b->clock);
	assert_int_equal(a->clock_skew, b->clock_skew);
	assert_int_equal(a->is_lock_order_checked, b->is_lock_order_checked);
	assert_int_equal(a->has_store_buffers, b->has_store_buffers);
	assert_true(a->initial_generation == b->initial_generation);
	assert_int_equal(a->stack_growth_rate, b->stack_growth_rate);
	assert_int_equal(a->signal_rate, b->signal_rate);
	assert_true(a->advance_period_ns == b->advance_period_ns);
	assert_int_equal(left->schedule.policy, right->schedule.policy);
	assert_int_equal(left->schedule.parameter, right->schedule.parameter);
	assert_int_equal(left->schedule.target_point, right->schedule.target_point);
	assert_int_equal(left->schedule.seed, right->schedule.seed);
	assert_int_equal(left->program_count, right->program_count);
	for (size_t i = 0; i < SCENARIO_PROGRAM_COUNT_MAX; i++) {
		assert_int_equal(left->programs[i].first, right->programs[i].first);
		assert_int_equal(left->programs[i].count, right->programs[i].count);
		assert_int_equal(left->programs[i].copies, right->programs[i].copies);
	}
	assert_int_equal(left->operation_count, right->operation_count);
	assert_memory_equal(left->operations, right->operations,
			    left->operation_count * sizeof left->operations[0]);
	assert_int_equal(left->override_count, right->override_count);
	assert_memory_equal(left->overrides, right->overrides,
			    left->override_count * sizeof left->overrides[0]);
}

#endif
