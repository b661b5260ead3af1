/* A check that cannot fail is worthless: every rule must report its samples, exactly those lines,
 * and nothing else. */
#include "tidy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPORT_COUNT_MAX = 64, REPORT_SIZE_MAX = 64 };

/* What one sample must report and what it did: "<line> <rule>" each. */
struct sample {
	char path[256];
	char expected[REPORT_COUNT_MAX][REPORT_SIZE_MAX];
	size_t expected_count;
	char reported[REPORT_COUNT_MAX][REPORT_SIZE_MAX];
	size_t reported_count;
	bool rule_was_seen[TIDY_RULE_COUNT];
};

static void keep_report(void *context, const struct tidy_source *source, size_t line,
			enum tidy_rule rule, const char *detail)
{
	struct sample *sample = context;
	(void)source;
	(void)detail;
	sample->rule_was_seen[rule] = true;
	if (sample->reported_count < REPORT_COUNT_MAX)
		snprintf(sample->reported[sample->reported_count++], REPORT_SIZE_MAX, "%zu %s",
			 line, tidy_rule_name(rule));
}

static bool has_report(char (*reports)[REPORT_SIZE_MAX], size_t count, const char *wanted)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(reports[i], wanted) == 0)
			return true;
	}
	return false;
}

static size_t compare(struct sample *sample)
{
	size_t wrong_count = 0;
	for (size_t i = 0; i < sample->expected_count; i++) {
		if (!has_report(sample->reported, sample->reported_count, sample->expected[i])) {
			printf("%s: not reported: %s\n", sample->path, sample->expected[i]);
			wrong_count++;
		}
	}
	for (size_t i = 0; i < sample->reported_count; i++) {
		if (!has_report(sample->expected, sample->expected_count, sample->reported[i])) {
			printf("%s: reported without reason: %s\n", sample->path,
			       sample->reported[i]);
			wrong_count++;
		}
	}
	return wrong_count;
}

/* Reads the sample at TEXT, "=== path", then "> line rule" lines, then its content; returns what
 * follows it. A line
 * "@repeat N text" stands for N lines. */
static char *run_sample(char *text, struct sample *sample, size_t *wrong_count)
{
	size_t size = 0, capacity = 1 << 16;
	char *content = malloc(capacity);
	if (!content)
		exit(3);
	sscanf(text, "=== %255s", sample->path);
	for (text = strchr(text, '\n'); text && strncmp(text + 1, "=== ", 4) != 0;
	     text = strchr(text, '\n')) {
		text++;
		int length = (int)strcspn(text, "\n");
		unsigned count = 1;
		int skip = 0;
		if (length > 2 && strncmp(text, "> ", 2) == 0) {
			if (sample->expected_count < REPORT_COUNT_MAX)
				snprintf(sample->expected[sample->expected_count++],
					 REPORT_SIZE_MAX, "%.*s", length - 2, text + 2);
			continue;
		}
		if (!*text) {
			text = NULL;
			break;
		}
		sscanf(text, "@repeat %u %n", &count, &skip);
		for (; count > 0 && size + (size_t)length + 2 < capacity; count--)
			size += (size_t)snprintf(content + size, capacity - size, "%.*s\n",
						 length - skip, text + skip);
	}
	struct tidy_source source = tidy_source_make(sample->path, content, size);
	tidy_check(&source, &(struct tidy_sink){keep_report, sample});
	*wrong_count += compare(sample);
	tidy_source_free(&source);
	free(content);
	return text ? text + 1 : NULL;
}

int tidy_self_test(const char *archive)
{
	size_t size, sample_count = 0, wrong_count = 0;
	char *text = tidy_read(archive, &size);
	if (!text) {
		fprintf(stderr, "%s: cannot be read\n", archive);
		return 2;
	}
	bool rule_was_seen[TIDY_RULE_COUNT] = {false};
	static struct sample sample;
	for (char *at = strstr(text, "=== "); at && strncmp(at, "=== ", 4) == 0; sample_count++) {
		sample = (struct sample){.path = ""};
		at = run_sample(at, &sample, &wrong_count);
		for (int rule = 0; rule < TIDY_RULE_COUNT; rule++)
			rule_was_seen[rule] |= sample.rule_was_seen[rule];
	}
	free(text);
	for (int rule = 0; rule < TIDY_RULE_COUNT; rule++) {
		if (!rule_was_seen[rule]) {
			printf("%s: no sample for the rule %s\n", archive,
			       tidy_rule_name((enum tidy_rule)rule));
			wrong_count++;
		}
	}
	printf("%zu samples, %zu wrong\n", sample_count, wrong_count);
	return wrong_count ? 1 : 0;
}
