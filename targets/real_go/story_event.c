#include "real_go/story_event.h"

#include <stdio.h>
#include <string.h>

static void tell_functions(struct story_text *text, const struct oracle_event *event,
			   uint64_t stack)
{
	static const char prefix[] = "main.f";
	const size_t prefix_size = sizeof prefix - 1;
	bool is_first = true;
	uint32_t depth = oracle_stack_depth(event, stack);
	for (uint32_t i = 0; i < depth; i++) {
		const uint8_t *name;
		size_t size;
		if (!oracle_string(event, oracle_stack_frame(event, stack, i)->function, &name,
				   &size) ||
		    size <= prefix_size || memcmp(name, prefix, prefix_size) != 0 ||
		    name[prefix_size] < '0' || name[prefix_size] > '9')
			continue;
		story_text_print(text, "%s f%.*s", is_first ? " in" : "", (int)(size - prefix_size),
				 (const char *)name + prefix_size);
		is_first = false;
	}
}

void story_event_tell_status(struct story_text *text, const struct oracle_event *event,
			     uint64_t status, uint64_t stack)
{
	static const char *const names[] = {"bad", "runnable", "running", "syscall", "waiting"};
	story_text_print(text, "status %s",
			 status < sizeof names / sizeof names[0] ? names[status] : "unknown");
	tell_functions(text, event, stack);
	story_text_print(text, "\n");
}

/* ---- Strings, tasks ------------------------------------------------------ */

bool story_string_is(const struct oracle_event *event, uint64_t id, const char *wanted)
{
	const uint8_t *bytes;
	size_t size;
	return oracle_string(event, id, &bytes, &size) && size == strlen(wanted) &&
	       memcmp(bytes, wanted, size) == 0;
}

static void tell_string(struct story_text *text, const struct oracle_event *event, uint64_t id)
{
	const uint8_t *bytes = NULL;
	size_t size = 0;
	story_text_print(text, " ");
	if (oracle_string(event, id, &bytes, &size))
		story_text_quote(text, bytes, size);
	else
		story_text_print(text, "undefined");
}

static void tell_task(struct story_teller *teller, uint64_t id)
{
	if (id == 0) {
		story_text_print(teller->text, " t0");
		return;
	}
	uint32_t task = id_map_find(teller->task_of_id, id);
	if (task == ID_MAP_ABSENT) {
		task = ++teller->task_count;
		id_map_insert(teller->task_of_id, id, task);
	}
	story_text_print(teller->text, " t%u", task);
}

static void tell_goroutine(struct story_teller *teller, struct story_goroutine *goroutine)
{
	if (goroutine == NULL)
		story_text_print(teller->text, "-");
	else
		story_text_print(teller->text, "g%u", story_cast_name(teller->cast, goroutine));
}

/* ---- What is not told ---------------------------------------------------- */

static bool is_hidden(uint8_t type)
{
	static const uint8_t hidden[] = {
#define STORY_HIDES_EVENT(identifier, reason) EVENT_##identifier,
#include "real_go/story_rule.def"
	};
	return memchr(hidden, type, sizeof hidden) != NULL;
}

struct stop_rule {
	const char *text;     /* of the reason; empty: any */
	const char *function; /* on the stack; empty: any */
	const char *shown;    /* NULL: it is not told */
};

static const struct stop_rule waits[] = {
#define STORY_HIDES_WAIT(text, function, reason) {text, function, NULL},
#define STORY_RENAMES_WAIT(text, function, shown, reason) {text, function, shown},
#include "real_go/story_rule.def"
};

static const struct stop_rule stops[] = {
#define STORY_HIDES_STOP(text, function, reason) {text, function, NULL},
#include "real_go/story_rule.def"
};

static const struct stop_rule *find_rule(const struct stop_rule *rules, size_t count,
					 const struct oracle_event *event)
{
	for (size_t i = 0; i < count; i++) {
		const struct stop_rule *rule = &rules[i];
		if ((*rule->text == '\0' ||
		     story_string_is(event, event->arguments[0], rule->text)) &&
		    (*rule->function == '\0' ||
		     story_stack_has(event, event->arguments[1], rule->function)))
			return rule;
	}
	return NULL;
}

/* ---- Events -------------------------------------------------------------- */

/* GoBlock, GoStop. */
static void tell_stop(struct story_teller *teller, const struct oracle_event *event,
		      struct story_goroutine *own)
{
	bool is_wait = event->type == EVENT_go_block;
	const struct stop_rule *rule =
		is_wait ? find_rule(waits, sizeof waits / sizeof waits[0], event)
			: find_rule(stops, sizeof stops / sizeof stops[0], event);
	if (rule != NULL && rule->shown == NULL) {
		own->is_unblock_hidden = is_wait;
		own->is_start_hidden = true;
		return;
	}
	tell_goroutine(teller, own);
	story_text_print(teller->text, " %s", event_info[event->type].name);
	if (rule != NULL)
		story_text_print(teller->text, " %s", rule->shown);
	else
		tell_string(teller->text, event, event->arguments[0]);
	tell_functions(teller->text, event, event->arguments[1]);
	story_text_print(teller->text, "\n");
}

static void tell_unblock(struct story_teller *teller, const struct oracle_event *event,
			 struct story_goroutine *own)
{
	struct story_goroutine *readied = story_cast_find(teller->cast, event->arguments[0]);
	if (readied == NULL)
		return;
	if (readied->is_unblock_hidden) {
		readied->is_unblock_hidden = false;
		return;
	}
	tell_goroutine(teller, own);
	story_text_print(teller->text, " GoUnblock ");
	tell_goroutine(teller, readied);
	story_text_print(teller->text, "\n");
}

