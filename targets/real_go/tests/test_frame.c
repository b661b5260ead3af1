/* Frames in pieces of any size; everything else is refused at its place. */
#include "real_go/tests/check.h"

#include <stdio.h>

#include "choice/random.h"
#include "real_go/conversation.h"

enum { SPEECH_SIZE_MAX = 4096 };

struct speech {
	uint8_t bytes[SPEECH_SIZE_MAX];
	size_t size_bytes;
};

static void say(struct speech *speech, char kind, uint32_t stream, const char *text)
{
	uint32_t size_bytes = (uint32_t)strlen(text);
	uint8_t *at = speech->bytes + speech->size_bytes;
	assert_true(speech->size_bytes + FRAME_HEADER_SIZE_BYTES + size_bytes <= SPEECH_SIZE_MAX);
	at[0] = (uint8_t)kind;
	for (unsigned i = 0; i < 4; i++) {
		at[1 + i] = (uint8_t)(stream >> 8 * i);
		at[5 + i] = (uint8_t)(size_bytes >> 8 * i);
	}
	memcpy(at + FRAME_HEADER_SIZE_BYTES, text, size_bytes);
	speech->size_bytes += FRAME_HEADER_SIZE_BYTES + size_bytes;
}

static struct conversation conversation;

/* In pieces of PIECE_SIZE bytes. */
static bool hear(const struct speech *speech, size_t piece_size, char *ret_error)
{
	conversation_reset(&conversation);
	for (size_t at = 0; at < speech->size_bytes; at += piece_size) {
		size_t left = speech->size_bytes - at;
		if (!conversation_hear(&conversation, speech->bytes + at,
				       left < piece_size ? left : piece_size, ret_error))
			return false;
	}
	return true;
}

static void frames_come_in_pieces(void **state)
{
	(void)state;
	char error[FRAME_ERROR_SIZE], value[16];
	struct sessions sessions = {0};
	struct speech speech = {.size_bytes = 0};
	say(&speech, FRAME_HELLO, 0, "version=go1.26.8 race=yes cgo=no");
	say(&speech, FRAME_BEGIN, 1, "recorder");
	say(&speech, FRAME_TRACE, 1, "abc");
	say(&speech, FRAME_BEGIN, 2, "trace");
	say(&speech, FRAME_TRACE, 2, "12");
	say(&speech, FRAME_TRACE, 1, "def");
	say(&speech, FRAME_NOTE, 0, "advance: none\n");
	say(&speech, FRAME_END, 2, "");
	say(&speech, FRAME_TRACE, 1, "");
	say(&speech, FRAME_DONE, 0, "operations=3 goroutines=1");
	for (size_t piece_size = 1; piece_size <= speech.size_bytes; piece_size++) {
		assert_true(hear(&speech, piece_size, error));
		assert_true(conversation.is_done);
		assert_false(frame_is_open(&conversation.parser));
		assert_int_equal(conversation_open_trace(&conversation), 1);
		assert_string_equal(conversation.notes[0], "advance: none?");
		conversation_keep(&conversation, &sessions);
		assert_int_equal(sessions.count, 2);
		assert_int_equal(sessions.all[0].size_bytes, 6);
		assert_memory_equal(session_bytes(&sessions, &sessions.all[0]), "abcdef", 6);
		assert_memory_equal(session_bytes(&sessions, &sessions.all[1]), "12", 2);
		assert_false(sessions.all[0].is_ended);
		assert_true(sessions.all[1].is_ended);
	}
	conversation_hello_value(conversation.hello, "race", value, sizeof value);
	assert_string_equal(value, "yes");
	conversation_hello_value(conversation.hello, "advance", value, sizeof value);
	assert_string_equal(value, "");
}

static void expect_refusal(const struct speech *speech, const char *message)
{
	char error[FRAME_ERROR_SIZE] = "";
	assert_false(hear(speech, 7, error));
	assert_contains(error, message);
	error[0] = '\0';
	assert_false(hear(speech, SPEECH_SIZE_MAX, error));
	assert_contains(error, message);
}

static const char hello[] = "version=go1.22.12";

static void what_breaks_the_protocol_is_refused(void **state)
{
	(void)state;
	static const struct {
		char kinds[4];
		uint32_t streams[4];
		const char *message;
	} rows[] = {
		{"N", {0}, "at byte 0: one frame H was expected, before all others"},
		{"HH", {0, 0}, "at byte 26: one frame H was expected"},
		{"HB", {0, 2}, "trace 2 begins where 1 was expected"},
		{"HT", {0, 1}, "trace 1 goes on before it began"},
		{"HE", {0, 0}, "trace 0 goes on before it began"},
		{"HT", {0, UINT32_MAX}, "trace 4294967295 goes on before it began"},
		{"HBET", {0, 1, 1, 1}, "trace 1 goes on after its end"},
		{"HDN", {0, 0, 0}, "the end was expected after the frame D"},
		{"HX",
		 {0, 0},
		 "at byte 26: a frame of kind H, B, T, E, N or D was expected, got X"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct speech speech = {.size_bytes = 0};
		for (size_t j = 0; j < 4 && rows[i].kinds[j] != '\0'; j++)
			say(&speech, rows[i].kinds[j], rows[i].streams[j],
			    rows[i].kinds[j] == 'H' ? hello : "");
		expect_refusal(&speech, rows[i].message);
	}
}

static void a_size_is_not_believed(void **state)
{
	(void)state;
	struct speech speech = {.size_bytes = 0};
	say(&speech, FRAME_HELLO, 0, hello);
	say(&speech, FRAME_NOTE, 0, "");
	memset(speech.bytes + speech.size_bytes - 4, 0xff, 4);
	expect_refusal(&speech, "with at most 67108864 bytes was expected, got 4294967295");
}

static void a_hello_tells_its_version(void **state)
{
	(void)state;
	struct speech speech = {.size_bytes = 0};
	say(&speech, FRAME_HELLO, 0, "good morning");
	expect_refusal(&speech, "a frame H that begins with version= was expected");
}

/* Same answer however the bytes are cut, and never a read beyond them: the sanitizers look on. */
static void any_bytes_are_taken(void **state)
{
	(void)state;
	struct choice_random random;
	choice_random_init(&random, 1);
	for (unsigned round = 0; round < 2000; round++) {
		struct speech speech = {.size_bytes = 0};
		char error[FRAME_ERROR_SIZE] = "", error_whole[FRAME_ERROR_SIZE] = "";
		say(&speech, FRAME_HELLO, 0, hello);
		for (unsigned i = 0; i < 8; i++)
			say(&speech, "BTENDT"[choice_random_below(&random, 6)],
			    choice_random_below(&random, 3), "payload");
		unsigned damage_count = choice_random_below(&random, 4);
		for (unsigned i = 0; i < damage_count; i++)
			speech.bytes[choice_random_below(&random, (uint32_t)speech.size_bytes)] =
				(uint8_t)choice_random_below(&random, 256);
		bool is_good = hear(&speech, 1 + choice_random_below(&random, 40), error);
		assert_true(is_good == hear(&speech, SPEECH_SIZE_MAX, error_whole));
		assert_string_equal(error, error_whole);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_come_in_pieces),
		cmocka_unit_test(what_breaks_the_protocol_is_refused),
		cmocka_unit_test(a_size_is_not_believed),
		cmocka_unit_test(a_hello_tells_its_version),
		cmocka_unit_test(any_bytes_are_taken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
