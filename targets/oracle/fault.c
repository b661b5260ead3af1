#include "oracle/fault.h"

#include <stdarg.h>
#include <stdio.h>

bool fault_set(struct fault *fault, enum rule rule, uint64_t offset, const char *format, ...)
{
	va_list arguments;

	fault->rule = rule;
	fault->offset = offset;
	va_start(arguments, format);
	vsnprintf(fault->message, sizeof(fault->message), format, arguments);
	va_end(arguments);
	return false;
}
