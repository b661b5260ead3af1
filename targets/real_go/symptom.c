#include "real_go/symptom.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum condition { ALWAYS, IN_RACE_LIBRARY };

enum { FUNCTION_SIZE = 96, LINE_SIZE = 128, PAGE_SIZE_BYTES = 4096 };

static const struct {
	const char *text;
	enum condition condition;
	enum verdict_kind verdict;
} symptoms[] = {
#define SYMPTOM(text, condition, verdict) {text, condition, VERDICT_##verdict},
#include "real_go/symptom.def"
};

static const char *const passed_over[] = {
#define PASS_OVER(function) function,
#include "real_go/symptom.def"
};

/* ---- Lines --------------------------------------------------------------- */

static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return *line == '\n' ? line + 1 : line;
}

/* The first line from TEXT on that begins with START, or NULL. */
static const char *line_with(const char *text, const char *start)
{
	size_t length = strlen(start);
	for (const char *line = text; *line != '\0'; line = next_line(line)) {
		if (strncmp(line, start, length) == 0)
			return line;
	}
	return NULL;
}

void symptom_normalize(const char *text, char *target, size_t target_size)
{
	size_t length = 0;
	for (const char *at = text; *at != '\0' && *at != '\n' && length + 1 < target_size;) {
		if (!isdigit((unsigned char)*at)) {
			target[length++] = *at++;
			continue;
		}
		if (strncmp(at, "0x", 2) == 0)
			at += 2 + strspn(at + 2, "0123456789abcdefABCDEF");
		else
			at += strspn(at, "0123456789");
		target[length++] = '#';
	}
	target[length] = '\0';
}

/* ---- Stacks -------------------------------------------------------------- */

static bool is_passed_over(const char *function)
{
	for (size_t i = 0; i < sizeof passed_over / sizeof passed_over[0]; i++) {
		const char *row = passed_over[i];
		size_t length = strcspn(row, "*");
		if (strncmp(function, row, length) == 0 &&
		    (row[length] == '*' || function[length] == '\0'))
			return true;
	}
	return false;
}

/* The function that LINE of a stack names: `runtime.(*mheap).grow(0x1, 0x2)', or the same behind
 * two blanks in a report of a race. */
static bool parse_function(const char *line, char ret_function[FUNCTION_SIZE])
{
	size_t blank_count = strspn(line, " ");
	size_t length = strcspn(line, "\n");
	if ((blank_count != 0 && blank_count != 2) || line[length] != '\n' || length == 0 ||
	    line[length - 1] != ')')
		return false;
	/* The next line tells its place in a file, and only that makes this one a function. */
	const char *place = line + length + 1;
	if (*place != '\t' && strncmp(place, "      ", 6) != 0)
		return false;
	size_t name_length = length;
	while (name_length > blank_count && line[name_length] != '(')
		name_length--;
	if (name_length == blank_count)
		return false;
	snprintf(ret_function, FUNCTION_SIZE, "%.*s", (int)(name_length - blank_count),
		 line + blank_count);
	return true;
}

static bool is_of_runtime(const char *function)
{
	return strncmp(function, "runtime.", 8) == 0 || strncmp(function, "runtime/", 8) == 0;
}

/* Where it happened: the first function of the runtime that is not passed over, otherwise the first
 * function at all; empty when there is no stack. */
static void find_function(const char *text, char ret_function[FUNCTION_SIZE])
{
	char function[FUNCTION_SIZE];
	ret_function[0] = '\0';
	for (const char *line = text; *line != '\0'; line = next_line(line)) {
		if (!parse_function(line, function) || is_passed_over(function))
			continue;
		if (is_of_runtime(function)) {
			memcpy(ret_function, function, FUNCTION_SIZE);
			return;
		}
		if (ret_function[0] == '\0')
			memcpy(ret_function, function, FUNCTION_SIZE);
	}
}

/* ---- Verdicts ------------------------------------------------------------ */

