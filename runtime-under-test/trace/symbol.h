/* The function table: synthetic pcs, so that no real address enters a trace (DESIGN.md 9). */
#ifndef TRACE_SYMBOL_H
#define TRACE_SYMBOL_H

#include <stdint.h>

enum { SYMBOL_FUNCTION_COUNT = 64, SYMBOL_NAME_SIZE_BYTES = 48 };

enum symbol {
#define SYMBOL(identifier, function, file, line) SYMBOL_##identifier,
#define SYMBOL_FUNCTIONS()                                                                         \
	SYMBOL_FUNCTION_FIRST,                                                                     \
		SYMBOL_FUNCTION_LAST = SYMBOL_FUNCTION_FIRST + SYMBOL_FUNCTION_COUNT - 1,
#include "trace/symbol.def"
#undef SYMBOL_FUNCTIONS
#undef SYMBOL
	SYMBOL_COUNT,
};

static inline uint32_t symbol_pc(unsigned symbol)
{
	return 0x1000u + 16u * symbol;
}

/* pc of the scenario's function INDEX, 0 to 63. */
static inline uint32_t symbol_function_pc(unsigned index)
{
	return symbol_pc((unsigned)SYMBOL_FUNCTION_FIRST + index);
}

struct symbol_frame {
	char function[SYMBOL_NAME_SIZE_BYTES];
	const char *file;
	uint32_t line;
};

/* What a frame at PC shows. PC comes from the functions above. */
void symbol_describe(uint32_t pc, struct symbol_frame *ret_frame);

#endif
