/* The map of ids against a plain list, with ids that crowd and ids that do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>

#include "oracle/id_map.h"

enum { IDS = 600, ROUNDS = 20000, DENSE = 100 };

static uint64_t id_of(uint32_t index)
{
	return index < 200 ? index : index < 400 ? (uint64_t)index << 40 : UINT64_MAX - index;
}

static void remembers_what_it_was_told(void **context)
{
	static bool is_present[IDS];
	struct id_map map;
	uint64_t random = 1;

	(void)context;
	id_map_create(&map, DENSE);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
		uint32_t index = (uint32_t)(random >> 33) % IDS;
		uint32_t found = id_map_find(&map, id_of(index));
		assert_int_equal(found, is_present[index] ? index : ID_MAP_ABSENT);
		if (is_present[index])
			id_map_erase(&map, id_of(index));
		else
			id_map_insert(&map, id_of(index), index);
		is_present[index] = !is_present[index];
	}
	for (uint32_t i = 0; i < IDS; i++)
		assert_int_equal(id_map_find(&map, id_of(i)), is_present[i] ? i : ID_MAP_ABSENT);
	id_map_clear(&map);
	for (uint32_t i = 0; i < IDS; i++)
		assert_int_equal(id_map_find(&map, id_of(i)), ID_MAP_ABSENT);
	id_map_destroy(&map);
}

static void survives_the_end_of_its_epochs(void **context)
{
	struct id_map map;

	(void)context;
	id_map_create(&map, DENSE);
	id_map_insert(&map, 5, 1);
	id_map_insert(&map, 500, 2);
	map.epoch = UINT32_MAX;
	id_map_insert(&map, 6, 3);
	id_map_clear(&map);
	assert_int_equal(id_map_find(&map, 5), ID_MAP_ABSENT);
	assert_int_equal(id_map_find(&map, 500), ID_MAP_ABSENT);
	assert_int_equal(id_map_find(&map, 6), ID_MAP_ABSENT);
	id_map_destroy(&map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(remembers_what_it_was_told),
		cmocka_unit_test(survives_the_end_of_its_epochs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
