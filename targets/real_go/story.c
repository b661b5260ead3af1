#include "real_go/story.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/fatal.h"
#include "oracle/grow.h"
#include "oracle/oracle.h"
#include "real_go/story_event.h"

enum { PROC_COUNT_MAX = 1024, DENSE_TASK_COUNT = 1024, PROC_STATUS_RUNNING = 1 };

/* A record of a goroutine that did nothing in a generation, kept until all of them are there. */
struct late_status {
	uint64_t g;
	uint32_t first_byte; /* of "status ..." in story.late_text */
	uint32_t length;
};

struct story_generation {
	uint64_t number; /* 0: none has begun */
	uint32_t first_byte;
	uint64_t procs_throughout; /* the least of its ProcsChanges; 0: none yet */
	uint32_t name_count;       /* of goroutines, before it */
	bool is_trace_starting;    /* the world is stopped for that */
	uint64_t told_count, running_count;
	bool is_told[PROC_COUNT_MAX];
};

struct story {
	struct oracle *oracle;
	struct story_cast cast;
	struct story_text text;
	struct story_text late_text;
	struct late_status *late;
	uint32_t late_count, late_capacity;
	struct id_map task_of_id;
	struct story_teller teller;
	struct story_generation generation;
};

struct story *story_create(void)
{
	struct story *story = calloc(1, sizeof *story);
	ensure(story != NULL);
	story->oracle = oracle_create();
	story_cast_create(&story->cast);
	id_map_create(&story->task_of_id, DENSE_TASK_COUNT);
	return story;
}

void story_destroy(struct story *story)
{
	oracle_destroy(story->oracle);
	story_cast_destroy(&story->cast);
	id_map_destroy(&story->task_of_id);
	story_text_destroy(&story->text);
	story_text_destroy(&story->late_text);
	free(story->late);
	free(story);
}

/* ---- The end of a generation --------------------------------------------- */

static int compare_late(const void *left, const void *right)
{
	const struct late_status *l = left, *r = right;
	return (l->g > r->g) - (l->g < r->g);
}

/* In the order of their ids, since a writer goes through them in any order. */
static void tell_late(struct story *story)
{
	if (story->late_count > 0)
		qsort(story->late, story->late_count, sizeof *story->late, compare_late);
	for (uint32_t i = 0; i < story->late_count; i++) {
		const struct late_status *late = &story->late[i];
		struct story_goroutine *goroutine = story_cast_find(&story->cast, late->g);
		story_text_print(&story->text, "end g%u %.*s",
				 story_cast_name(&story->cast, goroutine), (int)late->length,
				 story->late_text.bytes + late->first_byte);
	}
}

static void tell_procs(struct story *story)
{
	const struct story_generation *generation = &story->generation;
	uint64_t count = generation->procs_throughout;
	uint64_t told_count = 0;
	ensure(count <= PROC_COUNT_MAX);
	for (uint64_t p = 0; p < count; p++)
		told_count += generation->is_told[p];
	story_text_print(&story->text, "end procs %llu told %llu", (unsigned long long)count,
			 (unsigned long long)told_count);
	for (uint64_t p = 0; p < count; p++) {
		if (!generation->is_told[p])
			story_text_print(&story->text, " without P%llu", (unsigned long long)p);
	}
	story_text_print(&story->text, "\n");
}

static void end_generation(struct story *story)
{
	if (story->generation.number == 0)
		return;
	tell_late(story);
	tell_procs(story);
	story->generation.number = 0;
}

static void begin_generation(struct story *story, uint64_t number)
{
	end_generation(story);
	story->generation = (struct story_generation){
		.number = number,
		.first_byte = story->text.length,
		.name_count = story->cast.name_count,
	};
	story->late_count = 0;
	story_text_cut(&story->late_text, 0);
	story_text_print(&story->text, "generation %llu\n", (unsigned long long)number);
}

/* As if it had not been told. */
static void forget_generation(struct story *story)
{
	const struct story_generation *generation = &story->generation;
	story_text_cut(&story->text, generation->first_byte);
	for (uint32_t i = 0; i < story->cast.count; i++) {
		if (story->cast.goroutines[i].name > generation->name_count)
			story->cast.goroutines[i].name = 0;
	}
	story->cast.name_count = generation->name_count;
}

/* ---- Its events ---------------------------------------------------------- */

static void keep_late(struct story *story, const struct oracle_event *event)
{
	if (story_cast_find(&story->cast, event->arguments[0]) == NULL)
		return;
	uint32_t index = GROW_ONE(story->late, story->late_count, story->late_capacity);
	uint32_t first_byte = story->late_text.length;
	story_event_tell_status(&story->late_text, event, event->arguments[2],
				event->type == EVENT_go_status_stack ? event->arguments[3] : 0);
	story->late[index] = (struct late_status){.g = event->arguments[0],
						  .first_byte = first_byte,
						  .length = story->late_text.length - first_byte};
}

