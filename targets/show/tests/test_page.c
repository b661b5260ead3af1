/* The page that `rut show` writes: whole, closed in itself, true to its run, and the same each
 * time. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/defect.h"
#include "base/tests/test_folder.h"
#include "lock/lock_rank.h"
#include "perform/points.h"
#include "run/run.h"
#include "scenario/load.h"
#include "show/recording.h"
#include "show/show.h"

/* Those whose pictures must tell what went wrong. */
static const struct repro {
	const char *defect, *file;
	const char *told; /* beside the picture */
} repros[] = {
	{"issue_53979:parking", "repro/issue-53979/stack-grows-in-the-flush-beside-a-heap-goal.rut",
	 "wants the lock mheap and waits for it to the end: M0 holds it since step"},
	{"issue_53979:parking", "repro/issue-53979/heap-goal-finds-its-buffer-full.rut",
	 "lock ordering problem: mheap &gt; trace"},
	{"issue_54553", "repro/issue-54553/the-start-grows-its-stack.rut",
	 "takes the lock trace_stack_tab and does not give it back"},
	{"issue_65318", "repro/issue-65318/p-dead-for-a-whole-trace.rut",
	 "Sections enter generation 2 from here on, with P1 dead."},
	{"issue_65607", "repro/issue-65607/samples-wait-when-a-generation-ends.rut",
	 "on the system stack, ends the run behind race/acquire"},
	{"issue_39004", "repro/issue-39004/stop-from-a-locked-goroutine.rut",
	 "It is the last look of all"},
	{"issue_39004:fix", "repro/issue-39004/stop-from-a-locked-goroutine.rut", "mark"},
	/* Last: a data race, whose report ends this process where ThreadSanitizer judges. */
	{"issue_53979:between", "repro/issue-53979/owner-is-forgotten-late.rut",
	 "changes the queue of buffers without the lock trace"},
};

static int repro_count(void)
{
	const int count = sizeof repros / sizeof repros[0];
	return run_race_judge()[0] == '\0' ? count : count - 1;
}

static struct scenario scenario;
static struct scenario_text text;
static struct run_result result;

static char *draw(const char *name, uint64_t first, uint64_t last, sim_step_listener *listener)
{
	char *bytes = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&bytes, &size);
	assert_non_null(stream);
	const struct show_options options = {.name = name,
					     .scenario = &scenario,
					     .text = &text,
					     .first = first,
					     .last = last,
					     .listener = listener};
	show_run(&options, stream, &result);
	assert_int_equal(fclose(stream), 0);
	assert_int_equal(strlen(bytes), size);
	return bytes;
}

static void load(const struct repro *repro)
{
	static char error[SCENARIO_ERROR_SIZE];
	defect_reset();
	assert_true(defect_switch(repro->defect));
	if (!scenario_load(repro->file, &perform_points, &scenario, &text, error, sizeof error))
		fail_msg("%s", error);
}

/* ---- Well-formed --------------------------------------------------------- */

enum { DEPTH_MAX = 64, NAME_SIZE = 16 };

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

static size_t name_length(const char *at)
{
	size_t length = 0;
	while (isalnum((unsigned char)at[length]))
		length++;
	return length;
}

/* Behind the `>' of the tag at AT; quotes may hold one. */
static const char *tag_end(const char *at)
{
	bool is_quoted = false;
	for (; *at != '\0'; at++) {
		is_quoted ^= *at == '"';
		if (*at == '<' && is_quoted)
			fail_msg("`<' in an attribute: %.40s", at);
		if (*at == '>' && !is_quoted)
			return at + 1;
	}
	fail_msg("a tag has no end");
	return NULL;
}

static void check_text(const char *from, const char *to)
{
	for (; from < to; from++) {
		assert_true((*from >= ' ' && *from <= '~') || *from == '\n' || *from == '\t');
		if (*from == '>')
			fail_msg("`>' in text: %.40s", from);
		if (*from == '&' && strncmp(from, "&lt;", 4) != 0 &&
		    strncmp(from, "&gt;", 4) != 0 && strncmp(from, "&amp;", 5) != 0 &&
		    strncmp(from, "&quot;", 6) != 0 && strncmp(from, "&#", 2) != 0 &&
		    strncmp(from, "&minus;", 7) != 0)
			fail_msg("`&' in text: %.40s", from);
	}
}

