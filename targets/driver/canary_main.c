/* A main that proves a canary (driver/canary.h): caught with its mistake, silent without.
 *
 *   check.canary_x [--seeds=COUNT] [--silent=COUNT]
 *
 * Inputs are the scenarios of seeds 1 to COUNT (default 200). Those of the first part run in a
 * process each, until one is caught; where each must be, all of them run. Then as many as --silent
 * says (default 2000) run with the mistake taken away, in one process. One line says the result.
 * Exit status: 0 as it must be, 1 not, 2 wrong usage, 3 this program itself failed. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/canary.h"
#include "driver/scenario_target.h"
#include "scenario/binary.h"
#include "scenario/generate.h"

enum { OUTPUT_SIZE_BYTES = 1 << 16, CHILD_TIME_MAX_S = 600, TEXT_SIZE_BYTES = 32 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct options {
	uint32_t seed_count;
	uint32_t silent_count;
};

/* What a child process said on standard error, and whether it came through. */
struct outcome {
	char output[OUTPUT_SIZE_BYTES];
	bool is_clean;
};

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", driver_canary.name, what, strerror(errno));
	exit(3);
}

static void run_seed(uint32_t seed)
{
	static struct scenario scenario;
	static uint8_t bytes[SCENARIO_BINARY_SIZE_MAX];
	struct choice_random random;
	choice_random_init(&random, seed);
	scenario_generate(&random, &scenario);
	LLVMFuzzerTestOneInput(bytes, scenario_encode(&scenario, bytes, sizeof bytes));
}

static void read_all(int from, char *text, size_t size_bytes)
{
	size_t used = 0;
	for (;;) {
		char rest[512];
		bool is_full = used + 1 == size_bytes;
		ssize_t count = read(from, is_full ? rest : text + used,
				     is_full ? sizeof rest : size_bytes - 1 - used);
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			break;
		used += is_full ? 0 : (size_t)count;
	}
	text[used] = '\0';
}

/* Seeds FIRST to LAST in one child. */
static void run_in_child(uint32_t first, uint32_t last, struct outcome *ret_outcome)
{
	int ends[2];
	int status;
	if (pipe(ends) != 0)
		fail("pipe");
	fflush(NULL);
	pid_t child = fork();
	if (child < 0)
		fail("fork");
	if (child == 0) {
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		alarm(CHILD_TIME_MAX_S);
		for (uint32_t seed = first; seed <= last; seed++)
			run_seed(seed);
		_exit(0);
	}
	close(ends[1]);
	read_all(ends[0], ret_outcome->output, sizeof ret_outcome->output);
	close(ends[0]);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			fail("waitpid");
	ret_outcome->is_clean = WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The verdict that OUTPUT names, or "". */
static void find_verdict(const char *output, char *ret_verdict)
{
	const char *found = strstr(output, "FINDING verdict=");
	ret_verdict[0] = '\0';
	if (found != NULL)
		sscanf(found, "FINDING verdict=%31s", ret_verdict);
}

static bool is_expected(const char *verdict)
{
	const char *found = strstr(driver_canary.verdicts, verdict);
	size_t length = strlen(verdict);
	return found != NULL && length > 0 && (found[length] == '\0' || found[length] == ' ') &&
	       (found == driver_canary.verdicts || found[-1] == ' ');
}

static bool names_sites(const char *output)
{
	for (int i = 0; i < 2; i++)
		if (driver_canary.sites[i] != NULL && !strstr(output, driver_canary.sites[i]))
			return false;
	return true;
}

/* Whether the mistake is seen; says what is wrong otherwise. */
static bool check_caught(const struct options *options)
{
	static struct outcome outcome;
	char verdict[TEXT_SIZE_BYTES];
	uint32_t caught_count = 0;
	uint32_t seed = 1;
	for (; seed <= options->seed_count; seed++) {
		run_in_child(seed, seed, &outcome);
		find_verdict(outcome.output, verdict);
		if (!outcome.is_clean && (!is_expected(verdict) || !names_sites(outcome.output))) {
			printf("%s: seed %u: expected %s%s%s, but it ended with\n%s\n",
			       driver_canary.name, seed, driver_canary.verdicts,
			       driver_canary.sites[0] != NULL ? " naming " : "",
			       driver_canary.sites[0] != NULL ? driver_canary.sites[0] : "",
			       outcome.output);
			return false;
		}
		caught_count += !outcome.is_clean;
		if (driver_canary.is_always_caught ? outcome.is_clean : caught_count > 0)
			break;
	}
	if (driver_canary.is_always_caught ? caught_count == options->seed_count
					   : caught_count > 0) {
		printf("%-16s %-16s caught by seed %u%s\n", driver_canary.name, verdict,
		       caught_count > 1 ? 1 : seed, caught_count > 1 ? " and every other" : "");
		return true;
	}
	printf("%s: NOT CAUGHT: %u of %u seeds\n", driver_canary.name, caught_count,
	       options->seed_count);
	return false;
}

/* Whether it is silent without the mistake. */
static bool check_silent(const struct options *options)
{
	static struct outcome outcome;
	driver_canary_is_repaired = true;
	uint32_t divisor = driver_canary.is_long ? 10 : 1;
	run_in_child(1, (options->silent_count + divisor - 1) / divisor, &outcome);
	if (!outcome.is_clean)
		printf("%s: not silent without its mistake:\n%s\n", driver_canary.name,
		       outcome.output);
	return outcome.is_clean;
}

static bool parse_count(const char *argument, const char *option, uint32_t *ret_count)
{
	char *end;
	size_t length = strlen(option);
	if (strncmp(argument, option, length) != 0)
		return false;
	unsigned long count = strtoul(argument + length, &end, 10);
	*ret_count = (uint32_t)count;
	return argument[length] != '\0' && *end == '\0' && count >= 1 && count <= 100000000;
}

int main(int argc, char **argv)
{
	struct options options = {.seed_count = 200, .silent_count = 2000};
	for (int i = 1; i < argc; i++) {
		if (!parse_count(argv[i], "--seeds=", &options.seed_count) &&
		    !parse_count(argv[i], "--silent=", &options.silent_count)) {
			fprintf(stderr, "usage: %s [--seeds=COUNT] [--silent=COUNT]\n", argv[0]);
			return 2;
		}
	}
	driver_scenario_init(SCENARIO_TRACER_V2);
	return check_caught(&options) && check_silent(&options) ? 0 : 1;
}
