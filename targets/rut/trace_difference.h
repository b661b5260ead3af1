/* Two traces, to the first byte in which they differ. */
#ifndef RUT_TRACE_DIFFERENCE_H
#define RUT_TRACE_DIFFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct trace_bytes {
	const uint8_t *bytes;
	size_t size;
};

/* False: they are the same. */
bool trace_difference_find(struct trace_bytes a, struct trace_bytes b, size_t *ret_offset);

/* Writes the record of TRACE that has byte OFFSET, as a person reads it: "ProcStart p=1 p_seq=14 at
 * 230, generation 3, M101". */
void trace_difference_describe(struct trace_bytes trace, size_t offset, char *text,
			       size_t text_size);

#endif
