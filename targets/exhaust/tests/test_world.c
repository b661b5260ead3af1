/* Worlds can be told apart by scenarios, and the seeds of their target play the ones that they are
 * called after. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>

#include "exhaust/world.h"
#include "lock/lock_rank.h"
#include "scenario/load.h"

#define SEEDS "corpus/fuzz_small_protocol/seed"

static const struct scenario_points points = {
	.name = lock_rank_point_name,
	.id = lock_rank_point_number,
};

static void each_world_has_a_number_of_its_own(void **state)
{
	(void)state;
	for (size_t i = 0; worlds[i] != NULL; i++) {
		assert_true(worlds[i]->number < WORLD_NUMBER_LIMIT);
		for (size_t j = 0; j < i; j++)
			assert_int_not_equal(worlds[i]->number, worlds[j]->number);
	}
}

static void each_world_can_be_asked_for(void **state)
{
	(void)state;
	for (size_t i = 0; worlds[i] != NULL; i++) {
		struct scenario scenario;
		scenario_init(&scenario);
		scenario.configuration.procs = (uint8_t)(1 + worlds[i]->number % 8);
		scenario.program_count = (uint8_t)(1 + worlds[i]->number / 8);
		assert_string_equal(world_of_scenario(&scenario)->name, worlds[i]->name);
	}
}

static void store_buffers_are_for_worlds_that_have_some(void **state)
{
	struct scenario scenario;
	(void)state;
	for (uint8_t procs = 1; procs <= 8; procs++) {
		scenario_init(&scenario);
		scenario.configuration.procs = procs;
		scenario.configuration.has_store_buffers = true;
		const struct world *world = world_of_scenario(&scenario);
		assert_int_equal(scenario.configuration.has_store_buffers,
				 world->has_store_buffers);
	}
}

static void seeds_play_the_worlds_that_they_are_called_after(void **state)
{
	static struct scenario scenario;
	static char error[SCENARIO_ERROR_SIZE];
	unsigned count = 0;
	DIR *folder = opendir(SEEDS);
	(void)state;
	assert_non_null(folder);
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		char path[512];
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, SEEDS "/%s", entry->d_name);
		if (!scenario_load(path, &points, &scenario, NULL, error, sizeof error))
			fail_msg("%s", error);
		const struct world *world = world_of_scenario(&scenario);
		assert_int_equal(strncmp(entry->d_name, world->name, strlen(world->name)), 0);
		assert_string_equal(entry->d_name + strlen(world->name), ".rut");
		count++;
	}
	closedir(folder);
	assert_true(count > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_world_has_a_number_of_its_own),
		cmocka_unit_test(each_world_can_be_asked_for),
		cmocka_unit_test(store_buffers_are_for_worlds_that_have_some),
		cmocka_unit_test(seeds_play_the_worlds_that_they_are_called_after),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
