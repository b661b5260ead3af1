/* Real v1 traces with deterministic damage: no crash, the same report twice, strictness rejects
 * what leniency rejects; what the v1 reader of a Go toolchain rejects is rejected here, and what it
 * accepts is rejected only by a rule that it does not have. What the newest Go rejects, which
 * turns these events into newer ones and judges those, is rejected here at least strictly.
 *
 * The last needs that reader: TRACER_FUZZ_GO_VALIDATOR names the program that ci/go-validator/build
 * makes, TRACER_FUZZ_NEWEST says that it is one of Go 1.23 or newer. TRACER_FUZZ_DAMAGED is how
 * many damaged traces each version of the format gets. The script damaged_v1_traces beside this
 * file sets them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <unistd.h>

#include "base/tests/test_folder.h"
#include "oracle/oracle.h"
#include "oracle/tests/trace_files.h"
#include "oracle/tests/v1_damage.h"

enum {
	DAMAGED_DEFAULT = 300, /* per version */
	DAMAGED_MAX = 1 << 20,
	LINE_SIZE = 4096,
	COMPLAINTS_MAX = 20,
	ANSWERS_WANTED = 24, /* where Go's answer is in doubt */
};

static const int versions[] = {19, 21};
enum { VERSION_COUNT = sizeof(versions) / sizeof(versions[0]) };

/* What only newer readers refuse, or that no reader understands as it was meant (rule.def). */
static const enum rule of_newer_readers[] = {
	RULE_v1_w1, RULE_v1_w6, RULE_v1_w7, RULE_v1_w13, RULE_v1_w14, RULE_v1_w15, RULE_v1_p29,
};
enum { NEWER_COUNT = sizeof(of_newer_readers) / sizeof(of_newer_readers[0]) };

/* What newer readers no longer refuse: strange kinds, empty traces, samples of a goroutine before
 * its creation. */
static const enum rule of_older_readers[] = {
	RULE_v1_w9,
	RULE_v1_w11,
	RULE_v1_w15,
	RULE_v1_p16,
};
enum { OLDER_COUNT = sizeof(of_older_readers) / sizeof(of_older_readers[0]) };

struct verdict {
	char what[80];
	char message[128];
	enum rule rule, strict_rule;
};

/* How our verdicts and Go's agree. */
struct agreement {
	uint32_t both_accept, both_reject;
	uint32_t varied;   /* events at the same time, which Go's reader takes in random order */
	uint32_t strictly; /* the newest Go rejects, and so do we when we are strict */
	uint32_t threads;  /* the newest Go rejects which thread has which P */
	uint32_t missed;   /* Go alone rejects */
	uint32_t stricter[RULE_COUNT];
};

static struct trace_files files;
static struct oracle *oracle;
static struct v1_damage damage;
static uint32_t complaints;

static uint32_t damaged_count(void)
{
	const char *text = getenv("TRACER_FUZZ_DAMAGED");
	unsigned long count = text == NULL ? DAMAGED_DEFAULT : strtoul(text, NULL, 10);

	assert_in_range(count, 1, DAMAGED_MAX);
	return (uint32_t)count;
}

/* The bytes of trace INDEX if it is one of version MINOR; the caller frees them. */
static bool open_trace(int index, int minor, struct wire_source *ret_source)
{
	uint8_t *bytes = trace_files_read(files.names[index], ".trace", &ret_source->size);

	ret_source->bytes = bytes;
	assert_true(ret_source->size > WIRE_HEADER_SIZE);
	if ((bytes[5] - '0') * 10 + (bytes[6] - '0') == minor) {
		v1_damage_open(&damage, ret_source);
		damage.random = UINT64_C(0x9e3779b97f4a7c15);
		return true;
	}
	free(bytes);
	return false;
}

/* How many damaged forms each trace of a version gets. */
static uint32_t count_each(int minor)
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
	return damaged_count() / count + 1;
}

static void judge(struct verdict *verdict, const char *name)
{
	const struct oracle_options strict = {.is_strict = true};
	static struct oracle_report first, second, strict_report;
	size_t size = damage.out.size;
	/* An exact copy, so that a sanitizer sees each byte that is read behind the end. */
	uint8_t *bytes = malloc(size == 0 ? 1 : size);

	assert_non_null(bytes);
	memcpy(bytes, damage.out.bytes, size);
	oracle_check(oracle, bytes, size, NULL, &first);
	oracle_check(oracle, bytes, size, &strict, &strict_report);
	oracle_check(oracle, bytes, size, NULL, &second);
	free(bytes);
	assert_memory_equal(&first, &second, sizeof(first));
	if (!first.is_accepted && strict_report.is_accepted)
		fail_msg("%s, %s: strict accepts it", name, damage.what);
	if (!first.is_accepted && first.fault.offset > size)
		fail_msg("%s, %s: offset behind the end", name, damage.what);
	memcpy(verdict->what, damage.what, sizeof(verdict->what));
	snprintf(verdict->message, sizeof(verdict->message), "%.127s", first.fault.message);
	verdict->rule = first.fault.rule;
	verdict->strict_rule = strict_report.fault.rule;
}

