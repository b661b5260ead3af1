/* The style checks: what a rule sees and how it reports. */
#ifndef TIDY_H
#define TIDY_H

#include <stdbool.h>
#include <stddef.h>

/* Every rule, with the name that reports carry. */
#define TIDY_RULES(RULE)                                                                           \
	RULE(INCLUDE, "include-direction")                                                         \
	RULE(LINE, "line-length")                                                                  \
	RULE(FUNCTION, "function-length")                                                          \
	RULE(FILE_LENGTH, "file-length")                                                           \
	RULE(BANNED, "banned")                                                                     \
	RULE(CONDITIONAL, "conditional")                                                           \
	RULE(LEFTOVER, "leftover")                                                                 \
	RULE(WHITESPACE, "whitespace")                                                             \
	RULE(SENTENCE, "sentence")

enum tidy_rule {
#define TIDY_RULE_ID(id, name) TIDY_##id,
	TIDY_RULES(TIDY_RULE_ID)
#undef TIDY_RULE_ID
		TIDY_RULE_COUNT
};

enum {
	TIDY_LINE_COLUMNS_MAX = 100,
	TIDY_TAB_COLUMNS = 8,
	TIDY_FUNCTION_LINES_MAX = 70,
	TIDY_FILE_LINES_MAX = 500,
};

struct tidy_line {
	const char *text; /* as it stands, without its newline */
	char *code;       /* the same with comments, strings and characters blanked out; C only */
	size_t length;
};

/* One file, split. Lives as long as its report. */
struct tidy_source {
	const char *path; /* from the top of the repository */
	bool is_c;        /* .c or .h: code is blanked; else code equals text */
	struct tidy_line *lines;
	size_t line_count;
};

/* Takes one report; LINE counts from 1. DETAIL is valid during the call. */
typedef void tidy_report(void *context, const struct tidy_source *source, size_t line,
			 enum tidy_rule rule, const char *detail);

struct tidy_sink {
	tidy_report *report;
	void *context;
};

const char *tidy_rule_name(enum tidy_rule rule);
/* A file-length report warns; any other fails the run. */
bool tidy_rule_is_warning(enum tidy_rule rule);

/* Splits TEXT (SIZE bytes, modified, owned by the caller, outlives the source). */
struct tidy_source tidy_source_make(const char *path, char *text, size_t size);
void tidy_source_free(struct tidy_source *source);

/* Whether PATH lies under FOLDER, or ends in SUFFIX. */
bool tidy_path_is_under(const char *path, const char *folder);
bool tidy_path_ends_in(const char *path, const char *suffix);

void tidy_say(const struct tidy_sink *sink, const struct tidy_source *source, size_t line,
	      enum tidy_rule rule, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* The groups of rules; each looks at one file. */
void tidy_check_lines(const struct tidy_source *source, const struct tidy_sink *sink);
void tidy_check_code(const struct tidy_source *source, const struct tidy_sink *sink);
void tidy_check_includes(const struct tidy_source *source, const struct tidy_sink *sink);
void tidy_check_samples(const struct tidy_source *source, const struct tidy_sink *sink);
void tidy_check(const struct tidy_source *source, const struct tidy_sink *sink);

/* Runs the samples of ARCHIVE (tests/samples.txt tells its form); returns the exit status. */
int tidy_self_test(const char *archive);
/* Reads a whole file, with a 0 after its end; NULL when it cannot be read. */
char *tidy_read(const char *path, size_t *ret_size);

#endif
