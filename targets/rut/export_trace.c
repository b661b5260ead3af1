/* Go's reader of raw traces takes a trace for a flat sequence of events: batches are some of them,
 * and what is in a batch follows. So does this. */
#include <inttypes.h>
#include <string.h>

#include "oracle/event_info.h"
#include "oracle/varint_read.h"
#include "oracle/wire.h"
#include "rut/export.h"

enum { FRAME_FIELD_COUNT = 4 };

static const char *const argument_names[EVENT_TYPE_COUNT] = {
#define RAW_EVENT(identifier, arguments) [EVENT_##identifier] = (arguments),
#include "rut/raw_event.def"
#undef RAW_EVENT
};

struct cursor {
	const uint8_t *at;
	const uint8_t *end;
	FILE *stream;
};

static bool read_number(struct cursor *cursor, uint64_t *ret_value)
{
	const uint8_t *behind = varint_read(cursor->at, cursor->end, ret_value);
	if (behind == NULL)
		return false;
	cursor->at = behind;
	return true;
}

/* Writes " name=value" for each of NAMES; the last two values are RET_LAST. */
static bool write_arguments(struct cursor *cursor, const char *names, uint64_t *ret_last)
{
	while (*names != '\0') {
		size_t length = strcspn(names, " ");
		if (!read_number(cursor, ret_last))
			return false;
		fprintf(cursor->stream, " %.*s=%" PRIu64, (int)length, names, *ret_last);
		names += length + (names[length] == ' ');
	}
	return true;
}

static bool write_frames(struct cursor *cursor, uint64_t count)
{
	static const char *const fields[FRAME_FIELD_COUNT] = {"pc", "func", "file", "line"};
	for (uint64_t i = 0; i < count; i++) {
		for (unsigned field = 0; field < FRAME_FIELD_COUNT; field++) {
			uint64_t value;
			if (!read_number(cursor, &value))
				return false;
			fprintf(cursor->stream, "%s%s=%" PRIu64, field == 0 ? "\n\t" : " ",
				fields[field], value);
		}
	}
	return true;
}

/* As a string of Go. */
static bool write_data(struct cursor *cursor)
{
	uint64_t size;
	if (!read_number(cursor, &size) || size > (uint64_t)(cursor->end - cursor->at))
		return false;
	fputs("\n\tdata=\"", cursor->stream);
	for (uint64_t i = 0; i < size; i++) {
		uint8_t byte = cursor->at[i];
		if (byte == '"' || byte == '\\')
			fprintf(cursor->stream, "\\%c", byte);
		else if (byte < ' ' || byte > '~')
			fprintf(cursor->stream, "\\x%02x", byte);
		else
			fputc(byte, cursor->stream);
	}
	fputc('"', cursor->stream);
	cursor->at += size;
	return true;
}

static bool write_event(struct cursor *cursor)
{
	uint8_t type = *cursor->at;
	uint64_t last = 0;
	if (argument_names[type] == NULL)
		return false;
	cursor->at++;
	fputs(event_info[type].name, cursor->stream);
	if (!write_arguments(cursor, argument_names[type], &last) ||
	    (type == EVENT_stack && !write_frames(cursor, last)) ||
	    (type == EVENT_string && !write_data(cursor)))
		return false;
	fputc('\n', cursor->stream);
	return true;
}

bool export_trace_text(const uint8_t *bytes, size_t size, FILE *stream, size_t *ret_offset)
{
	const struct wire_source source = {.bytes = bytes, .size = size};
	struct fault fault;
	uint8_t minor;
	*ret_offset = 0;
	if (!wire_header_read(&source, &minor, &fault))
		return false;
	struct cursor cursor = {
		.at = bytes + WIRE_HEADER_SIZE, .end = bytes + size, .stream = stream};
	fprintf(stream, "Trace Go1.%u\n", minor);
	while (cursor.at < cursor.end) {
		*ret_offset = (size_t)(cursor.at - bytes);
		if (!write_event(&cursor))
			return false;
	}
	return true;
}
