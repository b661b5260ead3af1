#include "perform/points.h"

#include "host/point.h"
#include "lock/lock_rank.h"
#include "scenario/generate.h"

const struct scenario_points perform_points = {
	.name = lock_rank_point_name,
	.id = lock_rank_point_number,
};

void perform_points_visit(void (*visit)(void *context, uint16_t number, const char *name),
			  void *context)
{
	for (uint16_t number = 0; number < POINT_LIMIT; number++) {
		const char *name = lock_rank_point_name(number);
		if (name != NULL)
			visit(context, number, name);
	}
}

struct id_list {
	uint16_t ids[POINT_LIMIT];
	size_t count;
};

static void add_id(void *context, uint16_t number, const char *name)
{
	struct id_list *list = context;
	(void)name;
	list->ids[list->count++] = number;
}

void perform_points_teach_generator(void)
{
	static struct id_list list;
	list.count = 0;
	perform_points_visit(add_id, &list);
	scenario_set_point_ids(list.ids, list.count);
}
