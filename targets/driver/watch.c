#include "driver/watch.h"

#include <string.h>

#include "engine/coverage.h"
#include "engine/page.h"
#include "truth/situation.h"

enum { PLAIN_POINT_COUNT = 256, PAIRED_POINT_COUNT = PAGE_PAIR_COUNT / SITUATION_COUNT };

_Static_assert(PLAIN_POINT_COUNT + POINT_LOCK_END - POINT_LOCK_FIRST <= PAIRED_POINT_COUNT,
	       "a lock's points follow the others");
#define POINT(number, identifier, name)                                                            \
	_Static_assert(number < PLAIN_POINT_COUNT, name " has a pair of its own");
#include "host/point.def"
#undef POINT
_Static_assert(POINT_LIMIT <= PAGE_POINT_LIMIT, "the page has room for every point");

static struct {
	uint16_t pass_counts[POINT_LIMIT];
	const void *last_owner;
	bool is_runtime;
} watch;

void watch_begin(const struct scenario *scenario)
{
	memset(&watch, 0, sizeof watch);
	watch.is_runtime = scenario != NULL;
	if (scenario != NULL)
		situation_begin(scenario->configuration.dialect);
}

static uint32_t paired(enum point point)
{
	if (point >= POINT_LOCK_FIRST)
		return PLAIN_POINT_COUNT + (uint32_t)(point - POINT_LOCK_FIRST);
	return (uint32_t)point;
}

void watch_step(void *context, const struct sim_who *who, enum point point, const void *object)
{
	(void)context;
	(void)object;
	const bool has_waited = who->owner != watch.last_owner;
	const unsigned state = watch.is_runtime ? situation_of(who, has_waited)
						: (unsigned)who->stack_kind << 1 | has_waited;
	coverage_mark(paired(point) * SITUATION_COUNT + state);
	watch.pass_counts[point] += watch.pass_counts[point] < UINT16_MAX;
	watch.last_owner = who->owner;
}

void watch_end(void)
{
	memcpy(page_attach()->pass_counts, watch.pass_counts, sizeof watch.pass_counts);
}
