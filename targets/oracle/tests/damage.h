/* Deterministic damage to v2 traces, for tests: what storage, a cut connection and a faulty tracer
 * do to them. The same seed gives the same damage on every machine. */
#ifndef ORACLE_TESTS_DAMAGE_H
#define ORACLE_TESTS_DAMAGE_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/fatal.h"
#include "oracle/event_info.h"
#include "oracle/trace_builder.h"
#include "oracle/varint_read.h"
#include "oracle/wire.h"

enum { DAMAGE_BATCHES_MAX = 512, DAMAGE_RECORDS_MAX = 1 << 16, DAMAGE_NOISE_MAX = 16 };

struct damage {
	uint64_t random; /* not 0 */
	struct trace_builder out;
	char what[80];                          /* was done; empty: nothing, the trace is whole */
	size_t batches[DAMAGE_BATCHES_MAX + 1]; /* their offsets, and the end of the last one */
	size_t batch_count;
	size_t records[DAMAGE_RECORDS_MAX + 1]; /* the same of the records of one batch */
	size_t record_count;
};

/* A number below BELOW: xorshift64*. */
static inline uint64_t damage_draw(struct damage *damage, uint64_t below)
{
	damage->random ^= damage->random >> 12;
	damage->random ^= damage->random << 25;
	damage->random ^= damage->random >> 27;
	return (damage->random * UINT64_C(0x2545f4914f6cdd1d) >> 11) % below;
}

static void damage_copy(struct damage *damage, const uint8_t *bytes, size_t from, size_t to)
{
	trace_bytes(&damage->out, bytes + from, to - from);
}

static void damage_find_batches(struct damage *damage, const struct wire_source *source)
{
	struct wire_batch batch;
	struct fault fault;
	size_t at = WIRE_HEADER_SIZE;

	damage->batch_count = 0;
	while (at < source->size && damage->batch_count < DAMAGE_BATCHES_MAX) {
		if (!wire_batch_read(source, at, &batch, &fault))
			break;
		damage->batches[damage->batch_count++] = at;
		at = batch.body_offset + batch.body_size;
	}
	damage->batches[damage->batch_count] = at;
}

/* The timed records of BATCH; none when it holds others. */
static void damage_find_records(struct damage *damage, const struct wire_source *source,
				const struct wire_batch *batch)
{
	const uint8_t *at = source->bytes + batch->body_offset;
	const uint8_t *end = at + batch->body_size;

	damage->record_count = 0;
	while (at != NULL && at < end && damage->record_count < DAMAGE_RECORDS_MAX) {
		const struct event_info *info = &event_info[*at];
		uint64_t number;
		if (info->kind != EVENT_KIND_TIMED)
			break;
		damage->records[damage->record_count++] = (size_t)(at - source->bytes);
		at++;
		for (int i = 0; i <= info->argument_count && at != NULL; i++)
			at = varint_read(at, end, &number);
	}
	if (at != end)
		damage->record_count = 0;
	damage->records[damage->record_count] = batch->body_offset + batch->body_size;
}

/* Drops, doubles or swaps some neighbours among the PART_COUNT parts that OFFSETS delimit. */
static void damage_parts(struct damage *damage, const uint8_t *bytes, const size_t *offsets,
			 size_t part_count, size_t count_max, const char *name)
{
	static const char *const ways[] = {"drop", "double", "swap"};
	uint64_t way = damage_draw(damage, 3);
	size_t first = damage_draw(damage, part_count);
	size_t count = 1 + damage_draw(damage, count_max);
	size_t second = damage_draw(damage, part_count);

	if (count > part_count - first)
		count = part_count - first;
	if (way == 2 && (second < first + count || second + count > part_count))
		way = 0;
	snprintf(damage->what, sizeof(damage->what), "%s %zu %s at %zu (%zu)", ways[way], count,
		 name, offsets[first], offsets[second]);
	damage_copy(damage, bytes, 0, offsets[first]);
	if (way == 1) {
		damage_copy(damage, bytes, offsets[first], offsets[first + count]);
		damage_copy(damage, bytes, offsets[first], offsets[part_count]);
	} else if (way == 2) {
		damage_copy(damage, bytes, offsets[second], offsets[second + count]);
		damage_copy(damage, bytes, offsets[first + count], offsets[second]);
		damage_copy(damage, bytes, offsets[first], offsets[first + count]);
		damage_copy(damage, bytes, offsets[second + count], offsets[part_count]);
	} else {
		damage_copy(damage, bytes, offsets[first + count], offsets[part_count]);
	}
}

