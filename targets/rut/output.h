/* What a command writes at once, after all of it is known. */
#ifndef RUT_OUTPUT_H
#define RUT_OUTPUT_H

#include <stddef.h>
#include <stdio.h>

/* Writes SIZE bytes to PATH, or to standard output where that is NULL. Returns RUT_FINE; RUT_USAGE
 * when PATH cannot be opened, RUT_HARNESS when it cannot be written, and tells why in MESSAGES. */
int output_write(const char *path, const void *bytes, size_t size, FILE *messages);

#endif
