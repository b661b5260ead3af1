/* Rules about C: banned names with their replacement, conditional compilation in the runtime,
 * length of functions. */
#include "tidy.h"

#include <ctype.h>
#include <string.h>

#define RUNTIME "runtime-under-test"

/* A name that may not be used under FOLDER (NULL: anywhere). */
struct banned {
	const char *name;
	const char *folder;
	bool is_call; /* only when a parenthesis follows */
	const char *instead;
};

static const struct banned banned[] = {
	{"strcpy", NULL, true, "snprintf or memcpy with a size"},
	{"strcat", NULL, true, "snprintf with a size"},
	{"sprintf", NULL, true, "snprintf"},
	{"vsprintf", NULL, true, "vsnprintf"},
	{"gets", NULL, true, "fgets or getline"},
	{"rand", NULL, true, "choice/: every choice comes from the input"},
	{"srand", NULL, true, "choice/: every choice comes from the input"},
	{"random", NULL, true, "choice/: every choice comes from the input"},
	{"time", NULL, true, "the host's clock, or clock_gettime(CLOCK_MONOTONIC) in a tool"},
	{"gettimeofday", NULL, true,
	 "the host's clock, or clock_gettime(CLOCK_MONOTONIC) in a tool"},
	{"atoi", NULL, true, "strtol with its end and errno checked"},
	{"atol", NULL, true, "strtol with its end and errno checked"},
	{"strtok", NULL, true, "strtok_r or strcspn"},
	{"alloca", NULL, true, "an array of fixed size or malloc"},
	{"setjmp", NULL, true, "host switches; a jump across stacks aborts under TSan"},
	{"longjmp", NULL, true, "host switches; a jump across stacks aborts under TSan"},
	{"tmpfile", NULL, true, "memfd_create"},
	{"mkstemp", NULL, true, "base/tests/test_folder.h: tests write into the build folder"},
	{"mkstemps", NULL, true, "base/tests/test_folder.h: tests write into the build folder"},
	{"usleep", RUNTIME, true, "the host's clock"},
	{"usleep", "targets", true, "a condition to wait for, with a bound"},
	{"_Thread_local", RUNTIME, false,
	 "a call into host/: its address is cached across a switch"},
	{"__thread", RUNTIME, false, "a call into host/: its address is cached across a switch"},
};

/* Where NAME stands in CODE as a word of its own, or NULL. */
static const char *find_word(const char *code, const char *name)
{
	size_t length = strlen(name);
	for (const char *at = strstr(code, name); at; at = strstr(at + 1, name)) {
		char before = at == code ? ' ' : at[-1];
		char after = at[length];
		if (!isalnum((unsigned char)before) && before != '_' &&
		    !isalnum((unsigned char)after) && after != '_')
			return at;
	}
	return NULL;
}

static bool is_call_at(const char *at, const char *code, size_t length)
{
	bool is_member = at > code && (at[-1] == '.' || (at[-1] == '>' && at - code > 1));
	at += length;
	at += strspn(at, " \t");
	return *at == '(' && !is_member;
}

static void check_banned(const struct tidy_source *source, size_t index,
			 const struct tidy_sink *sink)
{
	const char *code = source->lines[index].code;
	for (size_t i = 0; i < sizeof(banned) / sizeof(*banned); i++) {
		const struct banned *rule = &banned[i];
		if (rule->folder && !tidy_path_is_under(source->path, rule->folder))
			continue;
		const char *at = find_word(code, rule->name);
		if (at && (!rule->is_call || is_call_at(at, code, strlen(rule->name))))
			tidy_say(sink, source, index + 1, TIDY_BANNED, "%s: use %s", rule->name,
				 rule->instead);
	}
}

/* Whether CONDITION asks for nothing but the platform: reserved names such as __x86_64__. */
static bool is_platform(const char *condition)
{
	while (*condition) {
		if (!isalpha((unsigned char)*condition) && *condition != '_') {
			condition++;
			continue;
		}
		size_t length = strspn(condition,
				       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "0123456789_");
		bool is_reserved = strncmp(condition, "__", 2) == 0;
		bool is_defined = length == strlen("defined") &&
				  strncmp(condition, "defined", 7) == 0;
		if (!is_reserved && !is_defined)
			return false;
		condition += length;
	}
	return true;
}

/* In the runtime a switch for tests or builds would be a second runtime that nobody judges. */
static void check_conditional(const struct tidy_source *source, size_t index,
			      const struct tidy_sink *sink)
{
	const char *code = source->lines[index].code;
	code += strspn(code, " \t");
	if (*code != '#')
		return;
	code += 1 + strspn(code + 1, " \t");
	bool is_ifndef = strncmp(code, "ifndef ", 7) == 0;
	bool is_ifdef = strncmp(code, "ifdef ", 6) == 0;
	bool is_if = strncmp(code, "if ", 3) == 0 || strncmp(code, "elif ", 5) == 0;
	if (!is_ifndef && !is_ifdef && !is_if)
		return;
	const char *condition = strchr(code, ' ') + 1;
	bool is_guard = is_ifndef && tidy_path_ends_in(source->path, ".h") &&
			index + 1 < source->line_count &&
			strncmp(source->lines[index + 1].code, "#define ", 8) == 0 &&
			strcmp(source->lines[index + 1].code + 8, condition) == 0;
	if (!is_guard && !is_platform(condition))
		tidy_say(sink, source, index + 1, TIDY_CONDITIONAL,
			 "the runtime has no build switches; choose at link time or in host/");
}

/* A function's lines from its name to its closing brace. Both braces stand in the first column; a
 * name's line is the nearest one above that is not indented. */
static void check_functions(const struct tidy_source *source, const struct tidy_sink *sink)
{
	size_t name = 0;
	bool is_inside = false;
	for (size_t i = 0; i < source->line_count; i++) {
		const char *code = source->lines[i].code;
		if (strncmp(code, "{", 1) == 0) {
			is_inside = true;
		} else if (is_inside && code[0] == '}') {
			is_inside = false;
			if (i - name > TIDY_FUNCTION_LINES_MAX)
				tidy_say(sink, source, name + 1, TIDY_FUNCTION,
					 "%zu lines, %d are the limit", i - name,
					 TIDY_FUNCTION_LINES_MAX);
		} else if (!is_inside && code[0] && !strchr(" \t#", code[0])) {
			name = i;
		}
	}
}

void tidy_check_code(const struct tidy_source *source, const struct tidy_sink *sink)
{
	if (!source->is_c)
		return;
	bool is_switchless = tidy_path_is_under(source->path, RUNTIME) &&
			     !tidy_path_is_under(source->path, RUNTIME "/host");
	for (size_t i = 0; i < source->line_count; i++) {
		check_banned(source, i, sink);
		if (is_switchless)
			check_conditional(source, i, sink);
	}
	check_functions(source, sink);
}
