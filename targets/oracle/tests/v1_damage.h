/* Deterministic damage to v1 traces, for tests: what storage, a cut connection and a faulty tracer
 * do to them. The same seed gives the same damage on every machine. */
#ifndef ORACLE_TESTS_V1_DAMAGE_H
#define ORACLE_TESTS_V1_DAMAGE_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/fatal.h"
#include "oracle/trace_builder.h"
#include "oracle/v1_event_info.h"
#include "oracle/v1_varint.h"
#include "oracle/v1_wire.h"

enum { V1_DAMAGE_PARTS_MAX = 1 << 17, V1_DAMAGE_NOISE_MAX = 16 };

struct v1_damage {
	uint64_t random; /* not 0 */
	struct trace_builder out;
	char what[80];                           /* was done */
	size_t records[V1_DAMAGE_PARTS_MAX + 1]; /* their offsets, and the end of the last one */
	size_t batches[V1_DAMAGE_PARTS_MAX + 1];
	size_t record_count, batch_count;
};

/* A number below BELOW: xorshift64*. */
static inline uint64_t v1_damage_draw(struct v1_damage *damage, uint64_t below)
{
	damage->random ^= damage->random >> 12;
	damage->random ^= damage->random << 25;
	damage->random ^= damage->random >> 27;
	return (damage->random * UINT64_C(0x2545f4914f6cdd1d) >> 11) % below;
}

static void v1_damage_copy(struct v1_damage *damage, const uint8_t *bytes, size_t from, size_t to)
{
	trace_bytes(&damage->out, bytes + from, to - from);
}

/* Finds the records and batches of SOURCE, a trace that can be read. */
static inline void v1_damage_open(struct v1_damage *damage, const struct wire_source *source)
{
	static struct v1_record record;
	struct fault fault;
	uint8_t minor;
	size_t at = WIRE_HEADER_SIZE;

	damage->record_count = 0;
	damage->batch_count = 0;
	ensure(v1_header_is(source) && v1_header_read(source, &minor, &fault));
	while (at < source->size) {
		ensure(damage->record_count < V1_DAMAGE_PARTS_MAX);
		ensure(v1_record_read(source, minor, at, &record, &fault));
		damage->records[damage->record_count++] = at;
		if (record.type == V1_EVENT_batch)
			damage->batches[damage->batch_count++] = at;
		at = record.end_offset;
	}
	damage->records[damage->record_count] = at;
	damage->batches[damage->batch_count] = at;
	ensure(damage->batch_count > 0);
}

/* Drops, doubles or swaps up to COUNT_MAX neighbours among the parts that OFFSETS delimit. */
static void v1_damage_parts(struct v1_damage *damage, const uint8_t *bytes, const size_t *offsets,
			    size_t part_count, size_t count_max, const char *name)
{
	static const char *const ways[] = {"drop", "double", "swap"};
	uint64_t way = v1_damage_draw(damage, 3);
	size_t first = v1_damage_draw(damage, part_count);
	size_t count = 1 + v1_damage_draw(damage, count_max);
	size_t second = first + 1 + v1_damage_draw(damage, 4 * count_max);

	if (count > part_count - first)
		count = part_count - first;
	if (way == 2 && (second < first + count || second + count > part_count))
		way = 0;
	snprintf(damage->what, sizeof(damage->what), "%s %zu %s at %zu", ways[way], count, name,
		 offsets[first]);
	v1_damage_copy(damage, bytes, 0, offsets[first]);
	if (way == 1) {
		v1_damage_copy(damage, bytes, offsets[first], offsets[first + count]);
		v1_damage_copy(damage, bytes, offsets[first], offsets[part_count]);
	} else if (way == 2) {
		v1_damage_copy(damage, bytes, offsets[second], offsets[second + count]);
		v1_damage_copy(damage, bytes, offsets[first + count], offsets[second]);
		v1_damage_copy(damage, bytes, offsets[first], offsets[first + count]);
		v1_damage_copy(damage, bytes, offsets[second + count], offsets[part_count]);
	} else {
		v1_damage_copy(damage, bytes, offsets[first + count], offsets[part_count]);
	}
}

