/* One run: a driver process from its start to a verdict. */
#include "real_go/real_go.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fatal.h"
#include "real_go/conversation.h"
#include "real_go/judge.h"
#include "real_go/process.h"
#include "real_go/script.h"
#include "real_go/symptom.h"

enum {
	MESSAGES_SIZE = (1 << 20) + 1,
	VARIABLE_COUNT_MAX = 1024,
	WIND_DOWN_MS_MAX = 2000,
};

struct run {
	const struct real_go_options *options;
	struct process_result process;
	bool is_nonsense;
	char error[FRAME_ERROR_SIZE];
};

static struct conversation conversation;
static struct sessions sessions;
static char messages[MESSAGES_SIZE];

/* ---- The environment ----------------------------------------------------- */

/* What a user set for programs of Go in general would change the run. */
static const char *const left_out[] = {
	"GODEBUG=", "GOTRACEBACK=", "GOGC=", "GOMEMLIMIT=", "GOMAXPROCS=", "GORACE=", NULL};

static bool is_left_out(const char *variable)
{
	for (size_t i = 0; left_out[i] != NULL; i++) {
		if (strncmp(variable, left_out[i], strlen(left_out[i])) == 0)
			return true;
	}
	return false;
}

/* The race detector stops at its first report, and does not rest a second at the end. */
static const char *const *environment_for(const struct scenario *scenario)
{
	static const char *variables[VARIABLE_COUNT_MAX];
	static char period[64];
	static char traceback[] = "GOTRACEBACK=all";
	static char race[] = "GORACE=halt_on_error=1 atexit_sleep_ms=0";
	uint64_t period_ns = scenario->configuration.advance_period_ns;
	size_t count = 0;
	for (char **variable = environ; *variable != NULL; variable++) {
		if (!is_left_out(*variable) && count < VARIABLE_COUNT_MAX - 4)
			variables[count++] = *variable;
	}
	variables[count++] = traceback;
	variables[count++] = race;
	if (period_ns > 0) {
		/* The runtime keeps it in 32 bits. */
		snprintf(period, sizeof period, "GODEBUG=traceadvanceperiod=%llu",
			 (unsigned long long)(period_ns > INT32_MAX ? INT32_MAX : period_ns));
		variables[count++] = period;
	}
	variables[count] = NULL;
	return variables;
}

/* ---- The process --------------------------------------------------------- */

static bool hear(void *context, const uint8_t *bytes, size_t size_bytes)
{
	struct run *run = context;
	run->is_nonsense = !conversation_hear(&conversation, bytes, size_bytes, run->error);
	return !run->is_nonsense;
}

/* The programs are to end by themselves well before the limit, which is for those that cannot. */
static unsigned wind_down_ms(const struct real_go_options *options)
{
	unsigned time_limit_ms = options->time_limit_ms;
	if (options->wind_down_ms > 0)
		return options->wind_down_ms;
	return time_limit_ms / 2 < WIND_DOWN_MS_MAX ? time_limit_ms / 2 : WIND_DOWN_MS_MAX;
}

static bool perform(struct run *run, char *ret_error)
{
	static char script[SCRIPT_SIZE_MAX];
	char wind_down[32], error[PROCESS_ERROR_SIZE];
	const struct real_go_options *options = run->options;
	snprintf(wind_down, sizeof wind_down, "%ums", wind_down_ms(options));
	const char *const arguments[] = {options->driver, "-wind-down", wind_down, NULL};
	const struct process_options process_options = {
		.arguments = arguments,
		.environment = environment_for(options->scenario),
		.input = script,
		.input_size_bytes = script_print(options->scenario, script),
		.time_limit_ms = options->time_limit_ms,
		.may_not_rest = true,
		.on_output = hear,
		.context = run,
		.messages = messages,
		.messages_size = sizeof messages,
	};
	if (process_run(&process_options, &run->process, error))
		return true;
	snprintf(ret_error, REAL_GO_ERROR_SIZE, "the driver cannot be run: %s", error);
	return false;
}

/* ---- The verdict --------------------------------------------------------- */

static bool is_race_build(void)
{
	char race[8];
	conversation_hello_value(conversation.hello, "race", race, sizeof race);
	return strcmp(race, "yes") == 0;
}

static void tell_messages(char *ret_error, const char *driver, const char *what)
{
	snprintf(ret_error, REAL_GO_ERROR_SIZE, "%.800s: %s%s%.900s", driver, what,
		 messages[0] == '\0' ? "" : "; it said: ", messages);
	size_t length = strlen(ret_error);
	while (length > 0 && ret_error[length - 1] == '\n')
		ret_error[--length] = '\0';
}

/* It said D and ended with 0. */
static bool judge_good_end(const struct run *run, struct real_go_result *result, char *ret_error)
{
	char what[64];
	uint32_t open_trace = conversation_open_trace(&conversation);
	if (symptom_judge(messages, is_race_build(), &result->verdict))
		return true;
	if (open_trace != 0) {
		snprintf(what, sizeof what, "trace %u has no end, and the driver has one",
			 open_trace);
		tell_messages(ret_error, run->options->driver, what);
		return false;
	}
	judge_traces(&sessions, run->options->reader, result);
	return true;
}

/* The traces of one that did not end well are not judged: they are cut anywhere. */
static bool judge_bad_end(const struct run *run, struct real_go_result *result, char *ret_error)
{
	char what[96];
	int status = run->process.wait_status;
	if (symptom_judge(messages, is_race_build(), &result->verdict))
		return true;
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL) {
		symptom_judge_signal(WTERMSIG(status), messages, &result->verdict);
		return true;
	}
	if (WIFSIGNALED(status))
		snprintf(what, sizeof what, "it was killed, not by us: was memory short?");
	else if (WEXITSTATUS(status) == 0)
		snprintf(what, sizeof what, "it ended without its frame D");
	else
		snprintf(what, sizeof what, "it ended with exit status %d", WEXITSTATUS(status));
	tell_messages(ret_error, run->options->driver, what);
	return false;
}

static bool judge(const struct run *run, struct real_go_result *result, char *ret_error)
{
	int status = run->process.wait_status;
	if (run->is_nonsense) {
		tell_messages(ret_error, run->options->driver, run->error);
		return false;
	}
	if (run->process.has_timed_out) {
		symptom_judge_hang(messages, &result->verdict);
		return true;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && conversation.is_done &&
	    !frame_is_open(&conversation.parser))
		return judge_good_end(run, result, ret_error);
	return judge_bad_end(run, result, ret_error);
}

static void add_note_of_ignored(struct real_go_result *result)
{
	if (conversation.ignored_count > 0 && result->note_count < REAL_GO_NOTE_COUNT_MAX)
		snprintf(result->notes[result->note_count++], REAL_GO_NOTE_SIZE,
			 "%u traces beyond the first %d are not judged", conversation.ignored_count,
			 SESSION_COUNT_MAX);
}

bool real_go_run(const struct real_go_options *options, struct real_go_result *ret_result,
		 char *ret_error)
{
	struct run run = {.options = options};
	struct real_go_result *result = ret_result;
	memset(result, 0, sizeof *result);
	conversation_reset(&conversation);
	if (!perform(&run, ret_error))
		return false;
	conversation_keep(&conversation, &sessions);
	result->sessions = &sessions;
	result->messages = messages;
	result->run_time_us = run.process.run_time_us;
	memcpy(result->hello, conversation.hello, sizeof result->hello);
	memcpy(result->notes, conversation.notes, sizeof result->notes);
	result->note_count = conversation.note_count;
	add_note_of_ignored(result);
	return judge(&run, result, ret_error);
}