/* Whole batches, or whole generations. */
static void damage_batches(struct damage *damage, const struct wire_source *source)
{
	size_t offsets[DAMAGE_BATCHES_MAX + 1];
	size_t count = 0;
	uint64_t generation = 0;
	struct wire_batch batch;
	struct fault fault;

	if (damage_draw(damage, 3) != 0) {
		damage_parts(damage, source->bytes, damage->batches, damage->batch_count, 3,
			     "batches");
		damage_copy(damage, source->bytes, damage->batches[damage->batch_count],
			    source->size);
		return;
	}
	for (size_t i = 0; i < damage->batch_count; i++) {
		ensure(wire_batch_read(source, damage->batches[i], &batch, &fault));
		if (batch.kind != EVENT_end_of_generation && batch.generation != generation)
			offsets[count++] = damage->batches[i];
		if (batch.kind != EVENT_end_of_generation)
			generation = batch.generation;
	}
	if (count == 0)
		return;
	offsets[count] = source->size;
	damage_parts(damage, source->bytes, offsets, count, 1, "generations");
}

/* A random argument of the record at OFFSET becomes another small number. */
static void damage_argument(struct damage *damage, const struct wire_source *source, size_t offset,
			    size_t body_end)
{
	const uint8_t *at = source->bytes + offset;
	const uint8_t *end = source->bytes + body_end;
	uint64_t which = damage_draw(damage, 1 + (uint64_t)event_info[*at].argument_count);
	const uint8_t *next = at + 1;
	uint64_t number;

	for (uint64_t i = 0; i <= which; i++) {
		at = next;
		next = varint_read(at, end, &number);
		ensure(next != NULL);
	}
	uint64_t change = damage_draw(damage, 4);
	number = change == 0   ? damage_draw(damage, 8)
		 : change == 1 ? number + 1
		 : change == 2 ? number - 1
			       : damage_draw(damage, 1 << 16);
	snprintf(damage->what, sizeof(damage->what), "number at %zu = %" PRIu64,
		 (size_t)(at - source->bytes), number);
	damage_copy(damage, source->bytes, 0, (size_t)(at - source->bytes));
	trace_number(&damage->out, number);
	damage_copy(damage, source->bytes, (size_t)(next - source->bytes), body_end);
}

/* Records of one batch; its size is told right. */
static void damage_records(struct damage *damage, const struct wire_source *source)
{
	struct wire_batch batch;
	struct fault fault;
	size_t body_end;

	for (int i = 0; i < 8; i++) {
		size_t index = damage_draw(damage, damage->batch_count);
		ensure(wire_batch_read(source, damage->batches[index], &batch, &fault));
		damage_find_records(damage, source, &batch);
		if (damage->record_count > 1)
			break;
	}
	if (damage->record_count < 2 || batch.size_field_size != WIRE_SIZE_FIELD_SIZE)
		return;
	body_end = batch.body_offset + batch.body_size;
	if (damage_draw(damage, 2) == 0)
		damage_argument(damage, source,
				damage->records[damage_draw(damage, damage->record_count)],
				body_end);
	else
		damage_parts(damage, source->bytes, damage->records, damage->record_count, 4,
			     "records");
	damage->out.size_field_at = batch.body_offset - WIRE_SIZE_FIELD_SIZE;
	trace_batch_end(&damage->out);
	damage_copy(damage, source->bytes, body_end, source->size);
}

/* Single bytes and short runs behind the header. */
static void damage_bytes(struct damage *damage, const struct wire_source *source)
{
	static const char *const ways[] = {"flip bits", "set", "drop", "double", "+ 1", "noise"};
	size_t at = WIRE_HEADER_SIZE + damage_draw(damage, source->size - WIRE_HEADER_SIZE);
	uint64_t way = damage_draw(damage, 6);
	uint64_t run = way < 5 ? 1 : 2 + damage_draw(damage, DAMAGE_NOISE_MAX - 1);
	uint8_t *bytes;

	snprintf(damage->what, sizeof(damage->what), "%s at %zu", ways[way], at);
	damage_copy(damage, source->bytes, 0, at);
	if (way != 2)
		damage_copy(damage, source->bytes, at, at + 1);
	damage_copy(damage, source->bytes, way == 3 ? at : at + 1, source->size);
	bytes = damage->out.bytes + at;
	for (uint64_t i = 0; i < run && at + i < damage->out.size; i++) {
		if (way == 0)
			bytes[i] ^= (uint8_t)(1 << damage_draw(damage, 8));
		else if (way == 4)
			bytes[i]++;
		else if (way != 2 && way != 3)
			bytes[i] = (uint8_t)damage_draw(damage, 256);
	}
}

