/* What of a run or a scenario can be given to Go's own tools. Internal to rut export. */
#ifndef RUT_EXPORT_H
#define RUT_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "rut/scenario_file.h"

/* Writes the trace of SIZE bytes as the text that Go's internal/trace/raw reads. False: it breaks
 * the wire format, which that text cannot say, at byte RET_OFFSET; what was written until then is
 * worth nothing. */
bool export_trace_text(const uint8_t *bytes, size_t size, FILE *stream, size_t *ret_offset);

/* Writes a Go file with a test of the standard library alone, named after FILE, that performs the
 * scenario's operations and has the traces read by the toolchain that runs it. As gofmt writes it.
 */
void export_go_test(const struct scenario_file *file, FILE *stream);

/* ---- export_operation.c: one goroutine's operations as statements -------- */

/* The body of PROGRAM, indented for a function. */
void export_program(const struct scenario_file *file, size_t program, FILE *stream);

/* Of PROGRAM, as a Go identifier. */
const char *export_program_name(const struct scenario_file *file, size_t program);

/* The package that the statement of operation ID needs, "": none. */
const char *export_statement_package(uint16_t id);

#endif
