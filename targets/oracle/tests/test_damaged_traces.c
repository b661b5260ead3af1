/* Real traces with deterministic damage: no crash, the same report twice, strictness rejects what
 * leniency rejects; and what Go's validator rejects is rejected here.
 *
 * The last needs that validator: TRACER_FUZZ_GO_VALIDATOR names the program that
 * ci/go-validator/build makes. The script damaged_traces beside this file builds it and sets the
 * variable. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <unistd.h>

#include "oracle/event_info.h"
#include "oracle/oracle.h"
#include "oracle/tests/trace_files.h"
#include "oracle/wire.h"

enum {
	PER_TRACE = 200,
	BATCHES_MAX = 256,
	LINE_SIZE = 4096,
};

static uint64_t random_state;

/* xorshift64*: the damage is the same on every machine. */
static uint64_t draw(uint64_t below)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (random_state * UINT64_C(0x2545f4914f6cdd1d) >> 11) % below;
}

struct damaged {
	uint8_t *bytes; /* room for twice the trace */
	size_t size;
	char what[64];
};

static size_t batch_offsets(const struct wire_source *source, size_t *ret_offsets)
{
	struct wire_batch batch;
	struct fault fault;
	size_t count = 0;

	for (size_t at = WIRE_HEADER_SIZE; at < source->size && count < BATCHES_MAX - 1;
	     at = batch.body_offset + batch.body_size) {
		if (!wire_batch_read(source, at, &batch, &fault))
			break;
		ret_offsets[count++] = at;
	}
	ret_offsets[count] = count == 0 ? WIRE_HEADER_SIZE : batch.body_offset + batch.body_size;
	return count;
}

static void append(struct damaged *damaged, const uint8_t *bytes, size_t size)
{
	memcpy(damaged->bytes + damaged->size, bytes, size);
	damaged->size += size;
}

/* Swaps, drops or doubles whole batches. */
static void damage_batches(struct damaged *damaged, const uint8_t *bytes, size_t size)
{
	static const char *const names[] = {"swap", "drop", "double"};
	struct wire_source source = {bytes, size};
	size_t offsets[BATCHES_MAX];
	size_t count = batch_offsets(&source, offsets);
	size_t first, second;
	uint64_t way = draw(3);

	if (count < 2)
		return;
	first = draw(count - 1);
	second = first + 1 + draw(count - 1 - first);
	snprintf(damaged->what, sizeof(damaged->what), "%s batch %zu and %zu", names[way], first,
		 second);
	damaged->size = 0;
	append(damaged, bytes, offsets[0]);
	for (size_t i = 0; i < count; i++) {
		size_t from = way != 0 ? i : i == first ? second : i == second ? first : i;
		size_t times = i != first ? 1 : way == 1 ? 0 : way == 2 ? 2 : 1;
		while (times-- > 0)
			append(damaged, bytes + offsets[from], offsets[from + 1] - offsets[from]);
	}
	append(damaged, bytes + offsets[count], size - offsets[count]);
}

static void damage(struct damaged *damaged, const uint8_t *bytes, size_t size)
{
	size_t at = WIRE_HEADER_SIZE + draw(size - WIRE_HEADER_SIZE);

	memcpy(damaged->bytes, bytes, size);
	damaged->size = size;
	switch (draw(8)) {
	case 0:
		damaged->size = draw(size);
		snprintf(damaged->what, sizeof(damaged->what), "cut at %zu", damaged->size);
		return;
	case 1:
		damage_batches(damaged, bytes, size);
		return;
	case 2:
	case 3:
		damaged->bytes[at] = (uint8_t)draw(256);
		snprintf(damaged->what, sizeof(damaged->what), "byte %zu = %d", at,
			 damaged->bytes[at]);
		return;
	case 4:
		memmove(damaged->bytes + at, damaged->bytes + at + 1, size - at - 1);
		damaged->size = size - 1;
		snprintf(damaged->what, sizeof(damaged->what), "byte %zu dropped", at);
		return;
	case 5:
		damaged->bytes[at] = (uint8_t)(damaged->bytes[at] + 1);
		snprintf(damaged->what, sizeof(damaged->what), "byte %zu + 1", at);
		return;
	default:
		damaged->bytes[at] ^= (uint8_t)(1 << draw(8));
		snprintf(damaged->what, sizeof(damaged->what), "bit of byte %zu = %d", at,
			 damaged->bytes[at]);
		return;
	}
}

/* What was said of one damaged trace, to be compared later. */
struct verdict {
	char name[TRACE_NAME_SIZE];
	char what[64];
	enum rule rule;
};

static struct verdict verdicts[TRACE_FILES_MAX * PER_TRACE];
static uint32_t verdict_count;

