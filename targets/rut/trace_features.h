/* What rare situations a trace holds: for those who choose traces for a corpus or a proof. */
#ifndef RUT_TRACE_FEATURES_H
#define RUT_TRACE_FEATURES_H

#include <stddef.h>
#include <stdint.h>

#include "oracle/oracle.h"

struct trace_features {
	uint64_t revived_procs; /* Ps that GOMAXPROCS took away and gave back */
	/* Event batches of one thread in one generation; before Go 1.22, of one P. */
	uint64_t writer_batches_max;
	/* Private: GOMAXPROCS now and its greatest value. */
	uint64_t procs;
	uint64_t procs_max;
};

/* Forgets what it has and counts the batches of SIZE bytes, as far as they can be read. */
void trace_features_begin(struct trace_features *features, const uint8_t *bytes, size_t size);

/* An oracle_event_function and an oracle_v1_event_function; CONTEXT is the struct trace_features.
 */
void trace_features_event(void *context, const struct oracle_event *event);
void trace_features_v1_event(void *context, const struct oracle_v1_event *event);

#endif