/* Fields of the header of a batch, which bytes chosen anywhere seldom hit. */
static void damage_batch_header(struct damage *damage, const struct wire_source *source)
{
	size_t at = damage->batches[damage_draw(damage, damage->batch_count)];

	at += damage_draw(damage, 2) == 0 ? 0 : damage_draw(damage, 24);
	if (at >= source->size)
		at = source->size - 1;
	damage_copy(damage, source->bytes, 0, source->size);
	uint64_t way = damage_draw(damage, 3);
	damage->out.bytes[at] = way == 0   ? (uint8_t)(damage->out.bytes[at] + 1)
				: way == 1 ? (uint8_t)(damage->out.bytes[at] - 1)
					   : (uint8_t)damage_draw(damage, 64);
	snprintf(damage->what, sizeof(damage->what), "head of a batch: byte %zu = %d", at,
		 damage->out.bytes[at]);
}

/* Another version in the header. */
static void damage_version(struct damage *damage, const struct wire_source *source)
{
	static const char *const minors[] = {"22", "23", "25", "26"};
	const char *minor = minors[damage_draw(damage, 4)];

	damage_copy(damage, source->bytes, 0, source->size);
	memcpy(damage->out.bytes + 5, minor, 2);
	snprintf(damage->what, sizeof(damage->what), "version %s", minor);
}

/* A foreign batch between two: one byte, or an unusual body. */
static void damage_foreign(struct damage *damage, const struct wire_source *source)
{
	static const struct {
		const char *bytes;
		size_t size;
	} bodies[] = {
		{"", 0},         {"\x34", 1},         {"\x32", 1},
		{"\x08\x05", 2}, {"\x32\x08\x05", 3}, {"\x32\x33\x01\x02\x03\x04", 6},
		{"\x04", 1},     {"\x06", 1},         {"\x33\x01\x01\x01\x01", 5},
	};
	size_t index = damage_draw(damage, damage->batch_count + 1);
	uint64_t choice = damage_draw(damage, 2 + sizeof(bodies) / sizeof(bodies[0]));
	struct wire_batch batch = {.generation = 1};
	struct fault fault;

	if (index < damage->batch_count)
		ensure(wire_batch_read(source, damage->batches[index], &batch, &fault));
	damage_copy(damage, source->bytes, 0, damage->batches[index]);
	if (choice < 2) {
		trace_byte(&damage->out,
			   choice == 0 ? EVENT_end_of_generation : EVENT_experimental_batch);
	} else {
		damage->out.generation = batch.generation;
		trace_batch_begin(&damage->out, damage_draw(damage, 2) == 0 ? UINT64_MAX : batch.m,
				  batch.time);
		trace_bytes(&damage->out, bodies[choice - 2].bytes, bodies[choice - 2].size);
		trace_batch_end(&damage->out);
	}
	damage_copy(damage, source->bytes, damage->batches[index], source->size);
	snprintf(damage->what, sizeof(damage->what), "foreign batch %" PRIu64 " at %zu", choice,
		 damage->batches[index]);
}

/* Sets damage->out to SOURCE, a trace that can be read, with one damage. */
static inline void damage_trace(struct damage *damage, const struct wire_source *source)
{
	damage->out.size = 0;
	damage->what[0] = '\0';
	damage_find_batches(damage, source);
	ensure(damage->batch_count > 0);
	switch (damage_draw(damage, 9)) {
	case 0:
		damage_copy(damage, source->bytes, 0, damage_draw(damage, source->size));
		snprintf(damage->what, sizeof(damage->what), "cut at %zu", damage->out.size);
		break;
	case 1:
	case 2:
		damage_batches(damage, source);
		break;
	case 3:
	case 4:
		damage_records(damage, source);
		break;
	case 5:
		if (damage_draw(damage, 8) == 0)
			damage_version(damage, source);
		else
			damage_batch_header(damage, source);
		break;
	case 6:
		damage_foreign(damage, source);
		break;
	default:
		damage_bytes(damage, source);
		break;
	}
	if (damage->what[0] == '\0')
		damage_copy(damage, source->bytes, damage->out.size, source->size);
}

#endif