static void are_judged_soundly(void **context)
{
	uint32_t count = 0, rejected = 0;

	(void)context;
	for (int i = 0; i < VERSION_COUNT; i++) {
		uint32_t each = count_each(versions[i]);
		for (int j = 0; j < files.count; j++) {
			struct wire_source source;
			if (!open_trace(j, versions[i], &source))
				continue;
			for (uint32_t k = 0; k < each; k++, count++) {
				struct verdict verdict;
				v1_damage_trace(&damage, &source);
				judge(&verdict, files.names[j]);
				rejected += verdict.rule != RULE_NONE;
			}
			free((void *)source.bytes);
		}
	}
	print_message("%" PRIu32 " damaged traces, %" PRIu32 " rejected\n", count, rejected);
	assert_true(rejected > count / 3);
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

/* Of several answers about one file: how many are "accept". */
static uint32_t count_accepts(const char *path)
{
	char names[LINE_SIZE], line[LINE_SIZE];
	uint32_t accepts = 0, answers_read = 0;

	snprintf(names, sizeof(names), "yes '%s' | head -n %d", path, ANSWERS_WANTED);
	FILE *answers = ask_go(names);
	while (fgets(line, sizeof(line), answers) != NULL) {
		answers_read++;
		accepts += strstr(line, "\taccept\n") != NULL;
	}
	pclose(answers);
	assert_int_equal(answers_read, ANSWERS_WANTED);
	return accepts;
}

/* A reader of Go 1.23 or newer, with the validator behind it. */
static bool is_go_newest(void)
{
	return getenv("TRACER_FUZZ_NEWEST") != NULL;
}

/* Whether the reader that is asked may accept what breaks RULE. */
static bool may_lack(enum rule rule)
{
	const enum rule *rules = is_go_newest() ? of_older_readers : of_newer_readers;
	int count = is_go_newest() ? (int)OLDER_COUNT : (int)NEWER_COUNT;

	for (int i = 0; i < count; i++) {
		if (rules[i] == rule)
			return true;
	}
	return false;
}

static void compare_one(const char *path, const char *name, const struct verdict *verdict,
			const char *answer, struct agreement *agreement)
{
	bool go_accepts = strcmp(answer, "\taccept\n") == 0;
	bool we_accept = verdict->rule == RULE_NONE;

	if (go_accepts == we_accept) {
		agreement->both_accept += we_accept;
		agreement->both_reject += !we_accept;
		return;
	}
	if (go_accepts && may_lack(verdict->rule)) {
		agreement->stricter[verdict->rule]++;
		return;
	}
	if (is_go_newest() && verdict->strict_rule != RULE_NONE && !go_accepts) {
		agreement->strictly++;
		return;
	}
	/* Whole traces of Go 1.19 and 1.21 fail in that too: a thread that takes back the P of its
	 * system call, which another thread had in a system call meanwhile, tells no ProcStart. */
	if (is_go_newest() && strstr(answer, "thread") != NULL) {
		agreement->threads++;
		return;
	}
	uint32_t accepts = count_accepts(path);
	if (accepts > 0 && accepts < ANSWERS_WANTED) {
		agreement->varied++;
		return;
	}
	agreement->missed += !go_accepts;
	agreement->stricter[verdict->rule] += go_accepts;
	if (complaints++ < COMPLAINTS_MAX)
		print_message("%s, %s: %s %s;%s", name, verdict->what, rule_id(verdict->rule),
			      verdict->message, answer);
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

/* Reads the answers about the files of FOLDER: folder, slash, number, tab, answer. */
static void compare(const char *folder, const char *name, const struct verdict *verdicts,
		    uint32_t count, struct agreement *agreement)
{
	static char line[LINE_SIZE];
	char names[LINE_SIZE];
	uint32_t read = 0;

	snprintf(names, sizeof(names), "find %s -type f", folder);
	FILE *answers = ask_go(names);
	while (fgets(line, sizeof(line), answers) != NULL) {
		unsigned long number = strtoul(line + strlen(folder) + 1, NULL, 10);
		char *answer = strchr(line, '\t');
		char path[LINE_SIZE];
		assert_non_null(answer);
		assert_true(number < count);
		snprintf(path, sizeof(path), "%.*s", (int)(answer - line), line);
		compare_one(path, name, &verdicts[number], answer, agreement);
		read++;
	}
	pclose(answers);
	assert_int_equal(read, count);
}

static void compare_trace(const struct wire_source *source, const char *name, uint32_t count,
			  struct agreement *agreement)
{
	struct verdict *verdicts = calloc(count, sizeof(*verdicts));

	assert_non_null(verdicts);
	assert_int_equal(test_folder_make(NULL), 0);
	for (uint32_t i = 0; i < count; i++) {
		v1_damage_trace(&damage, source);
		judge(&verdicts[i], name);
		write_file(test_folder, i);
	}
	compare(test_folder, name, verdicts, count, agreement);
	assert_int_equal(test_folder_remove(NULL), 0);
	free(verdicts);
}

static void tell(int minor, const struct agreement *agreement)
{
	print_message("go 1.%d: both accept %" PRIu32 ", both reject %" PRIu32
		      ", only Go rejects %" PRIu32 ", Go and strict rules %" PRIu32
		      ", Go for its threads %" PRIu32 ", Go says now this now that %" PRIu32
		      "; only we reject:",
		      minor, agreement->both_accept, agreement->both_reject, agreement->missed,
		      agreement->strictly, agreement->threads, agreement->varied);
	for (int i = 0; i < RULE_COUNT; i++) {
		if (agreement->stricter[i] != 0)
			print_message(" %s %" PRIu32, rule_id((enum rule)i),
				      agreement->stricter[i]);
	}
	print_message("\n");
}

static void differ_from_go_by_named_rules_only(void **context)
{
	(void)context;
	if (getenv("TRACER_FUZZ_GO_VALIDATOR") == NULL) {
		print_message("no Go validator: set TRACER_FUZZ_GO_VALIDATOR "
			      "(targets/oracle/tests/damaged_v1_traces does)\n");
		skip();
	}
	for (int i = 0; i < VERSION_COUNT; i++) {
		struct agreement agreement = {0};
		uint32_t each = count_each(versions[i]);
		for (int j = 0; j < files.count; j++) {
			struct wire_source source;
			if (!open_trace(j, versions[i], &source))
				continue;
			compare_trace(&source, files.names[j], each, &agreement);
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