static void assert_well_formed(const char *page)
{
	static const char *const empty[] = {"meta", "link", "input", "br", NULL};
	static const char *const raw[] = {"script", "style", NULL};
	char open[DEPTH_MAX][NAME_SIZE];
	int depth = 0;
	const char *at = strchr(page, '>') + 1; /* behind the doctype */
	for (;;) {
		const char *tag = strchr(at, '<');
		if (tag == NULL)
			break;
		check_text(at, tag);
		bool is_end = tag[1] == '/';
		const char *begin = tag + 1 + is_end;
		size_t length = name_length(begin);
		char name[NAME_SIZE] = "";
		assert_in_range(length, 1, NAME_SIZE - 1);
		memcpy(name, begin, length);
		at = tag_end(tag);
		if (is_end) {
			assert_true(depth > 0);
			assert_string_equal(name, open[--depth]);
			continue;
		}
		if (is_one_of(name, empty))
			continue;
		assert_true(depth < DEPTH_MAX);
		memcpy(open[depth++], name, NAME_SIZE);
		if (is_one_of(name, raw)) {
			char end[NAME_SIZE + 4];
			snprintf(end, sizeof end, "</%s>", name);
			at = strstr(at, end);
			assert_non_null(at);
		}
	}
	assert_int_equal(depth, 0);
	check_text(at, at + strlen(at));
}

static void pages_are_well_formed_and_fetch_nothing(void **state)
{
	(void)state;
	for (int i = 0; i < repro_count(); i++) {
		load(&repros[i]);
		char *page = draw(repros[i].file, 0, 0, NULL);
		assert_well_formed(page);
		assert_null(strstr(page, "http"));
		assert_null(strstr(page, "src="));
		assert_null(strstr(page, "url(/"));
		assert_null(strstr(page, "@import"));
		assert_null(strstr(page, "@@"));
		free(page);
	}
}

static void pages_tell_what_decided(void **state)
{
	(void)state;
	for (int i = 0; i < repro_count(); i++) {
		load(&repros[i]);
		char *page = draw(repros[i].file, 0, 0, NULL);
		const char *story = strstr(page, "id=\"story\"");
		assert_non_null(story);
		if (strstr(story, repros[i].told) == NULL)
			fail_msg("%s does not tell: %s", repros[i].file, repros[i].told);
		free(page);
	}
}

static void names_are_escaped(void **state)
{
	(void)state;
	load(&repros[1]);
	snprintf(text.comment, sizeof text.comment, "%s", "</pre><script>alert(1)</script>&\x80");
	char *page = draw("<b>\"&'</title>.rut", 0, 0, NULL);
	assert_well_formed(page);
	assert_null(strstr(page, "alert(1)</script>"));
	assert_non_null(strstr(page, "&lt;b&gt;&quot;&amp;"));
	free(page);
}

static void the_same_run_gives_the_same_bytes(void **state)
{
	(void)state;
	for (int i = 0; i < repro_count(); i++) {
		load(&repros[i]);
		char *first = draw("x", 0, 0, NULL);
		/* Another run in between leaves nothing behind. */
		load(&repros[(i + 1) % repro_count()]);
		free(draw("y", 0, 0, NULL));
		load(&repros[i]);
		char *second = draw("x", 0, 0, NULL);
		assert_string_equal(first, second);
		free(first);
		free(second);
	}
}

/* ---- True to the run ----------------------------------------------------- */

enum { STEP_COUNT_MAX = 20000 };

static struct {
	uint8_t m[STEP_COUNT_MAX];
	uint16_t point[STEP_COUNT_MAX];
	uint64_t count;
} heard;

static void hear(void *context, uint64_t step, unsigned thread, enum point point)
{
	(void)context;
	assert_in_range(step, 1, STEP_COUNT_MAX);
	heard.m[step - 1] = (uint8_t)thread;
	heard.point[step - 1] = (uint16_t)point;
	heard.count = step;
}

/* Number INDEX of the list NAME of the page's data. */
static long number_in(const char *page, const char *name, uint32_t index)
{
	char begin[32];
	snprintf(begin, sizeof begin, "\n\"%s\":[", name);
	const char *at = strstr(page, begin);
	assert_non_null(at);
	at += strlen(begin);
	for (; index > 0; index--)
		at = strchr(at, ',') + 1;
	return strtol(at, NULL, 10);
}

/* Text INDEX of the names of points. */
static void point_in(const char *page, uint32_t index, char *name)
{
	const char *at = strstr(page, "\n\"points\":[");
	assert_non_null(at);
	at = strchr(at, '[') + 1;
	for (; index > 0; index--)
		at = strchr(at, ',') + 1;
	size_t length = strcspn(at + 1, "\"");
	memcpy(name, at + 1, length);
	name[length] = '\0';
}

static void steps_that_are_shown_are_those_of_the_run(void **state)
{
	(void)state;
	enum { FIRST = 40, LAST = 140 };
	for (int i = 0; i < repro_count(); i++) {
		load(&repros[i]);
		memset(&heard, 0, sizeof heard);
		char *page = draw("x", FIRST, LAST, hear);
		assert_int_equal(heard.count, result.simulation.step_count);
		assert_int_equal(heard.count, recording.step_count);
		uint32_t last = heard.count < LAST ? (uint32_t)heard.count : LAST;
		for (uint32_t step = FIRST; step <= last; step++) {
			char name[64];
			point_in(page, (uint32_t)number_in(page, "point", step - FIRST), name);
			assert_int_equal(number_in(page, "m", step - FIRST), heard.m[step - 1]);
			assert_string_equal(name, lock_rank_point_name(heard.point[step - 1]));
		}
		free(page);
	}
}

