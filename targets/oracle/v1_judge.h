/* The judge of v1 traces: "go 1.11", "go 1.19" and "go 1.21", which the tracers of Go 1.11 to 1.21
 * wrote (format-v1). It refuses what the readers of Go 1.21 and of the newest Go refuse. */
#ifndef ORACLE_V1_JUDGE_H
#define ORACLE_V1_JUDGE_H

#include "oracle/oracle.h"
#include "oracle/wire.h"

struct v1_judge;

struct v1_judge *v1_judge_create(void);
void v1_judge_destroy(struct v1_judge *judge);

/* As oracle_check(), of a source that v1_header_is(). Memory grows with the whole file. */
void v1_judge_check(struct v1_judge *judge, const struct wire_source *source,
		    const struct oracle_options *options, struct oracle_report *report);

#endif