static void judge(struct oracle *oracle, const struct damaged *damaged, const char *name)
{
	const struct oracle_options strict = {.is_strict = true};
	static struct oracle_report first, second, strict_report;
	struct verdict *verdict = &verdicts[verdict_count++];

	oracle_check(oracle, damaged->bytes, damaged->size, NULL, &first);
	oracle_check(oracle, damaged->bytes, damaged->size, &strict, &strict_report);
	oracle_check(oracle, damaged->bytes, damaged->size, NULL, &second);
	assert_memory_equal(&first, &second, sizeof(first));
	if (!first.is_accepted && strict_report.is_accepted)
		fail_msg("%s, %s: strict accepts it", name, damaged->what);
	if (!first.is_accepted && first.fault.offset > damaged->size)
		fail_msg("%s, %s: offset behind the end", name, damaged->what);
	snprintf(verdict->name, sizeof(verdict->name), "%s", name);
	memcpy(verdict->what, damaged->what, sizeof(verdict->what));
	verdict->rule = first.fault.rule;
}

static void write_file(const char *folder, uint32_t number, const struct damaged *damaged)
{
	char path[LINE_SIZE];

	snprintf(path, sizeof(path), "%s/%" PRIu32, folder, number);
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(damaged->bytes, 1, damaged->size, file), damaged->size);
	assert_int_equal(fclose(file), 0);
}

/* Damages and judges all traces; FOLDER, if any, gets the files. */
static void judge_all(const char *folder)
{
	struct oracle *oracle = oracle_create();
	static struct trace_files files;

	trace_files_list(&files);
	random_state = 0x9e3779b97f4a7c15;
	verdict_count = 0;
	for (int i = 0; i < files.count; i++) {
		struct damaged damaged;
		size_t size;
		uint8_t *bytes = trace_files_read(files.names[i], ".trace", &size);
		damaged.bytes = malloc(2 * size);
		assert_non_null(damaged.bytes);
		for (int j = 0; j < PER_TRACE; j++) {
			damage(&damaged, bytes, size);
			if (folder != NULL)
				write_file(folder, verdict_count, &damaged);
			judge(oracle, &damaged, files.names[i]);
		}
		free(damaged.bytes);
		free(bytes);
	}
	oracle_destroy(oracle);
}

static void are_judged_soundly(void **context)
{
	uint32_t rejected = 0;

	(void)context;
	judge_all(NULL);
	for (uint32_t i = 0; i < verdict_count; i++)
		rejected += verdicts[i].rule != RULE_NONE;
	print_message("%" PRIu32 " damaged traces, %" PRIu32 " rejected\n", verdict_count,
		      rejected);
	assert_true(rejected > verdict_count / 2);
}

/* Reads the validator's answers: number, tab, answer. Counts what Go rejects and we do not. */
static uint32_t compare(FILE *answers, const char *folder)
{
	static uint32_t stricter[RULE_COUNT];
	uint32_t both_accept = 0, both_reject = 0, missed = 0, empty = 0, read = 0;
	static char line[LINE_SIZE];

	while (fgets(line, sizeof(line), answers) != NULL) {
		unsigned long number = strtoul(line + strlen(folder) + 1, NULL, 10);
		char *answer = strchr(line, '\t');
		assert_non_null(answer);
		assert_true(number < verdict_count);
		const struct verdict *verdict = &verdicts[number];
		bool go_accepts = strcmp(answer, "\taccept\n") == 0;
		read++;
		both_accept += go_accepts && verdict->rule == RULE_NONE;
		both_reject += !go_accepts && verdict->rule != RULE_NONE;
		stricter[verdict->rule] += go_accepts && verdict->rule != RULE_NONE;
		if (go_accepts || verdict->rule != RULE_NONE)
			continue;
		/* Before 1.25 the reader took a generation without events for a fault. */
		if (strstr(answer, "frontier is empty") != NULL) {
			empty++;
			continue;
		}
		missed++;
		print_message("missed: %s, %s:%s", verdict->name, verdict->what, answer);
	}
	assert_int_equal(read, verdict_count);
	print_message("both accept %" PRIu32 ", both reject %" PRIu32 ", only Go rejects %" PRIu32
		      ", generations without events that it rejects %" PRIu32 "; only we reject:",
		      both_accept, both_reject, missed, empty);
	for (int i = 0; i < RULE_COUNT; i++) {
		if (stricter[i] != 0)
			print_message(" %s %" PRIu32, rule_id((enum rule)i), stricter[i]);
	}
	print_message("\n");
	return missed;
}

static void are_rejected_where_go_rejects_them(void **context)
{
	const char *validator = getenv("TRACER_FUZZ_GO_VALIDATOR");
	char folder[] = "/tmp/damaged-traces-XXXXXX";
	char command[LINE_SIZE], path[LINE_SIZE];

	(void)context;
	if (validator == NULL) {
		print_message("no Go validator: set TRACER_FUZZ_GO_VALIDATOR "
			      "(targets/oracle/tests/damaged_traces does)\n");
		skip();
	}
	assert_non_null(mkdtemp(folder));
	judge_all(folder);
	snprintf(command, sizeof(command), "find %s -type f | '%s'", folder, validator);
	FILE *answers = popen(command, "r");
	assert_non_null(answers);
	uint32_t missed = compare(answers, folder);
	pclose(answers);
	for (uint32_t i = 0; i < verdict_count; i++) {
		snprintf(path, sizeof(path), "%s/%" PRIu32, folder, i);
		assert_int_equal(unlink(path), 0);
	}
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(missed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(are_judged_soundly),
		cmocka_unit_test(are_rejected_where_go_rejects_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
