#include "real_go/story_cast.h"

#include <stdlib.h>
#include <string.h>

#include "oracle/grow.h"

enum { DENSE_ID_COUNT = 1024 };

void story_cast_create(struct story_cast *cast)
{
	*cast = (struct story_cast){0};
	id_map_create(&cast->goroutine_of_id, DENSE_ID_COUNT);
	story_cast_clear(cast);
}

void story_cast_destroy(struct story_cast *cast)
{
	id_map_destroy(&cast->goroutine_of_id);
	free(cast->goroutines);
}

void story_cast_clear(struct story_cast *cast)
{
	id_map_clear(&cast->goroutine_of_id);
	cast->count = 0;
	cast->name_count = 0;
	cast->starter_id = ORACLE_NONE;
}

static struct story_goroutine *find_or_add(struct story_cast *cast, uint64_t id)
{
	uint32_t index = id_map_find(&cast->goroutine_of_id, id);
	if (index == ID_MAP_ABSENT) {
		index = GROW_ONE(cast->goroutines, cast->count, cast->capacity);
		cast->goroutines[index] = (struct story_goroutine){.id = id};
		id_map_insert(&cast->goroutine_of_id, id, index);
	}
	return &cast->goroutines[index];
}

static void assign(struct story_cast *cast, uint64_t id, enum story_part part)
{
	struct story_goroutine *goroutine = find_or_add(cast, id);
	if (part > goroutine->part)
		goroutine->part = (uint8_t)part;
}

/* ---- Stacks -------------------------------------------------------------- */

static bool function_is(const struct oracle_event *event, const struct generation_frame *frame,
			const char *name)
{
	const uint8_t *bytes;
	size_t size;
	return oracle_string(event, frame->function, &bytes, &size) && size == strlen(name) &&
	       memcmp(bytes, name, size) == 0;
}

static bool is_program(const struct oracle_event *event, const struct generation_frame *frame)
{
	static const char *const programs[] = {
#define STORY_PROGRAM(function, whose) function,
#include "real_go/story_rule.def"
	};
	for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
		if (function_is(event, frame, programs[i]))
			return true;
	}
	return false;
}

static bool is_reader(const struct oracle_event *event, uint64_t stack)
{
#define STORY_READER(function, reason)                                                             \
	if (story_stack_has(event, stack, function))                                               \
		return true;
#include "real_go/story_rule.def"
	return false;
}

/* What a whole stack of a goroutine tells. */
static enum story_part part_of(const struct oracle_event *event, uint64_t stack)
{
	uint32_t depth = oracle_stack_depth(event, stack);
	/* Since Go 1.23 one that never ran has a frame of nothing but zeros. */
	if (depth == 0 || oracle_stack_frame(event, stack, depth - 1)->function == 0)
		return STORY_PART_UNKNOWN;
	if (is_reader(event, stack))
		return STORY_PART_READER;
	return is_program(event, oracle_stack_frame(event, stack, depth - 1)) ? STORY_PART_PROGRAM
									      : STORY_PART_STRANGER;
}

uint64_t story_own_stack(const struct oracle_event *event)
{
	uint8_t mask = event_info[event->type].stack_arguments;
	for (unsigned i = event->argument_count; i-- > 0;) {
		if ((mask >> i & 1) != 0)
			return event->arguments[i];
	}
	return 0;
}

bool story_stack_has(const struct oracle_event *event, uint64_t stack, const char *part)
{
	uint32_t depth = oracle_stack_depth(event, stack);
	for (uint32_t i = 0; i < depth; i++) {
		const uint8_t *bytes;
		size_t size;
		if (oracle_string(event, oracle_stack_frame(event, stack, i)->function, &bytes,
				  &size) &&
		    memmem(bytes, size, part, strlen(part)) != NULL)
			return true;
	}
	return false;
}

/* ---- What events tell ---------------------------------------------------- */

/* The simulator's reader is created as a program is, so its place tells: next after the advancer
 * (in Go too). */
static enum story_part part_of_created(struct story_cast *cast, const struct oracle_event *event)
{
	uint64_t start_stack = event->arguments[1];
	uint64_t creator = event->g_before;
	if (creator != ORACLE_NONE && creator == cast->starter_id) {
		cast->starter_id = ORACLE_NONE;
		return STORY_PART_READER;
	}
	if (story_stack_has(event, start_stack, "traceAdvancerState"))
		cast->starter_id = creator;
	return part_of(event, start_stack);
}

void story_cast_learn(struct story_cast *cast, const struct oracle_event *event)
{
	uint64_t own = event->g_before;
	uint64_t stack = story_own_stack(event);
	if (event->type == EVENT_go_create || event->type == EVENT_go_create_blocked)
		assign(cast, event->arguments[0], part_of_created(cast, event));
	else if (event->type == EVENT_go_status || event->type == EVENT_go_status_stack)
		own = event->arguments[0];
	if (own != ORACLE_NONE)
		assign(cast, own, part_of(event, stack));
}

struct story_goroutine *story_cast_find(struct story_cast *cast, uint64_t id)
{
	uint32_t index = id_map_find(&cast->goroutine_of_id, id);
	if (index == ID_MAP_ABSENT)
		return NULL;
	struct story_goroutine *goroutine = &cast->goroutines[index];
	return goroutine->part == STORY_PART_PROGRAM ? goroutine : NULL;
}

uint32_t story_cast_name(struct story_cast *cast, struct story_goroutine *goroutine)
{
	if (goroutine->name == 0)
		goroutine->name = ++cast->name_count;
	return goroutine->name;
}
