/* What a scenario does with CPU profiles: each that is begun has a reader until its end. */
#include "api/runtime.h"
#include "base/fatal.h"
#include "executor/executor.h"
#include "perform/internal.h"

static void read_profile(void *argument)
{
	(void)argument;
	struct runtime_profile profile;
	while (runtime_profile_read(&profile)) {
		user_data_labels_read(profile.labels, profile.label_count);
		if (performance.options.profile_taker == NULL)
			continue;
		executor_enter_shared();
		performance.options.profile_taker(profile.words, profile.word_count, profile.labels,
						  profile.label_count);
		executor_leave_shared();
	}
	runtime_release(performance.profile_end);
}

/* Of v1 each reader of a trace takes the samples that there are first, without a lock: two race for
 * them (algorithms.md 3.3, step 2). It is the caller's fault, which ThreadSanitizer cannot know. */
static bool is_race_of_readers(void)
{
	return performance.is_misuse &&
	       scenario_dialect_is_v1(performance.options.scenario->configuration.dialect);
}

void perform_start_profile(uint32_t hz)
{
	if (is_race_of_readers() || !runtime_profile_start(hz))
		return;
	executor_enter_shared();
	performance.profile_count++;
	executor_leave_shared();
	if (runtime_go(read_profile, NULL, NULL) == 0)
		fatal("no goroutine for the profile's reader");
}

void perform_end_profiles(void)
{
	runtime_profile_stop();
	executor_enter_shared();
	uint32_t count = performance.profile_count;
	executor_leave_shared();
	for (uint32_t i = 0; i < count; i++)
		runtime_acquire(performance.profile_end);
}