static void tell_start(struct story_teller *teller, const struct oracle_event *event)
{
	struct story_goroutine *started = story_cast_find(teller->cast, event->arguments[0]);
	if (started == NULL)
		return;
	if (started->is_start_hidden) {
		started->is_start_hidden = false;
		return;
	}
	tell_goroutine(teller, started);
	story_text_print(teller->text, " GoStart\n");
}

static bool is_told_syscall(const struct oracle_event *event)
{
	static const char *const told[] = {
#define STORY_TELLS_SYSCALL(function, reason) function,
#include "real_go/story_rule.def"
	};
	for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
		if (story_stack_has(event, story_own_stack(event), told[i]))
			return true;
	return false;
}

static void tell_syscall_begin(struct story_teller *teller, const struct oracle_event *event,
			       struct story_goroutine *own)
{
	own->is_in_told_syscall = is_told_syscall(event);
	if (!own->is_in_told_syscall)
		return;
	tell_goroutine(teller, own);
	story_text_print(teller->text, " %s", event_info[event->type].name);
	tell_functions(teller->text, event, story_own_stack(event));
	story_text_print(teller->text, "\n");
}

/* It goes on when a P is there for it, which is a part of the system call. */
static void tell_syscall_end(struct story_teller *teller, const struct oracle_event *event,
			     struct story_goroutine *own)
{
	own->is_start_hidden = event->type == EVENT_go_syscall_end_blocked;
	if (own->is_in_told_syscall) {
		tell_goroutine(teller, own);
		story_text_print(teller->text, " %s\n", event_info[EVENT_go_syscall_end].name);
	}
	own->is_in_told_syscall = false;
}

static void tell_create(struct story_teller *teller, const struct oracle_event *event,
			struct story_goroutine *own)
{
	struct story_goroutine *created = story_cast_find(teller->cast, event->arguments[0]);
	if (created == NULL)
		return;
	tell_goroutine(teller, own);
	story_text_print(teller->text, " %s ", event_info[event->type].name);
	tell_goroutine(teller, created);
	tell_functions(teller->text, event, story_own_stack(event));
	story_text_print(teller->text, "\n");
}

static void tell_status(struct story_teller *teller, const struct oracle_event *event)
{
	struct story_goroutine *goroutine = story_cast_find(teller->cast, event->arguments[0]);
	if (goroutine == NULL)
		return;
	tell_goroutine(teller, goroutine);
	story_text_print(teller->text, " ");
	story_event_tell_status(teller->text, event, event->arguments[2],
				event->type == EVENT_go_status_stack ? event->arguments[3] : 0);
}

/* Strings, tasks and the functions of the stack; numbers where they are part of the story. */
static void tell_arguments(struct story_teller *teller, const struct oracle_event *event)
{
	const struct event_info *info = &event_info[event->type];
	for (unsigned i = 0; i < event->argument_count; i++) {
		if ((info->string_arguments >> i & 1) != 0)
			tell_string(teller->text, event, event->arguments[i]);
	}
	if (event->type == EVENT_procs_change)
		story_text_print(teller->text, " %llu", (unsigned long long)event->arguments[0]);
	bool has_task = strncmp(info->arguments, "task", strlen("task")) == 0;
	if (has_task)
		tell_task(teller, event->arguments[0]);
	if (event->type == EVENT_user_task_begin)
		tell_task(teller, event->arguments[1]);
	tell_functions(teller->text, event, story_own_stack(event));
}

/* What happens to the runtime as a whole is told whoever does it. */
static bool is_of_all(uint8_t type)
{
	switch (type) {
	case EVENT_procs_change:
	case EVENT_stw_begin:
	case EVENT_stw_end:
	case EVENT_heap_goal:
	case EVENT_gc_active:
	case EVENT_gc_begin:
	case EVENT_gc_end:
		return true;
	default:
		return false;
	}
}

static void tell_other(struct story_teller *teller, const struct oracle_event *event,
		       struct story_goroutine *own)
{
	if (own == NULL && !is_of_all(event->type))
		return;
	tell_goroutine(teller, own);
	story_text_print(teller->text, " %s", event_info[event->type].name);
	tell_arguments(teller, event);
	story_text_print(teller->text, "\n");
}

void story_event_tell(struct story_teller *teller, const struct oracle_event *event)
{
	if (is_hidden(event->type))
		return;
	struct story_goroutine *own = event->g_before == ORACLE_NONE
					      ? NULL
					      : story_cast_find(teller->cast, event->g_before);
	switch (event->type) {
	case EVENT_go_block:
	case EVENT_go_stop:
		if (own != NULL)
			tell_stop(teller, event, own);
		return;
	case EVENT_go_syscall_begin:
		if (own != NULL)
			tell_syscall_begin(teller, event, own);
		return;
	case EVENT_go_syscall_end:
	case EVENT_go_syscall_end_blocked:
		if (own != NULL)
			tell_syscall_end(teller, event, own);
		return;
	case EVENT_go_unblock:
		tell_unblock(teller, event, own);
		return;
	case EVENT_go_start:
		tell_start(teller, event);
		return;
	case EVENT_go_create:
	case EVENT_go_create_blocked:
		tell_create(teller, event, own);
		return;
	case EVENT_go_status:
	case EVENT_go_status_stack:
		tell_status(teller, event);
		return;
	default:
		tell_other(teller, event, own);
	}
}
