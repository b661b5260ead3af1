/* Strict rules about the strings and stacks of a v1 trace: each that is named is there, each that
 * is there is named, numbered without gaps. */
#ifndef ORACLE_V1_STRICT_TABLES_H
#define ORACLE_V1_STRICT_TABLES_H

#include "oracle/v1_trace.h"

/* What EVENT names counts as used. */
void v1_strict_tables_use(struct v1_trace *trace, const struct v1_event *event,
			  const uint64_t *arguments);

/* After the last event. */
void v1_strict_tables_end(struct v1_trace *trace);

#endif
