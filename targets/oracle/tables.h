/* The bodies of structural batches, put into the tables of a generation (format-v2 2.1). */
#ifndef ORACLE_TABLES_H
#define ORACLE_TABLES_H

#include <stdbool.h>

#include "oracle/generation.h"

/* Each takes a batch of its kind, which the first body byte tells. False: FAULT tells why. */
bool tables_add_strings(struct generation *generation, const struct wire_source *source,
			const struct wire_batch *batch, struct fault *fault);
bool tables_add_stacks(struct generation *generation, const struct wire_source *source,
		       const struct wire_batch *batch, struct fault *fault);
bool tables_add_samples(struct generation *generation, const struct wire_source *source,
			const struct wire_batch *batch, struct fault *fault);

/* After the last batch: frames against strings, samples into order. */
bool tables_finish(struct generation *generation, struct fault *fault);

/* Judges the shape of the data of the alloc/free experiment. */
bool tables_check_experiment(const struct wire_source *source, const struct wire_batch *batch,
			     struct fault *fault);

#endif
