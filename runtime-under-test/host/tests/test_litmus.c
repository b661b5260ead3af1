/* The pairs of litmus.def: their shape never lets both sides miss with seq_cst, on real threads,
 * and each access of the runtime that a row names is seq_cst in the source. How often release and
 * acquire miss on this machine is told, and judged nowhere: a machine may hide it. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum {
	ROUND_COUNT = 50000,
	SPIN_COUNT_MAX = 2000, /* then the other thread may have the core */
	TIME_MAX_MS = 200,     /* fewer rounds on a busy machine, never another answer */
	ROUNDS_PER_LOOK = 64,  /* at the time */
	ACCESS_COUNT = 4,
	FUNCTION_SIZE_BYTES = 64,
};

struct row {
	const char *name;
	const char *accesses[ACCESS_COUNT];
};

static const struct row rows[] = {
#define LITMUS(name, store_one, look_one, store_other, look_other)                                 \
	{#name, {store_one, look_one, store_other, look_other}},
#include "host/tests/litmus.def"
#undef LITMUS
};

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

/* ---- On real threads ------------------------------------------------------------------------- */

/* Each on a cache line of its own. */
struct word {
	_Alignas(64) _Atomic uint32_t value;
};

struct arena {
	struct word flags[2];
	struct word round[2]; /* how far each side is: both begin a round together */
	_Atomic uint32_t last_round;
	uint8_t seen[2][ROUND_COUNT];
	bool is_seq_cst;
};

struct side {
	struct arena *arena;
	unsigned own;
};

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void wait_for_other(struct arena *arena, unsigned own, uint32_t step)
{
	atomic_store_explicit(&arena->round[own].value, step, memory_order_release);
	const _Atomic uint32_t *other = &arena->round[1 - own].value;
	for (uint32_t spins = 0; atomic_load_explicit(other, memory_order_acquire) < step; spins++)
		if (spins > SPIN_COUNT_MAX)
			sched_yield();
}

/* One store and one look; whether the look saw the other side's store. */
static bool play_round(struct arena *arena, unsigned own, uint32_t round)
{
	_Atomic uint32_t *mine = &arena->flags[own].value;
	const _Atomic uint32_t *other = &arena->flags[1 - own].value;
	/* The round's number instead of 1: nothing has to be reset. */
	if (arena->is_seq_cst) {
		atomic_store_explicit(mine, round, memory_order_seq_cst);
		return atomic_load_explicit(other, memory_order_seq_cst) == round;
	}
	atomic_store_explicit(mine, round, memory_order_release);
	return atomic_load_explicit(other, memory_order_acquire) == round;
}

static void *play_side(void *argument)
{
	const struct side *side = argument;
	struct arena *arena = side->arena;
	int64_t end_ms = now_ms() + TIME_MAX_MS;
	for (uint32_t round = 1; round <= ROUND_COUNT; round++) {
		/* Stored before the first meeting of the round, so the other side sees it after. */
		if (side->own == 0 && round % ROUNDS_PER_LOOK == 0 && now_ms() > end_ms)
			atomic_store(&arena->last_round, round);
		wait_for_other(arena, side->own, 2 * round - 1);
		arena->seen[side->own][round - 1] = play_round(arena, side->own, round);
		wait_for_other(arena, side->own, 2 * round);
		if (atomic_load(&arena->last_round) == round)
			break;
	}
	return NULL;
}

/* Adds the rounds in which both missed, and all rounds. */
static void play(bool is_seq_cst, uint32_t *miss_count, uint32_t *round_count)
{
	static struct arena arena;
	struct side sides[2] = {{&arena, 0}, {&arena, 1}};
	pthread_t thread;
	memset(&arena, 0, sizeof arena);
	arena.is_seq_cst = is_seq_cst;
	arena.last_round = ROUND_COUNT;
	assert_int_equal(pthread_create(&thread, NULL, play_side, &sides[1]), 0);
	play_side(&sides[0]);
	assert_int_equal(pthread_join(thread, NULL), 0);
	for (uint32_t round = 0; round < arena.last_round; round++)
		*miss_count += !arena.seen[0][round] && !arena.seen[1][round];
	*round_count += arena.last_round;
}

static void with_seq_cst_one_of_two_sees_the_other(void **state)
{
	uint32_t miss_count = 0;
	uint32_t round_count = 0;
	(void)state;
	for (int i = 0; i < 4; i++)
		play(true, &miss_count, &round_count);
	assert_true(round_count >= 4 * ROUNDS_PER_LOOK);
	assert_int_equal(miss_count, 0);
	round_count = 0;
	play(false, &miss_count, &round_count);
	print_message("release/acquire: both missed in %u of %u rounds on this machine\n",
		      miss_count, round_count);
}

/* ---- In the source --------------------------------------------------------------------------- */

static char *read_source(const char *file, size_t length)
{
	char path[128];
	snprintf(path, sizeof path, "runtime-under-test/%.*s", (int)length, file);
	FILE *source = fopen(path, "r");
	if (source == NULL)
		fail_msg("%s: cannot be read; run from the top of the repository", path);
	char *text = test_calloc(1, 1 << 16);
	size_t size_bytes = fread(text, 1, (1 << 16) - 1, source);
	assert_true(size_bytes < (1 << 16) - 1);
	fclose(source);
	return text;
}

/* The body of FUNCTION in TEXT, cut off at its closing brace; NULL where it is not defined. */
static char *find_function(char *text, const char *function)
{
	char call[FUNCTION_SIZE_BYTES + 1];
	snprintf(call, sizeof call, "%s(", function);
	for (char *at = strstr(text, call); at != NULL; at = strstr(at + 1, call)) {
		char *end_of_line = strchr(at, '\n');
		if (end_of_line == NULL || end_of_line[1] != '{' ||
		    (at[-1] != ' ' && at[-1] != '*'))
			continue;
		char *end = strstr(end_of_line, "\n}");
		assert_non_null(end);
		*end = '\0';
		return end_of_line;
	}
	return NULL;
}

/* Whether the first access with POINT_<point> in BODY is seq_cst. A later one there takes back what
 * it stored, and need not be. */
static bool is_seq_cst(const char *body, const char *point)
{
	char name[FUNCTION_SIZE_BYTES + 8];
	snprintf(name, sizeof name, "POINT_%s,", point);
	const char *at = strstr(body, name);
	if (at == NULL)
		return false;
	const char *order = strstr(at, "memory_order_");
	return order != NULL && strncmp(order, "memory_order_seq_cst", 20) == 0;
}

static void check_access(const struct row *row, const char *access)
{
	char function[FUNCTION_SIZE_BYTES];
	const char *first = strchr(access, ':');
	assert_non_null(first);
	const char *second = strchr(first + 1, ':');
	assert_non_null(second);
	snprintf(function, sizeof function, "%.*s", (int)(second - first - 1), first + 1);
	char *text = read_source(access, (size_t)(first - access));
	char *body = find_function(text, function);
	if (body == NULL)
		fail_msg("%s: %s: no such function", row->name, access);
	if (body == NULL || !is_seq_cst(body, second + 1))
		fail_msg("%s: %s: no access there, or one that is not seq_cst", row->name, access);
	test_free(text);
}

static void every_access_of_the_table_is_seq_cst(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROW_COUNT; i++)
		for (size_t j = 0; j < ACCESS_COUNT; j++)
			check_access(&rows[i], rows[i].accesses[j]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_seq_cst_one_of_two_sees_the_other),
		cmocka_unit_test(every_access_of_the_table_is_seq_cst),
	};
	return cmocka_run_group_tests_name("host.litmus", tests, NULL, NULL);
}
