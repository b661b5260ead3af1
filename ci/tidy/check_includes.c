/* Which room may include which. A header is named with its room, so a line tells. */
#include "tidy.h"

#include <stdio.h>
#include <string.h>

/* ROOM may include itself and the rooms and files of MAY, separated by blanks. */
struct room {
	const char *path;
	const char *may;
};

#define BELOW_HOST "base"
#define BELOW_LOCK BELOW_HOST " host"
#define BELOW_SCHED BELOW_LOCK " lock"
#define BELOW_TRACE BELOW_SCHED " sched"
#define BELOW_TRACER BELOW_TRACE " trace"
#define BELOW_API BELOW_TRACER " profile subscribe trace_v1 trace_v2"
#define BELOW_DRIVER                                                                               \
	"base host lock api coroutine choice scenario executor perform sim truth oracle judge "    \
	"engine parallel run"

/* Two rules are stricter than the build's dependencies. The oracle shares nothing with the runtime
 * but the event table: one error made twice would cancel out. And only truth looks into the
 * scheduler. */
static const struct room rooms[] = {
	{"runtime-under-test/base", ""},
	{"runtime-under-test/host", BELOW_HOST},
	{"runtime-under-test/lock", BELOW_LOCK},
	{"runtime-under-test/sched", BELOW_SCHED},
	{"runtime-under-test/trace", BELOW_TRACE},
	{"runtime-under-test/profile", BELOW_TRACER},
	{"runtime-under-test/subscribe", BELOW_TRACER},
	{"runtime-under-test/trace_v1", BELOW_TRACER},
	{"runtime-under-test/trace_v2", BELOW_TRACER},
	{"runtime-under-test/api", BELOW_API},
	{"targets/choice", "base"},
	{"targets/scenario", "base choice"},
	{"targets/oracle", "base trace_v2/event.def trace_v1/event.def"},
	{"targets/executor", ""},
	{"targets/coroutine", "base"},
	{"targets/arena", "base coroutine"},
	{"targets/sim", "base host lock choice scenario executor coroutine arena"},
	{"targets/threads", "base host lock choice scenario executor coroutine arena"},
	{"targets/go_reader", "base oracle"},
	{"targets/exhaust",
	 "base host lock sched trace trace_v1 trace_v2 choice scenario executor sim ring_model"},
	{"targets/user_word", ""},
	{"targets/user_data", "oracle/varint_read.h user_word"},
	{"targets/perform", "base host lock api choice scenario executor user_data"},
	{"targets/wait_graph", "sched trace trace_v1 trace_v2"},
	{"targets/judge", "oracle scenario perform"},
	{"targets/books", "base host lock sched trace profile"},
	{"targets/parallel",
	 "base host choice scenario executor perform threads books judge engine wait_graph"},
	{"targets/engine", "base scenario perform judge"},
	{"targets/truth", "base host lock sched trace profile trace_v1 trace_v2 sim oracle"},
	/* The tracer: a test breaks its words. */
	{"targets/run",
	 "base host lock api choice scenario executor perform sim truth oracle judge wait_graph "
	 "coroutine user_data trace_v2/tracer.h"},
	/* Beside truth and wait_graph: a picture shows what neither has a rule for. */
	{"targets/show",
	 "base host lock sched trace trace_v1 trace_v2 scenario perform sim judge run wait_graph "
	 "coroutine/sanitizer.h oracle/grow.h"},
	{"targets/shrink", "base host lock choice scenario sim judge run"},
	{"targets/real_go", "base choice scenario oracle perform judge run shrink"},
	{"targets/ring_model", "base host lock sched trace choice"},
	{"targets/ring_play", "base host lock sched trace choice scenario executor ring_model"},
	{"targets/driver", BELOW_DRIVER},
	{"targets/rut", BELOW_DRIVER " driver ring_play exhaust show shrink"},
	{"targets/rut_go", BELOW_DRIVER " driver real_go rut"},
	/* The fuzz targets themselves, last: every room of targets/ matches a row above. */
	{"targets", BELOW_DRIVER " driver ring_play exhaust"},
};

/* Canaries make on purpose the mistakes that the scheduler's own checks are for: a missing trace
 * hook, a wrong stack, no race context. */
static const struct room canary_targets = {"targets", BELOW_DRIVER " driver sched user_data"};

/* The runtime's unit tests, and they alone of it, run on the simulator. */
#define RUNTIME_TESTS_MAY "sim executor coroutine scenario choice"

static bool is_runtime_test(const char *path)
{
	return tidy_path_is_under(path, "runtime-under-test") && strstr(path, "/tests/");
}

static const struct room *room_of(const char *path)
{
	if (strncmp(path, "targets/canary_", strlen("targets/canary_")) == 0)
		return &canary_targets;
	for (size_t i = 0; i < sizeof(rooms) / sizeof(*rooms); i++) {
		if (tidy_path_is_under(path, rooms[i].path))
			return &rooms[i];
	}
	return NULL;
}

/* Whether LIST, separated by blanks, has the first LENGTH bytes of WORD. */
static bool list_has(const char *list, const char *word, size_t length)
{
	while (*list) {
		size_t item = strcspn(list, " ");
		if (item == length && strncmp(list, word, length) == 0)
			return true;
		list += item + strspn(list + item, " ");
	}
	return false;
}

void tidy_check_includes(const struct tidy_source *source, const struct tidy_sink *sink)
{
	const struct room *room = room_of(source->path);
	if (!room)
		return;
	const char *own = strrchr(room->path, '/');
	own = own ? own + 1 : room->path;
	for (size_t i = 0; i < source->line_count; i++) {
		char header[256];
		if (sscanf(source->lines[i].text, " # include \"%255[^\"]\"", header) != 1)
			continue;
		size_t length = strcspn(header, "/");
		if (header[length] == '\0') {
			/* Beside the file itself: a test's own header, or one without its room. */
			bool is_table_of_all_rooms = strcmp(header, "defects.def") == 0;
			if (!strstr(source->path, "/tests/") && !is_table_of_all_rooms)
				tidy_say(sink, source, i + 1, TIDY_INCLUDE,
					 "\"%s\": a header is included with its room", header);
			continue;
		}
		bool is_own = strlen(own) == length && strncmp(own, header, length) == 0;
		if (is_runtime_test(source->path) && list_has(RUNTIME_TESTS_MAY, header, length))
			continue;
		if (!is_own && !list_has(room->may, header, length) &&
		    !list_has(room->may, header, strlen(header)))
			tidy_say(sink, source, i + 1, TIDY_INCLUDE, "%s may include: %s %s",
				 room->path, own, room->may);
	}
}
