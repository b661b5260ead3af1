/* From the records of a v1 trace to its events, lanes and tables: rules V1-W, and which goroutine
 * an event belongs to (format-v1 4.2). */
#ifndef ORACLE_V1_PARSE_H
#define ORACLE_V1_PARSE_H

#include "oracle/v1_trace.h"

struct v1_strict_wire;

/* Reads all records; RECORD is room for one. STRICT sees each if the trace is judged strictly.
 * False: the trace's fault tells why. */
bool v1_parse(struct v1_trace *trace, struct v1_record *record, struct v1_strict_wire *strict);

#endif