static void set_verdict(struct verdict *verdict, enum verdict_kind kind, const char *what,
			const char *stacks, const char *text)
{
	char function[FUNCTION_SIZE];
	find_function(stacks, function);
	*verdict = (struct verdict){.kind = kind};
	snprintf(verdict->where, sizeof verdict->where, "%s%s%s", what,
		 function[0] == '\0' ? "" : " in ", function);
	snprintf(verdict->text, sizeof verdict->text, "%s", text);
}

/* `0 : mheap 40 0x5a6f80': the name of a lock that is held, or taken now. */
static bool parse_held(const char *line, char ret_name[LINE_SIZE])
{
	unsigned number;
	int length = 0;
	if (sscanf(line, "%u : %127[^ \n]%n", &number, ret_name, &length) == 2 && length > 0)
		return true;
	return false;
}

/* The locks stand in the lines before the fatal error, the last of them is the one that was taken.
 */
static void judge_lock_order(const char *messages, const char *found, struct verdict *verdict)
{
	char what[VERDICT_WHERE_SIZE_BYTES];
	const char *first = found;
	for (const char *line = messages; line < found; line = next_line(line)) {
		char name[LINE_SIZE];
		if (!parse_held(line, name))
			first = found;
		else if (first == found)
			first = line;
	}
	size_t length = (size_t)snprintf(what, sizeof what, "lock ordering problem");
	for (const char *line = first; line < found; line = next_line(line)) {
		char name[LINE_SIZE];
		if (length < sizeof what && parse_held(line, name))
			length += (size_t)snprintf(what + length, sizeof what - length, "%s %s",
						   line == first ? ":" : ",", name);
	}
	set_verdict(verdict, VERDICT_LOCK_ORDER, what, found, first);
}

static bool is_met(enum condition condition, bool is_race_build, const char *line)
{
	if (condition == ALWAYS)
		return true;
	const char *program_counter = next_line(line);
	if (!is_race_build || strncmp(program_counter, "PC=", 3) != 0)
		return false;
	size_t length = strcspn(program_counter, "\n");
	const char *address = strstr(program_counter, "addr=0x");
	return address != NULL && address < program_counter + length &&
	       strtoull(address + strlen("addr="), NULL, 16) < PAGE_SIZE_BYTES;
}

static const char *find_symptom(const char *messages, size_t index, bool is_race_build)
{
	const char *line = line_with(messages, symptoms[index].text);
	while (line != NULL && !is_met(symptoms[index].condition, is_race_build, line))
		line = line_with(next_line(line), symptoms[index].text);
	return line;
}

bool symptom_judge(const char *messages, bool is_race_build, struct verdict *ret_verdict)
{
	for (size_t i = 0; i < sizeof symptoms / sizeof symptoms[0]; i++) {
		char what[LINE_SIZE];
		const char *line = find_symptom(messages, i, is_race_build);
		if (line == NULL)
			continue;
		if (symptoms[i].verdict == VERDICT_LOCK_ORDER) {
			judge_lock_order(messages, line, ret_verdict);
			return true;
		}
		symptom_normalize(line, what, sizeof what);
		set_verdict(ret_verdict, symptoms[i].verdict, what, line, line);
		return true;
	}
	return false;
}

void symptom_judge_hang(const char *messages, struct verdict *ret_verdict)
{
	const char *stacks = line_with(messages, "SIGQUIT: ");
	if (stacks == NULL)
		stacks = messages;
	set_verdict(ret_verdict, VERDICT_DEADLOCK, "did not end", stacks,
		    *stacks == '\0' ? "it did not end, and showed no stacks when it was asked"
				    : stacks);
}

void symptom_judge_signal(int signal, const char *messages, struct verdict *ret_verdict)
{
	char text[VERDICT_TEXT_SIZE_BYTES];
	char what[LINE_SIZE];
	snprintf(what, sizeof what, "ended by signal %d without a word", signal);
	snprintf(text, sizeof text, "ended by signal %d (%s)%s%s", signal, strsignal(signal),
		 *messages == '\0' ? "" : "\n", messages);
	set_verdict(ret_verdict, VERDICT_THROW, what, "", text);
}
