#include "run/verdict.h"

static const struct {
	const char *name;
	const char *sentence;
} rows[VERDICT_COUNT] = {
#define VERDICT(identifier, name, sentence) [VERDICT_##identifier] = {name, sentence},
#include "run/verdict.def"
#undef VERDICT
};

const char *verdict_name(enum verdict_kind kind)
{
	return rows[kind].name;
}

const char *verdict_sentence(enum verdict_kind kind)
{
	return rows[kind].sentence;
}

enum verdict_kind verdict_of_ending(enum sim_ending ending)
{
	static const enum verdict_kind kinds[] = {
		[SIM_FINISHED] = VERDICT_OK,
		[SIM_THROW] = VERDICT_THROW,
		[SIM_LOCK_ORDER] = VERDICT_LOCK_ORDER,
		[SIM_WRONG_STACK] = VERDICT_WRONG_STACK,
		[SIM_NO_RACE_CONTEXT] = VERDICT_NO_RACE_CONTEXT,
		[SIM_SIGNAL_UNSAFE] = VERDICT_SIGNAL_UNSAFE,
		[SIM_DEADLOCK] = VERDICT_DEADLOCK,
		[SIM_LIVELOCK] = VERDICT_LIVELOCK,
		[SIM_TRUTH_MISMATCH] = VERDICT_TRUTH_MISMATCH,
	};
	return kinds[ending];
}
