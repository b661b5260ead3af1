/* The changes that the mutator draws from. Internal to mutate*.c.
 *
 * Each returns whether it did something, and may leave the scenario unrepaired. OTHER is never
 * NULL; it may be the scenario as it was. */
#ifndef SCENARIO_MUTATION_H
#define SCENARIO_MUTATION_H

#include "choice/random.h"
#include "scenario/scenario.h"

typedef bool scenario_mutation(struct scenario *scenario, struct choice_random *random,
			       const struct scenario *other);

static inline size_t mutate_below(struct choice_random *random, size_t bound)
{
	return choice_random_below(random, (uint32_t)bound);
}

/* One up, one down, doubled, halved, or anything; the repair folds it into range. */
uint16_t mutate_number(struct choice_random *random, uint16_t value);

/* mutate_operations.c */
scenario_mutation mutate_insert_operation, mutate_delete_operations, mutate_duplicate_operations,
	mutate_splice_operations, mutate_take_program, mutate_swap_operations,
	mutate_replace_operation, mutate_change_argument, mutate_wrap_in_repeat,
	mutate_change_copies, mutate_drop_program, mutate_change_configuration;

/* mutate_schedule.c */
scenario_mutation mutate_take_schedule, mutate_change_seed, mutate_change_policy,
	mutate_add_override, mutate_drop_override, mutate_move_override, mutate_retarget_signal;

#endif
