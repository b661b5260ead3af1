#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "rut/fuzz.h"

/* What the environment had before anything was set. */
struct users_options {
	const char *name;
	bool is_read;
	char *options;
};

static const char *users_options(struct users_options *users)
{
	const char *options = getenv(users->name);
	if (!users->is_read && options) {
		users->options = strdup(options);
		ensure(users->options != NULL);
	}
	users->is_read = true;
	return users->options;
}

/* Options that a search needs; a user's own come after them and win. */
static void set_options(struct users_options *variable, const char *options)
{
	char all[2048];
	const char *name = variable->name;
	const char *symbolizer = getenv("TRACER_FUZZ_SYMBOLIZER");
	const char *users = users_options(variable);
	bool has_symbolizer = symbolizer && *symbolizer;
	fuzz_path(all, sizeof(all), "%s%s%s%s%s", options,
		  has_symbolizer ? ":external_symbolizer_path=" : "",
		  has_symbolizer ? symbolizer : "", users ? ":" : "", users ? users : "");
	setenv(name, all, 1);
}

static void set(const char *name, const char *value)
{
	if (value && *value)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

static void set_sanitizers(bool goes_on, bool is_afl)
{
	static struct users_options tsan = {.name = "TSAN_OPTIONS"};
	static struct users_options asan = {.name = "ASAN_OPTIONS"};
	static struct users_options ubsan = {.name = "UBSAN_OPTIONS"};
	char options[256];
	/* AFL++ sees signals alone, and wants to hear so. With libFuzzer, abort_on_error under TSan
	 * deadlocks; exit code 66 does not. */
	const char *afl = is_afl ? ":abort_on_error=1:symbolize=0" : "";
	fuzz_path(options, sizeof(options),
		  "halt_on_error=%d:exitcode=66:report_signal_unsafe=0:atexit_sleep_ms=0%s",
		  goes_on ? 0 : 1, afl);
	set_options(&tsan, options);
	/* Stacks of coroutines are not the stacks that ASan's fake stack and leak scan know. */
	fuzz_path(options, sizeof(options), "detect_stack_use_after_return=0:detect_leaks=0%s",
		  afl);
	set_options(&asan, options);
	fuzz_path(options, sizeof(options), "print_stacktrace=1:halt_on_error=1%s", afl);
	set_options(&ubsan, options);
}

/* In the order of fuzzing.md 5.2 and of AFL++'s docs/env_variables.md. */
static void set_afl(const struct fuzz_environment *environment)
{
	static const struct {
		const char *name;
		const char *value;
	} rows[] = {
		{"AFL_NO_UI", "1"},
		{"AFL_NO_COLOR", "1"},
		{"AFL_SKIP_CPUFREQ", "1"},
		{"AFL_NO_AFFINITY", "1"},
		{"AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES", "1"},
		{"AFL_NO_CRASH_README", "1"},
		{"AFL_BENCH_UNTIL_CRASH", "1"},
		{"AFL_FAST_CAL", "1"},
		{"AFL_DISABLE_TRIM", "1"}, /* fewer bytes are no simpler scenario */
		{"AFL_FORKSRV_INIT_TMOUT", "60000"},
	};
	const bool is_afl = environment->engine == FUZZ_AFL;
	for (size_t i = 0; is_afl && i < sizeof(rows) / sizeof(*rows); i++)
		setenv(rows[i].name, rows[i].value, 1);
	set("AFL_CUSTOM_MUTATOR_LIBRARY", is_afl ? environment->mutator : NULL);
	set("AFL_CUSTOM_MUTATOR_ONLY", is_afl && environment->mutator ? "1" : NULL);
}

void fuzz_environment_set(const struct fuzz_environment *environment)
{
	/* On real threads the target goes on after a report, to tell how often it comes again. */
	set_sanitizers(fuzz_is_parallel(environment->target), environment->engine == FUZZ_AFL);
	set_afl(environment);
	set("TRACER_FUZZ_DEFECT", environment->defect);
	set("TRACER_FUZZ_PAGE", environment->page);
	set("TRACER_FUZZ_TRIGGER", environment->tells_trigger ? "1" : NULL);
	set("TRACER_FUZZ_MUTATOR", environment->mutates_bytes ? "bytes" : NULL);
}

void fuzz_environment_set_tool(void)
{
	set_sanitizers(true, false);
	set("TRACER_FUZZ_DEFECT", NULL);
	set("TRACER_FUZZ_PAGE", NULL);
	set("TRACER_FUZZ_TRIGGER", NULL);
}
