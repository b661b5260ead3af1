#include "oracle/wire.h"

#include <inttypes.h>
#include <string.h>

#include "base/fatal.h"
#include "oracle/event_info.h"
#include "oracle/varint_read.h"

bool wire_header_read(const struct wire_source *source, uint8_t *ret_minor, struct fault *fault)
{
	static const char before[] = "go 1.";
	static const char behind[] = " trace\0\0\0";
	const char *text = (const char *)source->bytes;

	if (source->size < WIRE_HEADER_SIZE)
		return fault_set(fault, RULE_w_header, 0, "the file ends inside its header");
	if (memcmp(text, before, 5) != 0 || memcmp(text + 7, behind, 9) != 0)
		return fault_set(fault, RULE_w_header, 0,
				 "the file does not begin as a trace does");
	if (memcmp(text + 5, "22", 2) != 0 && memcmp(text + 5, "23", 2) != 0 &&
	    memcmp(text + 5, "25", 2) != 0 && memcmp(text + 5, "26", 2) != 0)
		return fault_set(fault, RULE_w_version, 5, "version go 1.%c%c is not read here",
				 text[5] >= '0' && text[5] <= '9' ? text[5] : '?',
				 text[6] >= '0' && text[6] <= '9' ? text[6] : '?');
	*ret_minor = (uint8_t)((text[5] - '0') * 10 + (text[6] - '0'));
	return true;
}

static bool read_numbers(struct wire_batch *batch, const uint8_t **at, const uint8_t *end,
			 uint64_t *ret_size, struct fault *fault)
{
	static const char *const names[] = {"generation", "M", "time", "size"};
	uint64_t *const targets[] = {&batch->generation, &batch->m, &batch->time, ret_size};

	for (int i = 0; i < 4; i++) {
		const uint8_t *next = varint_read(*at, end, targets[i]);
		if (next == NULL)
			return fault_set(fault, RULE_w_batch_header, batch->offset,
					 "the %s of this batch is cut off or too long", names[i]);
		batch->size_field_size = (uint8_t)(next - *at);
		*at = next;
	}
	return true;
}

bool wire_is_end(const struct wire_source *source, size_t offset)
{
	return offset == source->size ||
	       (offset + 1 == source->size && source->bytes[offset] == EVENT_experimental_batch);
}

bool wire_batch_read(const struct wire_source *source, size_t offset, struct wire_batch *ret_batch,
		     struct fault *fault)
{
	const uint8_t *at = source->bytes + offset;
	const uint8_t *end = source->bytes + source->size;
	struct wire_batch batch = {.offset = offset};
	uint64_t size = 0;

	ensure(offset < source->size);
	batch.kind = *at++;
	if (batch.kind == EVENT_end_of_generation) {
		batch.m = WIRE_NO_THREAD;
		batch.body_offset = offset + 1;
		*ret_batch = batch;
		return true;
	}
	if (batch.kind != EVENT_event_batch && batch.kind != EVENT_experimental_batch)
		return fault_set(fault, RULE_w_batch_kind, offset,
				 "a batch begins with 1 or 49, here is %d", batch.kind);
	if (batch.kind == EVENT_experimental_batch) {
		if (at == end)
			return fault_set(fault, RULE_w_batch_header, offset,
					 "the experiment of this batch is cut off");
		batch.experiment = *at++;
	}
	if (!read_numbers(&batch, &at, end, &size, fault))
		return false;
	if (size > WIRE_BATCH_BODY_SIZE_MAX)
		return fault_set(fault, RULE_w_batch_size, offset,
				 "the body has %" PRIu64 " bytes, %d are allowed", size,
				 WIRE_BATCH_BODY_SIZE_MAX);
	if (size > (size_t)(end - at))
		return fault_set(fault, RULE_w_batch_truncated, offset,
				 "the body should have %" PRIu64 " bytes, the file has %td more",
				 size, end - at);
	batch.body_offset = (size_t)(at - source->bytes);
	batch.body_size = (uint32_t)size;
	*ret_batch = batch;
	return true;
}