static void note_proc_status(struct story_generation *generation, const struct oracle_event *event)
{
	uint64_t p = event->arguments[0];
	if (p < PROC_COUNT_MAX)
		generation->is_told[p] = true;
	generation->told_count++;
	generation->running_count += event->arguments[1] == PROC_STATUS_RUNNING;
}

/* A trace begins with the world stopped, until GOMAXPROCS is told again: nobody but its starter has
 * told of anything. Other Ps may start before the end of the stop is told. */
static void tell_start_of_trace(struct story *story)
{
	struct story_generation *generation = &story->generation;
	if (!generation->is_trace_starting)
		return;
	generation->is_trace_starting = false;
	story_text_print(&story->text, "procs told by now %llu, of them running %llu\n",
			 (unsigned long long)generation->told_count,
			 (unsigned long long)generation->running_count);
}

/* A P that dies in a generation has a status in it where it was used, or where all have one at the
 * beginning: the count is of those that live through it. */
static void note_procs_change(struct story_generation *generation, const struct oracle_event *event)
{
	uint64_t count = event->arguments[0] < PROC_COUNT_MAX ? event->arguments[0]
							      : PROC_COUNT_MAX;
	if (generation->procs_throughout == 0 || count < generation->procs_throughout)
		generation->procs_throughout = count;
}

static void tell(void *context, const struct oracle_event *event)
{
	struct story *story = context;
	struct story_generation *generation = &story->generation;
	if (generation->number != event->generation)
		begin_generation(story, event->generation);
	bool is_status = event->type == EVENT_go_status || event->type == EVENT_go_status_stack;
	if (is_status && event->m == ORACLE_NONE) {
		keep_late(story, event);
		return;
	}
	if (event->type == EVENT_proc_status) {
		note_proc_status(generation, event);
		return;
	}
	if (event->type == EVENT_procs_change)
		tell_start_of_trace(story);
	story_event_tell(&story->teller, event);
	if (event->type == EVENT_procs_change)
		note_procs_change(generation, event);
	if (event->type == EVENT_stw_begin)
		generation->is_trace_starting = story_string_is(event, event->arguments[0],
								"start trace");
}

static void learn(void *context, const struct oracle_event *event)
{
	struct story *story = context;
	story_cast_learn(&story->cast, event);
}

/* ---- All of it ----------------------------------------------------------- */

static void check(struct story *story, const struct sessions *sessions,
		  const struct session *session, oracle_event_function *on_event,
		  struct oracle_report *ret_report)
{
	const struct oracle_options options = {.on_event = on_event, .on_event_context = story};
	oracle_check(story->oracle, session_bytes(sessions, session), session->size_bytes, &options,
		     ret_report);
}

static void tell_session(struct story *story, const struct sessions *sessions,
			 const struct session *session)
{
	struct oracle_report report;
	story->generation.number = 0;
	for (uint32_t i = 0; i < story->cast.count; i++) {
		story->cast.goroutines[i].is_unblock_hidden = false;
		story->cast.goroutines[i].is_start_hidden = false;
	}
	check(story, sessions, session, tell, &report);
	if (report.is_accepted) {
		end_generation(story);
		return;
	}
	/* How far a reader gets in it depends on the order of its threads' batches. */
	if (story->generation.number == report.fault.generation && story->generation.number != 0)
		forget_generation(story);
	else
		end_generation(story);
	story_text_print(&story->text, "generation %llu" STORY_REJECTED,
			 (unsigned long long)report.fault.generation);
}

const char *story_tell(struct story *story, const struct sessions *sessions)
{
	struct oracle_report report;
	story_cast_clear(&story->cast);
	id_map_clear(&story->task_of_id);
	story_text_cut(&story->text, 0);
	story->teller = (struct story_teller){
		.cast = &story->cast, .text = &story->text, .task_of_id = &story->task_of_id};
	for (uint32_t i = 0; i < sessions->count; i++) {
		story->cast.starter_id = ORACLE_NONE;
		check(story, sessions, &sessions->all[i], learn, &report);
	}
	for (uint32_t i = 0; i < sessions->count; i++) {
		story_text_print(&story->text, "trace %u\n", i + 1);
		tell_session(story, sessions, &sessions->all[i]);
	}
	story_text_print(&story->text, "traces %u\n", sessions->count);
	return story->text.bytes;
}
