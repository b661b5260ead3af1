/* Writes traces by hand, right or wrong ones, for tests and measurements. It never takes part in
 * judging, and shares no code with any tracer. */
#ifndef ORACLE_TRACE_BUILDER_H
#define ORACLE_TRACE_BUILDER_H

#include <stddef.h>
#include <stdint.h>

#include "oracle/event_info.h"

struct trace_builder {
	uint8_t *bytes;
	size_t size, capacity;
	size_t size_field_at; /* of the open batch */
	uint64_t generation;  /* of the next batches */
};

void trace_builder_create(struct trace_builder *builder);
void trace_builder_destroy(struct trace_builder *builder);

/* Empties BUILDER and writes the header of version 1.MINOR; the generation is 1. */
void trace_header(struct trace_builder *builder, int minor);

void trace_byte(struct trace_builder *builder, uint8_t byte);
void trace_number(struct trace_builder *builder, uint64_t number);
void trace_bytes(struct trace_builder *builder, const void *bytes, size_t size);

/* A batch of kind 1; M UINT64_MAX: no thread. trace_batch_end() patches its size. */
void trace_batch_begin(struct trace_builder *builder, uint64_t m, uint64_t time);
void trace_experiment_begin(struct trace_builder *builder, uint8_t experiment, uint64_t m,
			    uint64_t time);
void trace_batch_end(struct trace_builder *builder);

/* A timed event: as many ARGUMENTS as event.def lists for TYPE. */
void trace_event(struct trace_builder *builder, uint8_t type, uint64_t dt,
		 const uint64_t *arguments);
#define TRACE_EVENT(builder, type, dt, ...)                                                        \
	trace_event((builder), (type), (dt), (const uint64_t[EVENT_ARGUMENTS_MAX]){__VA_ARGS__})

/* Records of structural batches; the kind byte of the body comes first, with trace_byte(). */
void trace_string(struct trace_builder *builder, uint64_t id, const char *text);
void trace_stack(struct trace_builder *builder, uint64_t id, uint64_t pc, uint64_t function,
		 uint64_t file, uint64_t line);
void trace_sample(struct trace_builder *builder, uint64_t time, uint64_t m, uint64_t p, uint64_t g,
		  uint64_t stack);
void trace_snapshot(struct trace_builder *builder, uint64_t dt, uint64_t mono_ns,
		    uint64_t wall_seconds, uint64_t wall_ns);

/* A whole batch that tells of clocks: before version 25, and from then on with a snapshot one unit
 * behind TIME, whose other clocks go on with TIME. */
void trace_frequency(struct trace_builder *builder, uint64_t units_per_second);
void trace_sync(struct trace_builder *builder, uint64_t units_per_second, uint64_t time);

#endif
