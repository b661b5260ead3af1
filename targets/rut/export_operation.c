/* Programs of goroutines as functions of Go: repeats are loops, calls are functions with what
 * follows as their body. */
#include <ctype.h>
#include <string.h>

#include "perform/perform.h"
#include "rut/export.h"

struct statement {
	const char *text; /* NULL: of a block */
	const char *package;
};

static const struct statement statements[] = {
#define GO_STATEMENT(identifier, text, package) [SCENARIO_##identifier] = {text, package},
#include "rut/export_operation.def"
#undef GO_STATEMENT
};

struct printer {
	const struct scenario_file *file;
	const struct scenario_operation *operations; /* of the program */
	FILE *stream;
	unsigned depth;      /* of blocks */
	unsigned loop_depth; /* of those, loops: they have a variable each */
};

static void print_block(struct printer *printer, size_t from, size_t to);

const char *export_statement_package(uint16_t id)
{
	const bool is_there = id < sizeof statements / sizeof statements[0];
	return is_there && statements[id].package != NULL ? statements[id].package : "";
}

const char *export_program_name(const struct scenario_file *file, size_t program)
{
	static char names[4][SCENARIO_WORD_SIZE + 32];
	static unsigned next;
	char *name = names[next++ % 4];
	const char *word = file->text.program_names[program];
	size_t used = (size_t)snprintf(name, 16, "program%zu", program + 1);
	bool is_begin = true;
	for (; *word != '\0'; word++) {
		unsigned char byte = (unsigned char)*word;
		if (isalnum(byte))
			name[used++] = (char)(is_begin ? toupper(byte) : byte);
		is_begin = !isalnum(byte);
	}
	name[used] = '\0';
	return name;
}

static void indent(const struct printer *printer)
{
	for (unsigned i = 0; i < printer->depth; i++)
		fputc('\t', printer->stream);
}

static void print_quoted(const char *text, FILE *stream)
{
	fputc('"', stream);
	for (; *text != '\0'; text++)
		fprintf(stream, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
	fputc('"', stream);
}

static void print_argument(const struct printer *printer,
			   const struct scenario_operation *operation, char what)
{
	switch (what) {
	case 'a':
		fprintf(printer->stream, "%u", operation->a);
		break;
	case 'b':
		fprintf(printer->stream, "%u", operation->b);
		break;
	case 'A':
		print_quoted(perform_name(operation->a), printer->stream);
		break;
	case 'B':
		print_quoted(perform_name(operation->b), printer->stream);
		break;
	default:
		fputs(export_program_name(printer->file, operation->a), printer->stream);
	}
}

static void print_statement(const struct printer *printer,
			    const struct scenario_operation *operation)
{
	indent(printer);
	for (const char *at = statements[operation->id].text; *at != '\0'; at++) {
		if (*at == '@')
			print_argument(printer, operation, *++at);
		else
			fputc(*at, printer->stream);
	}
	fputc('\n', printer->stream);
}

static void print_loop(struct printer *printer, size_t index, size_t end)
{
	char variable = (char)('i' + printer->loop_depth);
	indent(printer);
	fprintf(printer->stream, "for %c := 0; %c < %u; %c++ {\n", variable, variable,
		printer->operations[index].a, variable);
	printer->depth++;
	printer->loop_depth++;
	print_block(printer, index + 1, end);
	printer->loop_depth--;
	printer->depth--;
	indent(printer);
	fputs("}\n", printer->stream);
}

/* Where the function entered before FROM is left: its return, or the end of the block. */
static size_t end_of_call(const struct printer *printer, size_t from, size_t to)
{
	unsigned depth = 1;
	for (size_t i = from; i < to; i++) {
		const struct scenario_operation *operation = &printer->operations[i];
		if (operation->id == SCENARIO_REPEAT)
			i = operation->match;
		else if (operation->id == SCENARIO_CALL)
			depth++;
		else if (operation->id == SCENARIO_RETURN && --depth == 0)
			return i;
	}
	return to;
}

static void print_call(struct printer *printer, size_t index, size_t end)
{
	indent(printer);
	fprintf(printer->stream, "f%u(func() {\n", printer->operations[index].a);
	printer->depth++;
	print_block(printer, index + 1, end);
	printer->depth--;
	indent(printer);
	fputs("})\n", printer->stream);
}

static void print_block(struct printer *printer, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct scenario_operation *operation = &printer->operations[i];
		switch (operation->id) {
		case SCENARIO_REPEAT:
			print_loop(printer, i, operation->match);
			i = operation->match;
			break;
		case SCENARIO_CALL: {
			size_t end = end_of_call(printer, i + 1, to);
			print_call(printer, i, end);
			i = end;
			break;
		}
		case SCENARIO_RETURN:
			indent(printer);
			fputs("// return: from a function that was entered elsewhere\n",
			      printer->stream);
			break;
		default:
			print_statement(printer, operation);
		}
	}
}

void export_program(const struct scenario_file *file, size_t program, FILE *stream)
{
	struct printer printer = {
		.file = file,
		.operations = scenario_program_operations(&file->scenario, program),
		.stream = stream,
		.depth = 1,
	};
	print_block(&printer, 0, file->scenario.programs[program].count);
}
