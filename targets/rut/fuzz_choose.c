#include "base/fatal.h"
#include "rut/fuzz.h"

enum {
	SLICE_MS_MIN = 2000,
	/* AFL++ starts up and measures its inputs before it searches. */
	SLICE_MS_MIN_AFL = 4000,
	SLICE_MS_MAX = 60000,
	REST_MS_MIN = 1000, /* to an engine less is no limit at all */
	TURNS = 2,          /* each target and build gets its turn that often, if time allows */
};

static int64_t busy_ms(const struct fuzz_run *run, const struct fuzz_target *target,
		       enum fuzz_build build)
{
	int64_t sum_ms = 0;
	for (int engine = 0; engine < FUZZ_ENGINE_COUNT; engine++)
		sum_ms += target->counts[build][engine].busy_ms;
	/* One that runs already waits for those that do not. */
	for (uint32_t i = 0; i < run->options.jobs; i++) {
		const struct fuzz_slice *slice = &run->slices[i];
		if (slice->pid && slice->target == target && slice->build == build)
			sum_ms += slice->limit_ms - slice->started_ms;
	}
	return sum_ms;
}

/* The engines take turns, and begin by turns, so that a short run has both. */
static enum fuzz_engine choose_engine(const struct fuzz_run *run, size_t target_index,
				      enum fuzz_build build)
{
	const struct fuzz_target *target = &run->targets[target_index];
	bool uses[FUZZ_ENGINE_COUNT];
	for (int engine = 0; engine < FUZZ_ENGINE_COUNT; engine++)
		uses[engine] = fuzz_engine_drives(&run->options, (enum fuzz_engine)engine,
						  target->name);
	if (!uses[FUZZ_AFL])
		return FUZZ_LIBFUZZER;
	if (!uses[FUZZ_LIBFUZZER])
		return FUZZ_AFL;
	size_t turn = target->slice_count[build] + target_index + (size_t)build;
	return turn % 2 == 1 ? FUZZ_LIBFUZZER : FUZZ_AFL;
}

void fuzz_choose(struct fuzz_run *run, struct fuzz_slice *slice)
{
	int64_t least_ms = INT64_MAX;
	for (int build = 0; build < FUZZ_BUILD_COUNT; build++) {
		for (size_t i = 0; i < run->target_count; i++) {
			if (!fuzz_target_uses(run, &run->targets[i], (enum fuzz_build)build))
				continue;
			int64_t pair_ms = busy_ms(run, &run->targets[i], (enum fuzz_build)build);
			if (pair_ms < least_ms) {
				least_ms = pair_ms;
				slice->target = &run->targets[i];
				slice->build = (enum fuzz_build)build;
				slice->engine = choose_engine(run, i, (enum fuzz_build)build);
			}
		}
	}
}

int64_t fuzz_pair_count(const struct fuzz_run *run)
{
	int64_t count = 0;
	for (size_t i = 0; i < run->target_count; i++)
		for (int build = 0; build < FUZZ_BUILD_COUNT; build++)
			count += fuzz_target_uses(run, &run->targets[i], (enum fuzz_build)build);
	return count;
}

int64_t fuzz_slice_length_ms(const struct fuzz_run *run, const struct fuzz_slice *slice,
			     int64_t left_ms)
{
	int64_t pairs = fuzz_pair_count(run);
	int64_t had_ms = busy_ms(run, slice->target, slice->build);
	int64_t least_ms = slice->engine == FUZZ_AFL ? SLICE_MS_MIN_AFL : SLICE_MS_MIN;
	ensure(pairs > 0);
	int64_t length_ms = (int64_t)run->options.time_s * 1000 * run->options.jobs /
			    (pairs * TURNS);
	if (length_ms > SLICE_MS_MAX)
		length_ms = SLICE_MS_MAX;
	/* Short ones first: what only one of the judges sees is not to wait for the others. */
	if (length_ms > had_ms)
		length_ms = had_ms;
	if (length_ms < least_ms)
		length_ms = least_ms;
	/* No crumbs at the end. */
	if (left_ms < length_ms + least_ms)
		length_ms = left_ms;
	return length_ms < REST_MS_MIN ? REST_MS_MIN : length_ms;
}

/* splitmix64. */
uint32_t fuzz_slice_seed(uint64_t seed, uint32_t index)
{
	uint64_t mixed = seed + (index + 1ull) * 0x9e3779b97f4a7c15ull;
	mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ull;
	mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebull;
	uint32_t result = (uint32_t)(mixed ^ (mixed >> 31));
	return result ? result : 1;
}