/* A number of a random record without length becomes another one. */
static void v1_damage_number(struct v1_damage *damage, const struct wire_source *source)
{
	const uint8_t *end = source->bytes + source->size;
	const uint8_t *at, *next;
	uint64_t number = 0;

	for (;;) {
		uint64_t record = v1_damage_draw(damage, damage->record_count);
		at = source->bytes + damage->records[record];
		if (*at >> 6 != V1_CODE_LENGTH && (*at & 0x3f) != V1_EVENT_string)
			break;
	}
	uint64_t which = v1_damage_draw(damage, 1 + (uint64_t)(*at >> 6));
	next = at + 1;
	for (uint64_t i = 0; i <= which; i++) {
		at = next;
		next = v1_varint_read(at, end, &number);
		ensure(next != NULL);
	}
	uint64_t change = v1_damage_draw(damage, 4);
	number = change == 0   ? v1_damage_draw(damage, 8)
		 : change == 1 ? number + 1
		 : change == 2 ? number - 1
			       : v1_damage_draw(damage, 1 << 16);
	snprintf(damage->what, sizeof(damage->what), "number at %zu = %" PRIu64,
		 (size_t)(at - source->bytes), number);
	v1_damage_copy(damage, source->bytes, 0, (size_t)(at - source->bytes));
	trace_number(&damage->out, number);
	v1_damage_copy(damage, source->bytes, (size_t)(next - source->bytes), source->size);
}

/* The type of a random record, whose values stay; often one of the same shape. */
static void v1_damage_type(struct v1_damage *damage, const struct wire_source *source)
{
	size_t at = damage->records[v1_damage_draw(damage, damage->record_count)];
	uint8_t type = (uint8_t)v1_damage_draw(damage, V1_EVENT_cpu_sample + 2);

	v1_damage_copy(damage, source->bytes, 0, source->size);
	damage->out.bytes[at] = (uint8_t)((damage->out.bytes[at] & 0xc0) | type);
	snprintf(damage->what, sizeof(damage->what), "type at %zu = %d", at, type);
}

/* Single bytes and short runs behind the header. */
static void v1_damage_bytes(struct v1_damage *damage, const struct wire_source *source)
{
	static const char *const ways[] = {"flip bits", "set", "drop", "double", "+ 1", "noise"};
	size_t at = WIRE_HEADER_SIZE + v1_damage_draw(damage, source->size - WIRE_HEADER_SIZE);
	uint64_t way = v1_damage_draw(damage, 6);
	uint64_t run = way < 5 ? 1 : 2 + v1_damage_draw(damage, V1_DAMAGE_NOISE_MAX - 1);
	uint8_t *bytes;

	snprintf(damage->what, sizeof(damage->what), "%s at %zu", ways[way], at);
	v1_damage_copy(damage, source->bytes, 0, at);
	if (way != 2)
		v1_damage_copy(damage, source->bytes, at, at + 1);
	v1_damage_copy(damage, source->bytes, way == 3 ? at : at + 1, source->size);
	bytes = damage->out.bytes + at;
	for (uint64_t i = 0; i < run && at + i < damage->out.size; i++) {
		if (way == 0)
			bytes[i] ^= (uint8_t)(1 << v1_damage_draw(damage, 8));
		else if (way == 4)
			bytes[i]++;
		else if (way != 2 && way != 3)
			bytes[i] = (uint8_t)v1_damage_draw(damage, 256);
	}
}

/* Another version in the header, one that readers know or not. */
static void v1_damage_version(struct v1_damage *damage, const struct wire_source *source)
{
	static const char *const minors[] = {"11", "19", "21", "20", "10"};
	const char *minor = minors[v1_damage_draw(damage, 5)];

	v1_damage_copy(damage, source->bytes, 0, source->size);
	memcpy(damage->out.bytes + 5, minor, 2);
	snprintf(damage->what, sizeof(damage->what), "version %s", minor);
}

/* Sets damage->out to SOURCE, which v1_damage_open() has read, with one damage. */
static inline void v1_damage_trace(struct v1_damage *damage, const struct wire_source *source)
{
	damage->out.size = 0;
	switch (v1_damage_draw(damage, 16)) {
	case 0:
		v1_damage_copy(damage, source->bytes, 0, v1_damage_draw(damage, source->size));
		snprintf(damage->what, sizeof(damage->what), "cut at %zu", damage->out.size);
		break;
	case 1:
	case 2:
		v1_damage_parts(damage, source->bytes, damage->batches, damage->batch_count, 2,
				"batches");
		break;
	case 3:
	case 4:
	case 5:
	case 6:
		v1_damage_parts(damage, source->bytes, damage->records, damage->record_count, 4,
				"records");
		break;
	case 7:
	case 8:
	case 9:
		v1_damage_number(damage, source);
		break;
	case 10:
	case 11:
		v1_damage_type(damage, source);
		break;
	case 12:
		if (v1_damage_draw(damage, 4) == 0) {
			v1_damage_version(damage, source);
			break;
		}
		v1_damage_bytes(damage, source);
		break;
	default:
		v1_damage_bytes(damage, source);
		break;
	}
}

#endif
