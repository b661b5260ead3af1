/* Real traces with deterministic damage: no crash, the same report twice, strictness rejects what
 * leniency rejects; and where Go's validator and we differ, it is by a rule that says so.
 *
 * The last needs that validator: TRACER_FUZZ_GO_VALIDATOR names the program that
 * ci/go-validator/build makes. TRACER_FUZZ_DAMAGED is how many damaged traces each version of the
 * format gets. The script damaged_traces beside this file sets both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <unistd.h>

#include "base/tests/test_folder.h"
#include "oracle/oracle.h"
#include "oracle/tests/damage.h"
#include "oracle/tests/trace_files.h"

enum {
	DAMAGED_DEFAULT = 400, /* per version */
	DAMAGED_MAX = 1 << 20,
	LINE_SIZE = 4096,
	COMPLAINTS_MAX = 20,
};

static const int versions[] = {22, 23, 25, 26};
enum { VERSION_COUNT = sizeof(versions) / sizeof(versions[0]) };

static struct trace_files files;
static struct oracle *oracle;
static struct damage damage;
static uint32_t complaints;

/* ---- What was said of the damaged forms of one trace --------------------- */

struct verdict {
	char what[sizeof(damage.what)];
	char message[128];
	enum rule rule;
};

struct verdicts {
	struct verdict *all;
	uint32_t count;
};

/* How our verdicts and Go's agree. */
struct agreement {
	uint32_t both_accept, both_reject;
	uint32_t empty;  /* Go rejects a generation without events, as it did before 1.25 */
	uint32_t missed; /* Go alone rejects */
	uint32_t stricter[RULE_COUNT];
};

static uint32_t damaged_count(void)
{
	const char *text = getenv("TRACER_FUZZ_DAMAGED");
	unsigned long count = text == NULL ? DAMAGED_DEFAULT : strtoul(text, NULL, 10);

	assert_in_range(count, 1, DAMAGED_MAX);
	return (uint32_t)count;
}

static int version_of(const uint8_t *bytes, size_t size)
{
	assert_true(size > WIRE_HEADER_SIZE);
	return (bytes[5] - '0') * 10 + (bytes[6] - '0');
}

/* Whether FILE of version MINOR was wanted; its bytes, which the caller frees. */
static bool open_trace(int index, int minor, struct wire_source *ret_source)
{
	uint8_t *bytes = trace_files_read(files.names[index], ".trace", &ret_source->size);

	ret_source->bytes = bytes;
	if (version_of(bytes, ret_source->size) == minor)
		return true;
	free(bytes);
	return false;
}

static uint32_t traces_of_version(int minor)
{
	struct wire_source source;
	uint32_t count = 0;

	for (int i = 0; i < files.count; i++) {
		if (!open_trace(i, minor, &source))
			continue;
		count++;
		free((void *)source.bytes);
	}
	assert_true(count > 0);
	return count;
}

static void judge(struct verdict *verdict, const char *name)
{
	const struct oracle_options strict = {.is_strict = true};
	static struct oracle_report first, second, strict_report;
	const uint8_t *bytes = damage.out.bytes;
	size_t size = damage.out.size;

	oracle_check(oracle, bytes, size, NULL, &first);
	oracle_check(oracle, bytes, size, &strict, &strict_report);
	oracle_check(oracle, bytes, size, NULL, &second);
	assert_memory_equal(&first, &second, sizeof(first));
	if (!first.is_accepted && strict_report.is_accepted)
		fail_msg("%s, %s: strict accepts it", name, damage.what);
	if (!first.is_accepted && first.fault.offset > size)
		fail_msg("%s, %s: offset behind the end", name, damage.what);
	memcpy(verdict->what, damage.what, sizeof(verdict->what));
	snprintf(verdict->message, sizeof(verdict->message), "%.127s", first.fault.message);
	verdict->rule = first.fault.rule;
}

static void write_file(const char *folder, uint32_t number)
{
	char path[LINE_SIZE];

	snprintf(path, sizeof(path), "%s/%" PRIu32, folder, number);
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(damage.out.bytes, 1, damage.out.size, file), damage.out.size);
	assert_int_equal(fclose(file), 0);
}

/* Damages and judges a trace COUNT times; FOLDER, if any, gets the files. */
static void judge_damaged(const struct wire_source *source, const char *name, uint32_t count,
			  const char *folder, struct verdicts *ret_verdicts)
{
	ret_verdicts->all = calloc(count, sizeof(*ret_verdicts->all));
	assert_non_null(ret_verdicts->all);
	ret_verdicts->count = count;
	damage.random = UINT64_C(0x9e3779b97f4a7c15);
	for (uint32_t i = 0; i < count; i++) {
		damage_trace(&damage, source);
		judge(&ret_verdicts->all[i], name);
		if (folder != NULL)
			write_file(folder, i);
	}
}

static void are_judged_soundly(void **context)
{
	uint32_t count = 0, rejected = 0;

	(void)context;
	for (int i = 0; i < VERSION_COUNT; i++) {
		uint32_t each = damaged_count() / traces_of_version(versions[i]) + 1;
		for (int j = 0; j < files.count; j++) {
			struct wire_source source;
			struct verdicts verdicts;
			if (!open_trace(j, versions[i], &source))
				continue;
			judge_damaged(&source, files.names[j], each, NULL, &verdicts);
			for (uint32_t k = 0; k < verdicts.count; k++)
				rejected += verdicts.all[k].rule != RULE_NONE;
			count += verdicts.count;
			free(verdicts.all);
			free((void *)source.bytes);
		}
	}
	print_message("%" PRIu32 " damaged traces, %" PRIu32 " rejected\n", count, rejected);
	assert_true(rejected > count / 2);
}

/* ---- Go's verdicts ------------------------------------------------------- */

