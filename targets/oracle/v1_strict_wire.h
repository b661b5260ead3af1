/* Strict rules about the records of a v1 trace and their order in the file. */
#ifndef ORACLE_V1_STRICT_WIRE_H
#define ORACLE_V1_STRICT_WIRE_H

#include "oracle/v1_trace.h"

struct v1_strict_wire {
	size_t batch_offset; /* of the last Batch */
	size_t batch_end;    /* behind its last record so far; a Frequency may stand outside */
	uint64_t records;    /* in that batch, without the Batch itself */
	bool has_batch;
	bool has_frequency;
};

void v1_strict_wire_begin(struct v1_strict_wire *strict);

/* RECORD is well-formed and comes next. */
void v1_strict_wire_record(struct v1_strict_wire *strict, struct v1_trace *trace,
			   const struct v1_record *record);

/* After the last record. */
void v1_strict_wire_end(struct v1_strict_wire *strict, struct v1_trace *trace);

#endif
