/* The reduction against the plain search, on random small programs: the same set of orders, the
 * same set of outcomes, and no order twice. */
#include "choice/random.h"
#include "exhaust/hash_set.h"
#include "exhaust/tests/program.h"

enum { OPERATION_COUNT_MAX = 5, WORD_COUNT = 2, PROGRAM_COUNT = 300 };

enum operation_kind { LOAD, STORE, ADD, SWAP, LOCKED_ADD, PAUSE_WHILE, OPERATION_KIND_COUNT };

struct operation {
	uint8_t kind;
	uint8_t word;
	uint8_t value;
	uint8_t desired;
	bool is_weak; /* else seq_cst */
};

static bool first_sleeps; /* before its last operation, until the second thread has ended */
static struct operation operations[3][OPERATION_COUNT_MAX];
static unsigned operation_counts[3];

static void note(unsigned thread, uint32_t value)
{
	shared.seen[thread] = shared.seen[thread] * 31 + value + 1;
}

static void wait_while(struct atomic_u32 *word, uint32_t value)
{
	/* At most twice, so that a value that stays is no deadlock. */
	for (int i = 0; i < 2; i++) {
		if (atomic_u32_load(POINT_stop_look, word, memory_order_acquire) != value)
			return;
		if (atomic_u32_peek(&shared.words[7]) == 0)
			host_pause(POINT_barrier_wait);
	}
}

static void perform(unsigned thread, const struct operation *operation)
{
	struct atomic_u32 *word = &shared.words[operation->word];
	bool is_weak = operation->is_weak;
	switch (operation->kind) {
	case LOAD:
		note(thread,
		     atomic_u32_load(POINT_work, word,
				     is_weak ? memory_order_acquire : memory_order_seq_cst));
		break;
	case STORE:
		atomic_u32_store(POINT_call, word, operation->value,
				 is_weak ? memory_order_release : memory_order_seq_cst);
		break;
	case ADD:
		note(thread, atomic_u32_add(POINT_start, word, operation->value,
					    is_weak ? memory_order_acq_rel : memory_order_seq_cst));
		break;
	case SWAP:
		note(thread, atomic_u32_compare_exchange(
				     POINT_read, word, operation->value, operation->desired,
				     is_weak ? memory_order_acq_rel : memory_order_seq_cst));
		break;
	case LOCKED_ADD:
		host_mutex_lock(&shared.mutex, POINT_LOCK_FIRST);
		note(thread, shared.words[6].value++);
		host_mutex_unlock(&shared.mutex, POINT_LOCK_FIRST + 1);
		break;
	default:
		wait_while(word, operation->value);
		break;
	}
}

static void run_thread(void *owner)
{
	unsigned thread = *(unsigned *)owner;
	for (unsigned i = 0; i < operation_counts[thread]; i++) {
		if (first_sleeps && thread == 0 && i + 1 == operation_counts[0])
			host_note_sleep(&shared.note, HOST_FOREVER);
		perform(thread, &operations[thread][i]);
	}
	if (first_sleeps && thread == 1)
		host_note_wake(&shared.note);
}

static void handle(void *owner)
{
	perform(*(unsigned *)owner,
		&(struct operation){.kind = SWAP, .word = 0, .value = 1, .desired = 2});
}

static struct hash_set outcomes;
static uint64_t outcome_sum;

static const char *collect_outcome(void)
{
	uint64_t hash = 1;
	for (unsigned i = 0; i < WORD_COUNT; i++)
		hash = (hash ^ shared.words[i].value) * UINT64_C(0x9e3779b97f4a7c15);
	for (unsigned i = 0; i < 3; i++)
		hash = (hash ^ shared.seen[i]) * UINT64_C(0xd6e8feb86659fd93);
	hash ^= hash >> 31;
	if (hash_set_add(&outcomes, hash))
		outcome_sum += hash;
	return NULL;
}

static void make_program(struct choice_random *random, unsigned thread_count, unsigned count_max)
{
	first_sleeps = choice_random_chance(random, 1, 4);
	for (unsigned i = 0; i < thread_count; i++) {
		operation_counts[i] = 1 + choice_random_below(random, count_max);
		for (unsigned k = 0; k < operation_counts[i]; k++)
			operations[i][k] = (struct operation){
				.kind = (uint8_t)choice_random_below(random, OPERATION_KIND_COUNT),
				.word = (uint8_t)choice_random_below(random, WORD_COUNT),
				.value = (uint8_t)choice_random_below(random, 3),
				.desired = (uint8_t)choice_random_below(random, 3),
				.is_weak = choice_random_chance(random, 1, 2)};
	}
}

