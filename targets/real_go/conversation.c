#include "real_go/conversation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"

void conversation_reset(struct conversation *conversation)
{
	for (size_t i = 0; i < SESSION_COUNT_MAX; i++)
		free(conversation->streams[i].bytes);
	frame_parser_free(&conversation->parser);
	memset(conversation, 0, sizeof *conversation);
}

/* Text of a frame, cut; what is no plain character becomes a question mark. */
static void copy_text(char target[REAL_GO_NOTE_SIZE], const struct frame *frame)
{
	size_t length = frame->size_bytes < REAL_GO_NOTE_SIZE - 1 ? frame->size_bytes
								  : REAL_GO_NOTE_SIZE - 1;
	for (size_t i = 0; i < length; i++)
		target[i] = frame->payload[i] >= ' ' && frame->payload[i] < 0x7f
				    ? (char)frame->payload[i]
				    : '?';
	target[length] = '\0';
}

static bool take_note(struct conversation *conversation, const struct frame *frame)
{
	char note[REAL_GO_NOTE_SIZE];
	copy_text(note, frame);
	for (size_t i = 0; i < conversation->note_count; i++) {
		if (strcmp(conversation->notes[i], note) == 0)
			return true;
	}
	if (conversation->note_count < REAL_GO_NOTE_COUNT_MAX)
		memcpy(conversation->notes[conversation->note_count++], note, sizeof note);
	return true;
}

static bool begin_trace(struct conversation *conversation, const struct frame *frame,
			char *ret_error)
{
	if (frame->stream != conversation->stream_count + 1) {
		snprintf(ret_error, FRAME_ERROR_SIZE, "trace %u begins where %u was expected",
			 frame->stream, conversation->stream_count + 1);
		return false;
	}
	static const char recorder[] = "recorder";
	conversation->stream_count++;
	if (frame->stream > SESSION_COUNT_MAX)
		conversation->ignored_count++;
	else
		conversation->streams[frame->stream - 1].is_snapshot =
			frame->size_bytes == strlen(recorder) &&
			memcmp(frame->payload, recorder, frame->size_bytes) == 0;
	return true;
}

static void append(struct conversation_stream *stream, const struct frame *frame)
{
	size_t size_bytes = stream->size_bytes + frame->size_bytes;
	if (size_bytes > stream->capacity_bytes) {
		size_t capacity_bytes = 2 * stream->capacity_bytes;
		if (capacity_bytes < size_bytes)
			capacity_bytes = size_bytes;
		stream->bytes = realloc(stream->bytes, capacity_bytes);
		ensure(stream->bytes != NULL);
		stream->capacity_bytes = capacity_bytes;
	}
	if (frame->size_bytes > 0)
		memcpy(stream->bytes + stream->size_bytes, frame->payload, frame->size_bytes);
	stream->size_bytes = size_bytes;
}

/* Bytes of a trace, or its end. */
static bool go_on_with_trace(struct conversation *conversation, const struct frame *frame,
			     char *ret_error)
{
	if (frame->stream == 0 || frame->stream > conversation->stream_count) {
		snprintf(ret_error, FRAME_ERROR_SIZE, "trace %u goes on before it began",
			 frame->stream);
		return false;
	}
	if (frame->stream > SESSION_COUNT_MAX)
		return true;
	struct conversation_stream *stream = &conversation->streams[frame->stream - 1];
	if (stream->is_ended) {
		snprintf(ret_error, FRAME_ERROR_SIZE, "trace %u goes on after its end",
			 frame->stream);
		return false;
	}
	if (frame->kind == FRAME_END) {
		stream->is_ended = true;
		return true;
	}
	if (frame->size_bytes > CONVERSATION_SIZE_BYTES_MAX - conversation->size_bytes) {
		snprintf(ret_error, FRAME_ERROR_SIZE, "the traces of the run have over %d MiB",
			 CONVERSATION_SIZE_BYTES_MAX >> 20);
		return false;
	}
	conversation->size_bytes += frame->size_bytes;
	append(stream, frame);
	return true;
}

static bool take_frame(void *context, const struct frame *frame, char *ret_error)
{
	struct conversation *conversation = context;
	if (conversation->is_done) {
		snprintf(ret_error, FRAME_ERROR_SIZE, "the end was expected after the frame D");
		return false;
	}
	if ((conversation->hello[0] == '\0') != (frame->kind == FRAME_HELLO)) {
		snprintf(ret_error, FRAME_ERROR_SIZE,
			 "one frame H was expected, before all others");
		return false;
	}
	switch (frame->kind) {
	case FRAME_HELLO:
		copy_text(conversation->hello, frame);
		if (strncmp(conversation->hello, "version=", strlen("version=")) == 0)
			return true;
		snprintf(ret_error, FRAME_ERROR_SIZE,
			 "a frame H that begins with version= was expected");
		return false;
	case FRAME_NOTE:
		return take_note(conversation, frame);
	case FRAME_BEGIN:
		return begin_trace(conversation, frame, ret_error);
	case FRAME_TRACE:
	case FRAME_END:
		return go_on_with_trace(conversation, frame, ret_error);
	case FRAME_DONE:
		conversation->is_done = true;
		return true;
	}
	return false;
}

bool conversation_hear(struct conversation *conversation, const uint8_t *bytes, size_t size_bytes,
		       char *ret_error)
{
	return frame_parse(&conversation->parser, bytes, size_bytes, take_frame, conversation,
			   ret_error);
}

static uint32_t kept_count(const struct conversation *conversation)
{
	return conversation->stream_count - conversation->ignored_count;
}

void conversation_keep(const struct conversation *conversation, struct sessions *ret_sessions)
{
	sessions_reset(ret_sessions);
	for (uint32_t i = 0; i < kept_count(conversation); i++) {
		const struct conversation_stream *stream = &conversation->streams[i];
		struct session *session = sessions_begin(ret_sessions);
		ensure(session != NULL);
		if (stream->size_bytes > 0)
			sessions_append(ret_sessions, stream->bytes, stream->size_bytes);
		session->is_ended = stream->is_ended;
		session->is_snapshot = stream->is_snapshot;
	}
}

uint32_t conversation_open_trace(const struct conversation *conversation)
{
	for (uint32_t i = 0; i < kept_count(conversation); i++) {
		if (!conversation->streams[i].is_ended)
			return i + 1;
	}
	return 0;
}

void conversation_hello_value(const char *hello, const char *key, char *ret_value,
			      size_t value_size)
{
	size_t key_length = strlen(key);
	ret_value[0] = '\0';
	for (const char *at = hello; *at != '\0';) {
		size_t length = strcspn(at, " ");
		if (strncmp(at, key, key_length) == 0 && at[key_length] == '=') {
			snprintf(ret_value, value_size, "%.*s", (int)(length - key_length - 1),
				 at + key_length + 1);
			return;
		}
		at += length;
		at += strspn(at, " ");
	}
}
