/* The Go test around the programs: what it needs of the pieces, and which imports they have. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "rut/embedded.h"
#include "rut/export.h"
#include "rut/words.h"

#define PIECE "//@ "

/* As gofmt sorts them. */
static const char *const packages[] = {
	"bytes",         "context",
	"fmt",           "io",
	"math",          "os",
	"os/exec",       "path/filepath",
	"runtime",       "runtime/debug",
	"runtime/pprof", "runtime/trace",
	"strconv",       "strings",
	"sync",          "syscall",
	"testing",       "time",
};

enum { PACKAGE_COUNT = sizeof packages / sizeof packages[0] };

static bool has_operation(const struct scenario *scenario, const char *name)
{
	for (unsigned i = 0; i < scenario->operation_count; i++)
		if (strcmp(scenario_operation_row(scenario->operations[i].id)->name, name) == 0)
			return true;
	return false;
}

/* HEADING is behind PIECE; *RET_IMPORTS behind its bar. */
static bool is_needed(const struct scenario *scenario, const char *heading,
		      const char **ret_imports)
{
	char word[64];
	bool is_wanted = false, is_excluded = false;
	while (words_next(&heading, " ", word, sizeof word) && strcmp(word, "|") != 0) {
		if (word[0] == '!')
			is_excluded |= has_operation(scenario, word + 1);
		is_wanted |= word[0] == '!' || strcmp(word, "always") == 0 ||
			     has_operation(scenario, word);
	}
	*ret_imports = heading;
	return is_wanted && !is_excluded;
}

static void mark_package(const char *name, bool *is_imported)
{
	for (unsigned i = 0; i < PACKAGE_COUNT; i++)
		if (strcmp(packages[i], name) == 0)
			is_imported[i] = true;
}

/* Calls FOR_PIECE with each piece that SCENARIO needs: its imports, and its text up to END. */
static void each_piece(const struct scenario *scenario,
		       void (*for_piece)(void *context, const char *imports, const char *text,
					 const char *end),
		       void *context)
{
	for (const char *at = strstr(rut_export_test_go_txt, PIECE); at != NULL;) {
		const char *imports, *text = strchr(at, '\n') + 1;
		const char *next = strstr(text, "\n" PIECE);
		const char *end = next != NULL ? next + 1 : text + strlen(text);
		if (is_needed(scenario, at + strlen(PIECE), &imports))
			for_piece(context, imports, text, end);
		at = next != NULL ? next + 1 : NULL;
	}
}

static void mark_imports(void *context, const char *imports, const char *text, const char *end)
{
	char word[64];
	(void)text;
	(void)end;
	while (words_next(&imports, " ", word, sizeof word))
		mark_package(word, context);
}

static void write_piece(void *context, const char *imports, const char *text, const char *end)
{
	(void)imports;
	fwrite(text, 1, (size_t)(end - text), context);
}

static void write_imports(const struct scenario *scenario, FILE *stream)
{
	bool is_imported[PACKAGE_COUNT] = {false};
	each_piece(scenario, mark_imports, is_imported);
	for (unsigned i = 0; i < scenario->operation_count; i++)
		mark_package(export_statement_package(scenario->operations[i].id), is_imported);
	fputs("import (\n", stream);
	for (unsigned i = 0; i < PACKAGE_COUNT; i++)
		if (is_imported[i])
			fprintf(stream, "\t\"%s\"\n", packages[i]);
	fputs(")\n\n", stream);
}

static void write_comment(const char *text, FILE *stream)
{
	for (const char *line = text; *line != '\0';) {
		size_t length = strcspn(line, "\n");
		fprintf(stream, "//%s%.*s\n", length > 0 ? " " : "", (int)length, line);
		line += length + (line[length] == '\n');
	}
}

/* "p-dies.rut" becomes PDies. */
static void write_test_name(const struct scenario_file *file, FILE *stream)
{
	const char *name = scenario_file_name(file->path);
	size_t length = strcspn(name, ".");
	bool is_begin = true;
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)name[i];
		if (isalnum(byte))
			fputc(is_begin ? toupper(byte) : byte, stream);
		is_begin = !isalnum(byte);
	}
}

static void write_test(const struct scenario_file *file, FILE *stream)
{
	const struct scenario *scenario = &file->scenario;
	fputs("func Test", stream);
	write_test_name(file, stream);
	fprintf(stream, "(t *testing.T) {\n\tperform(t, %u", scenario->configuration.procs);
	for (unsigned i = 0; i < scenario->program_count; i++)
		for (unsigned copy = 0; copy < scenario->programs[i].copies; copy++)
			fprintf(stream, ", %s", export_program_name(file, i));
	fputs(")\n}\n\n", stream);
}

static void write_functions(const struct scenario *scenario, FILE *stream)
{
	bool is_called[SCENARIO_FUNCTION_COUNT] = {false};
	for (unsigned i = 0; i < scenario->operation_count; i++)
		if (scenario->operations[i].id == SCENARIO_CALL)
			is_called[scenario->operations[i].a] = true;
	for (unsigned i = 0; i < SCENARIO_FUNCTION_COUNT; i++)
		if (is_called[i])
			fprintf(stream, "\n//go:noinline\nfunc f%u(body func()) { body() }\n", i);
}

void export_go_test(const struct scenario_file *file, FILE *stream)
{
	const struct scenario *scenario = &file->scenario;
	write_comment(file->text.comment, stream);
	fprintf(stream,
		"%s// Written by `rut export --go-test` from %s: go test FILE\n"
		"//\n"
		"// The operations of the scenario, on the toolchain that runs the test. Who runs "
		"when is up to\n// its scheduler: the scenario's schedule and signals are not in "
		"here.\n"
		"package scenario\n\n",
		file->text.comment[0] != '\0' ? "//\n" : "", scenario_file_name(file->path));
	write_imports(scenario, stream);
	write_test(file, stream);
	for (unsigned i = 0; i < scenario->program_count; i++) {
		fprintf(stream, "func %s(g *goroutine) {\n", export_program_name(file, i));
		export_program(file, i, stream);
		fputs("}\n\n", stream);
	}
	each_piece(scenario, write_piece, stream);
	write_functions(scenario, stream);
}