struct explored {
	struct exhaust_result result;
	uint64_t outcome_count;
	uint64_t outcome_sum;
};

static struct explored explore(enum exhaust_reduction reduction)
{
	outcome_sum = 0;
	program.options.reduction = reduction;
	program_explore();
	struct explored explored = {.result = program.result,
				    .outcome_count = outcomes.count,
				    .outcome_sum = outcome_sum};
	hash_set_destroy(&outcomes);
	return explored;
}

static unsigned compared_count;

static void expect_same(const struct explored *plain, enum exhaust_reduction reduction)
{
	static struct explored reduced;
	reduced = explore(reduction);
	assert_int_equal(reduced.result.ending == SIM_FINISHED,
			 plain->result.ending == SIM_FINISHED);
	if (plain->result.ending != SIM_FINISHED)
		return; /* both have stopped at the first */
	compared_count++;
	assert_true(plain->result.is_exhausted && reduced.result.is_exhausted);
	assert_int_equal(reduced.result.class_count, plain->result.class_count);
	assert_true(reduced.result.class_sum == plain->result.class_sum);
	assert_int_equal(reduced.result.execution_count, reduced.result.class_count);
	assert_int_equal(reduced.outcome_count, plain->outcome_count);
	assert_true(reduced.outcome_sum == plain->outcome_sum);
}

static void compare(void)
{
	static struct explored plain;
	program.options.check = collect_outcome;
	plain = explore(EXHAUST_PLAIN);
	expect_same(&plain, EXHAUST_SLEEP);
	expect_same(&plain, EXHAUST_RACES);
}

/* COUNT_MAX operations of each of THREAD_COUNT threads, and up to SIGNAL_COUNT signals. */
static void compare_many(uint32_t seed, unsigned thread_count, unsigned count_max,
			 unsigned signal_count, bool has_store_buffers)
{
	struct choice_random random;
	choice_random_init(&random, seed);
	compared_count = 0;
	for (unsigned i = 0; i < PROGRAM_COUNT; i++) {
		make_program(&random, thread_count, count_max);
		program_new(thread_count, run_thread);
		program.handler = handle;
		program.options.signalled_threads = choice_random_below(&random, 16) << 1;
		program.options.signal_count_max = signal_count;
		program.options.has_store_buffers = has_store_buffers;
		compare();
	}
	assert_true(compared_count > PROGRAM_COUNT);
}

static void two_threads(void **state)
{
	(void)state;
	compare_many(1, 2, 4, 0, false);
}

static void three_threads(void **state)
{
	(void)state;
	compare_many(2, 3, 2, 0, false);
}

static void two_threads_and_a_signal(void **state)
{
	(void)state;
	compare_many(3, 2, 3, 1, false);
}

static void two_threads_and_two_signals(void **state)
{
	(void)state;
	compare_many(4, 2, 2, 2, false);
}

static void three_threads_and_a_signal(void **state)
{
	(void)state;
	compare_many(5, 3, 2, 1, false);
}

static void two_threads_with_store_buffers(void **state)
{
	(void)state;
	compare_many(6, 2, 3, 0, true);
}

static void three_threads_with_store_buffers(void **state)
{
	(void)state;
	compare_many(8, 3, 1, 0, true);
}

static void two_threads_with_store_buffers_and_a_signal(void **state)
{
	(void)state;
	compare_many(7, 2, 2, 1, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_threads),
		cmocka_unit_test(three_threads),
		cmocka_unit_test(two_threads_and_a_signal),
		cmocka_unit_test(two_threads_and_two_signals),
		cmocka_unit_test(three_threads_and_a_signal),
		cmocka_unit_test(two_threads_with_store_buffers),
		cmocka_unit_test(three_threads_with_store_buffers),
		cmocka_unit_test(two_threads_with_store_buffers_and_a_signal),
	};
	return cmocka_run_group_tests_name("exhaust.random_programs", tests, NULL, NULL);
}