static FILE *ask_go(const char *names)
{
	char command[2 * LINE_SIZE];

	snprintf(command, sizeof(command), "%s | '%s'", names, getenv("TRACER_FUZZ_GO_VALIDATOR"));
	FILE *answers = popen(command, "r");
	assert_non_null(answers);
	return answers;
}

/* Whether the toolchain at hand knows traces of version MINOR: each version that a reader learned
 * is the one of its release. */
static bool go_knows(int minor)
{
	char names[LINE_SIZE];
	static char line[LINE_SIZE];

	snprintf(names, sizeof(names), "echo corpus/traces/go1.%d-tiny.trace", minor);
	FILE *answers = ask_go(names);
	assert_non_null(fgets(line, sizeof(line), answers));
	pclose(answers);
	return strstr(line, "unsupported trace version") == NULL;
}

static void complain(const char *who, const char *name, const struct verdict *verdict,
		     const char *answer)
{
	if (complaints++ >= COMPLAINTS_MAX)
		return;
	print_message("%s: %s, %s: %s %s;%s", who, name, verdict->what, rule_id(verdict->rule),
		      verdict->message, answer);
}

static void compare_one(const char *name, const struct verdict *verdict, const char *answer,
			bool is_newest, struct agreement *agreement)
{
	bool go_accepts = strcmp(answer, "\taccept\n") == 0;
	bool we_accept = verdict->rule == RULE_NONE;

	agreement->both_accept += go_accepts && we_accept;
	agreement->both_reject += !go_accepts && !we_accept;
	if (go_accepts && !we_accept) {
		agreement->stricter[verdict->rule]++;
		if (is_newest && rule_level(verdict->rule) == RULE_LEVEL_reader)
			complain("Go accepts", name, verdict, answer);
	}
	if (go_accepts || !we_accept)
		return;
	if (!is_newest && strstr(answer, "frontier is empty") != NULL) {
		agreement->empty++;
		return;
	}
	agreement->missed++;
	complain("Go rejects", name, verdict, answer);
}

/* Reads the validator's answers: folder, slash, number, tab, answer. */
static void compare(FILE *answers, const char *folder, const char *name,
		    const struct verdicts *verdicts, bool is_newest, struct agreement *agreement)
{
	static char line[LINE_SIZE];
	uint32_t read = 0;

	while (fgets(line, sizeof(line), answers) != NULL) {
		unsigned long number = strtoul(line + strlen(folder) + 1, NULL, 10);
		const char *answer = strchr(line, '\t');
		assert_non_null(answer);
		assert_true(number < verdicts->count);
		compare_one(name, &verdicts->all[number], answer, is_newest, agreement);
		read++;
	}
	assert_int_equal(read, verdicts->count);
}

/* One that Go's reader refuses as it is, wrongly: its .expect says why. */
static bool go_can_read(const char *name)
{
	return strncmp(name, "equal-times-", strlen("equal-times-")) != 0;
}

static void compare_trace(const struct wire_source *source, const char *name, uint32_t count,
			  bool is_newest, struct agreement *agreement)
{
	char text[LINE_SIZE];
	struct verdicts verdicts;

	assert_int_equal(test_folder_make(NULL), 0);
	judge_damaged(source, name, count, test_folder, &verdicts);
	snprintf(text, sizeof(text), "find %s -type f", test_folder);
	FILE *answers = ask_go(text);
	compare(answers, test_folder, name, &verdicts, is_newest, agreement);
	pclose(answers);
	assert_int_equal(test_folder_remove(NULL), 0);
	free(verdicts.all);
}

static void tell(int minor, const struct agreement *agreement)
{
	print_message("go 1.%d: both accept %" PRIu32 ", both reject %" PRIu32
		      ", only Go rejects %" PRIu32 ", generations without events %" PRIu32
		      "; only we reject:",
		      minor, agreement->both_accept, agreement->both_reject, agreement->missed,
		      agreement->empty);
	for (int i = 0; i < RULE_COUNT; i++) {
		if (agreement->stricter[i] != 0)
			print_message(" %s %" PRIu32, rule_id((enum rule)i),
				      agreement->stricter[i]);
	}
	print_message("\n");
}

static void differ_from_go_by_named_rules_only(void **context)
{
	bool is_newest;

	(void)context;
	if (getenv("TRACER_FUZZ_GO_VALIDATOR") == NULL) {
		print_message("no Go validator: set TRACER_FUZZ_GO_VALIDATOR "
			      "(targets/oracle/tests/damaged_traces does)\n");
		skip();
	}
	is_newest = go_knows(versions[VERSION_COUNT - 1]);
	for (int i = 0; i < VERSION_COUNT; i++) {
		struct agreement agreement = {0};
		if (!go_knows(versions[i])) {
			print_message("go 1.%d: left out, the Go at hand does not read it\n",
				      versions[i]);
			continue;
		}
		uint32_t each = damaged_count() / traces_of_version(versions[i]) + 1;
		for (int j = 0; j < files.count; j++) {
			struct wire_source source;
			if (!go_can_read(files.names[j]) || !open_trace(j, versions[i], &source))
				continue;
			compare_trace(&source, files.names[j], each, is_newest, &agreement);
			free((void *)source.bytes);
		}
		tell(versions[i], &agreement);
	}
	assert_int_equal(complaints, 0);
}

static int set_up(void **context)
{
	(void)context;
	trace_files_list(&files);
	oracle = oracle_create();
	trace_builder_create(&damage.out);
	return 0;
}

static int tear_down(void **context)
{
	(void)context;
	trace_builder_destroy(&damage.out);
	oracle_destroy(oracle);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(are_judged_soundly),
		cmocka_unit_test(differ_from_go_by_named_rules_only),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