/* Who watches changes nothing. */
static void a_picture_shows_the_run_that_rut_run_has(void **state)
{
	(void)state;
	for (int i = 0; i < repro_count(); i++) {
		load(&repros[i]);
		free(draw("x", 0, 0, NULL));
		static struct run_result plain;
		struct run_options options = run_options_for(&scenario);
		run_scenario(&options, &plain);
		assert_int_equal(plain.simulation.hash, result.simulation.hash);
		assert_int_equal(plain.trace_hash, result.trace_hash);
		assert_int_equal(plain.verdict.kind, result.verdict.kind);
	}
}

static void locks_are_held_by_one_m_at_a_time(void **state)
{
	(void)state;
	for (int i = 0; i < repro_count(); i++) {
		load(&repros[i]);
		free(draw("x", 0, 0, NULL));
		for (uint32_t a = 0; a < recording.lock_count; a++) {
			const struct recorded_lock *one = &recording.locks[a];
			if (one->released != 0)
				assert_true(one->wanted <= one->got && one->got < one->released);
			for (uint32_t b = a + 1; b < recording.lock_count; b++) {
				const struct recorded_lock *other = &recording.locks[b];
				if (one->mutex != other->mutex || one->got == 0 || other->got == 0)
					continue;
				bool is_before = one->released != 0 && one->released <= other->got;
				bool is_after = other->released != 0 && other->released <= one->got;
				assert_true(is_before || is_after);
			}
		}
	}
}

/* Every byte that the reader got came out of a buffer that was seen, but for headers. */
static void buffers_account_for_the_trace(void **state)
{
	(void)state;
	for (int i = 0; i < repro_count(); i++) {
		load(&repros[i]);
		free(draw("x", 0, 0, NULL));
		uint64_t size_bytes = 0;
		for (uint32_t j = 0; j < recording.read_count; j++)
			size_bytes += recording.buffers[recording.reads[j]].size_bytes;
		if (result.verdict.kind != VERDICT_OK &&
		    result.verdict.kind != VERDICT_TRACE_REJECTED)
			continue;
		assert_int_equal(size_bytes + (uint64_t)result.sessions->count *
						      SESSION_HEADER_SIZE_BYTES,
				 result.sessions->size_bytes);
	}
}

/* ---- In a browser -------------------------------------------------------- */

/* Opens the page at PATH without a screen: what it says to its console, and the DOM it makes. */
static char *browse(const char *browser, const char *path)
{
	static char output[1 << 22];
	char command[1024];
	snprintf(command, sizeof command,
		 "%s --headless --no-sandbox --disable-gpu --enable-logging=stderr "
		 "--window-size=1600,1000 --virtual-time-budget=2000 --dump-dom 'file://%s' 2>&1",
		 browser, path);
	FILE *stream = popen(command, "r");
	assert_non_null(stream);
	size_t size = fread(output, 1, sizeof output - 1, stream);
	output[size] = '\0';
	assert_int_equal(pclose(stream), 0);
	return output;
}

static const char *find_browser(void)
{
	static const char *const names[] = {"chromium", "chromium-browser", "google-chrome"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		char command[64];
		snprintf(command, sizeof command, "command -v %s >/dev/null", names[i]);
		if (system(command) == 0)
			return names[i];
	}
	return NULL;
}

static void a_browser_draws_it_without_complaint(void **state)
{
	(void)state;
	const char *browser = find_browser();
	if (browser == NULL) {
		print_message("no chromium here: what a browser says of the page is not tested\n");
		skip();
	}
	for (int i = 0; i < repro_count(); i++) {
		const char *path = test_path("run.html");
		load(&repros[i]);
		char *page = draw("x", 0, 0, NULL);
		FILE *file = fopen(path, "w");
		assert_non_null(file);
		assert_true(fputs(page, file) >= 0);
		assert_int_equal(fclose(file), 0);
		free(page);
		const char *output = browse(browser, path);
		assert_null(strstr(output, "CONSOLE"));
		/* The script came to its end: the deciding steps are in the picture. */
		assert_non_null(strstr(output, "class=\"pin-number\""));
		assert_non_null(strstr(output, "class=\"viewport\""));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_are_well_formed_and_fetch_nothing),
		cmocka_unit_test(pages_tell_what_decided),
		cmocka_unit_test(names_are_escaped),
		cmocka_unit_test(the_same_run_gives_the_same_bytes),
		cmocka_unit_test(steps_that_are_shown_are_those_of_the_run),
		cmocka_unit_test(a_picture_shows_the_run_that_rut_run_has),
		cmocka_unit_test(locks_are_held_by_one_m_at_a_time),
		cmocka_unit_test(buffers_account_for_the_trace),
		cmocka_unit_test(a_browser_draws_it_without_complaint),
	};
	return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
