#include "trace/symbol.h"

#include <stdio.h>

#include "base/fatal.h"

/* None for the scenario's functions. */
static const struct {
	const char *function;
	const char *file;
	uint32_t line;
} rows[SYMBOL_COUNT] = {
#define SYMBOL(identifier, function, file, line) [SYMBOL_##identifier] = {function, file, line},
#define SYMBOL_FUNCTIONS()
#include "trace/symbol.def"
#undef SYMBOL_FUNCTIONS
#undef SYMBOL
};

void symbol_describe(uint32_t pc, struct symbol_frame *ret_frame)
{
	unsigned index = (pc - symbol_pc(0)) / 16;
	ensure(index < SYMBOL_COUNT && symbol_pc(index) == pc);
	if (rows[index].function != NULL) {
		snprintf(ret_frame->function, sizeof ret_frame->function, "%s",
			 rows[index].function);
		ret_frame->file = rows[index].file;
		ret_frame->line = rows[index].line;
		return;
	}
	unsigned number = index - SYMBOL_FUNCTION_FIRST;
	snprintf(ret_frame->function, sizeof ret_frame->function, "main.f%u", number);
	ret_frame->file = "main.go";
	ret_frame->line = 100 + 10 * number;
}
