#include "oracle/v1_wire.h"

#include <inttypes.h>
#include <string.h>

#include "base/fatal.h"
#include "oracle/v1_event_info.h"
#include "oracle/v1_varint.h"

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/* The minor version, or -1. */
static int header_minor(const struct wire_source *source)
{
	static const char behind[] = " trace\0\0\0\0";
	const char *text = (const char *)source->bytes;
	size_t at = 6;

	if (source->size < WIRE_HEADER_SIZE || memcmp(text, "go 1.", 5) != 0 ||
	    !is_digit(text[5]) || text[5] == '0')
		return -1;
	int minor = text[5] - '0';
	for (; at < 8 && is_digit(text[at]); at++)
		minor = minor * 10 + (text[at] - '0');
	return memcmp(text + at, behind, WIRE_HEADER_SIZE - at) == 0 ? minor : -1;
}

bool v1_header_is(const struct wire_source *source)
{
	int minor = header_minor(source);
	return minor > 0 && minor < 22;
}

bool v1_header_read(const struct wire_source *source, uint8_t *ret_minor, struct fault *fault)
{
	int minor = header_minor(source);

	ensure(minor > 0);
	if (minor != 11 && minor != 19 && minor != 21)
		return fault_set(fault, RULE_v1_w1, 5, "version go 1.%d is not read here", minor);
	*ret_minor = (uint8_t)minor;
	return true;
}

static const char *name_of(uint8_t type)
{
	return v1_event_info[type].name;
}

/* Reads a number of RECORD; NULL: FAULT tells why. */
static const uint8_t *read_number(struct v1_record *record, const uint8_t *at, const uint8_t *end,
				  uint64_t *ret_value, struct fault *fault)
{
	const uint8_t *next = v1_varint_read(at, end, ret_value);

	if (next == NULL) {
		fault_set(fault, RULE_v1_w3, record->offset,
			  "a number of this %s is cut off or longer than %d bytes",
			  name_of(record->type), V1_VARINT_SIZE_MAX);
		return NULL;
	}
	record->is_padded = record->is_padded || !v1_varint_is_minimal(at, next);
	return next;
}

static const uint8_t *read_string(struct v1_record *record, const uint8_t *at, const uint8_t *end,
				  struct fault *fault)
{
	static const char *const complaints[] = {
		"id 0 is the empty string and never written",
		"an empty string is never written",
		"a string has more than 1000000 bytes",
		"the file ends inside this string",
	};
	int complaint = -1;

	at = read_number(record, at, end, &record->values[0], fault);
	if (at != NULL)
		at = read_number(record, at, end, &record->values[1], fault);
	if (at == NULL)
		return NULL;
	if (record->values[0] == 0)
		complaint = 0;
	else if (record->values[1] == 0)
		complaint = 1;
	else if (record->values[1] > V1_TEXT_SIZE_MAX)
		complaint = 2;
	else if (record->values[1] > (size_t)(end - at))
		complaint = 3;
	if (complaint >= 0) {
		fault_set(fault, RULE_v1_w5, record->offset, "String id=%" PRIu64 ": %s",
			  record->values[0], complaints[complaint]);
		return NULL;
	}
	record->value_count = 2;
	record->text_size = (uint32_t)record->values[1];
	return at + record->text_size;
}

/* The message behind a UserLog. */
static const uint8_t *read_message(struct v1_record *record, const uint8_t *at, const uint8_t *end,
				   struct fault *fault)
{
	uint64_t size;
	const uint8_t *next = v1_varint_read(at, end, &size);

	if (next == NULL || size > V1_TEXT_SIZE_MAX || size > (size_t)(end - next)) {
		fault_set(fault, RULE_v1_w6, record->offset,
			  "the message is cut off or has more than %d bytes", V1_TEXT_SIZE_MAX);
		return NULL;
	}
	record->is_padded = record->is_padded || !v1_varint_is_minimal(at, next);
	record->text_size = (uint32_t)size;
	return next + size;
}

/* The values of a record that tells its length. */
static const uint8_t *read_sized(struct v1_record *record, const uint8_t *at, const uint8_t *end,
				 struct fault *fault)
{
	uint64_t size;
	const uint8_t *first = v1_varint_read(at, end, &size);

	if (first == NULL) {
		fault_set(fault, RULE_v1_w3, record->offset, "the length of this %s is cut off",
			  name_of(record->type));
		return NULL;
	}
	record->length_size = (uint8_t)(first - at);
	record->is_length_padded = !v1_varint_is_minimal(at, first);
	if (size > V1_RECORD_SIZE_MAX) {
		fault_set(fault, RULE_v1_w13, record->offset,
			  "this %s says that it has %" PRIu64 " bytes, %d are allowed",
			  name_of(record->type), size, V1_RECORD_SIZE_MAX);
		return NULL;
	}
	for (at = first; (size_t)(at - first) < size;) {
		at = read_number(record, at, end, &record->values[record->value_count++], fault);
		if (at == NULL)
			return NULL;
	}
	if ((size_t)(at - first) != size) {
		fault_set(fault, RULE_v1_w4, record->offset,
			  "this %s says that it has %" PRIu64 " bytes, its values have %td",
			  name_of(record->type), size, at - first);
		return NULL;
	}
	return at;
}

static const uint8_t *read_values(struct v1_record *record, const uint8_t *at, const uint8_t *end,
				  struct fault *fault)
{
	if (record->type == V1_EVENT_string)
		return read_string(record, at, end, fault);
	if (record->code == V1_CODE_LENGTH) {
		at = read_sized(record, at, end, fault);
	} else {
		record->value_count = record->code + 1;
		for (int i = 0; i <= record->code && at != NULL; i++)
			at = read_number(record, at, end, &record->values[i], fault);
	}
	if (at != NULL && record->type == V1_EVENT_user_log)
		at = read_message(record, at, end, fault);
	return at;
}

bool v1_record_read(const struct wire_source *source, uint8_t minor, size_t offset,
		    struct v1_record *ret_record, struct fault *fault)
{
	struct v1_record *record = ret_record;
	const uint8_t *at = source->bytes + offset;

	ensure(offset < source->size);
	record->offset = offset;
	record->type = *at & 0x3f;
	record->code = *at >> 6;
	record->is_padded = false;
	record->length_size = 0;
	record->is_length_padded = false;
	record->value_count = 0;
	record->text_size = 0;
	const struct v1_event_info *info = &v1_event_info[record->type];
	if (info->name == NULL || info->since_minor > minor)
		return fault_set(fault, RULE_v1_w2, offset,
				 "a record of type %d is not known in version go 1.%d",
				 record->type, minor);
	at = read_values(record, at + 1, source->bytes + source->size, fault);
	if (at == NULL)
		return false;
	record->end_offset = (size_t)(at - source->bytes);
	record->text_offset = record->end_offset - record->text_size;
	return true;
}
