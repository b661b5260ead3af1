#include "real_go/standing.h"

#include <string.h>

#include "base/fatal.h"

bool standing_covers(const struct scenario_toolchain *toolchain, unsigned minor)
{
	return toolchain->is_given && minor >= toolchain->minor_first &&
	       minor <= toolchain->minor_last;
}

bool standing_expected(const struct scenario_toolchain *toolchain, enum scenario_standing standing,
		       enum verdict_kind *ret_verdict)
{
	const char *name = toolchain->expected[standing];
	if (name[0] == '\0') {
		*ret_verdict = VERDICT_OK;
		return true;
	}
	for (int i = 0; i < VERDICT_COUNT; i++) {
		if (strcmp(verdict_name((enum verdict_kind)i), name) == 0) {
			*ret_verdict = (enum verdict_kind)i;
			return true;
		}
	}
	return false;
}

bool standing_fits(const struct standing_observation *observation, enum scenario_standing standing)
{
	enum verdict_kind expected;
	ensure(standing_expected(observation->expectations, standing, &expected));
	unsigned other_count = 0;
	for (int i = 0; i < VERDICT_COUNT; i++) {
		if (i != VERDICT_OK && (enum verdict_kind)i != expected)
			other_count += observation->count_of[i];
	}
	return other_count == 0 && observation->count_of[expected] > 0;
}

/* Whether the expectations of OBSERVATION differ between standings. */
static bool tells_something(const struct standing_observation *observation)
{
	const struct scenario_toolchain *toolchain = observation->expectations;
	enum verdict_kind first;
	ensure(standing_expected(toolchain, SCENARIO_BROKEN, &first));
	for (int i = 1; i < SCENARIO_STANDING_COUNT; i++) {
		enum verdict_kind other;
		ensure(standing_expected(toolchain, (enum scenario_standing)i, &other));
		if (other != first)
			return true;
	}
	return false;
}

static bool all_fit(const struct standing_observation *observations, size_t count,
		    enum scenario_standing standing)
{
	for (size_t i = 0; i < count; i++) {
		if (!standing_fits(&observations[i], standing))
			return false;
	}
	return true;
}

struct standing_answer standing_tell(const struct standing_observation *observations, size_t count)
{
	bool is_applicable = false;
	for (size_t i = 0; i < count; i++)
		is_applicable |= tells_something(&observations[i]);
	if (!is_applicable)
		return (struct standing_answer){.kind = STANDING_NOT_APPLICABLE};
	for (int i = SCENARIO_STANDING_COUNT - 1; i >= 0; i--) {
		if (all_fit(observations, count, (enum scenario_standing)i))
			return (struct standing_answer){.kind = STANDING_TOLD,
							.standing = (enum scenario_standing)i};
	}
	return (struct standing_answer){.kind = STANDING_INCONCLUSIVE};
}
