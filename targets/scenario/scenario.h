/* A scenario: the input of every run. Configuration, programs of a few goroutines, and a schedule.
 *
 * Three forms of one thing:
 *   struct scenario    what simulator, generator, mutator and shrinker work on (this header)
 *   binary             fixed-size records, made for mutation: every byte string is a valid scenario
 * (binary.h) text (.rut)        what people read, write, review and pin; comments and expectations
 * live here only (text.h)
 *
 * A struct scenario is always valid: whoever changes one by hand ends with scenario_repair(). Plain
 * data without pointers: copy by assignment, compare with scenario_equal(). About 5 KiB; no
 * function of this room allocates. Source: DESIGN.md 4 and 9 "Scenario identity". */
#ifndef SCENARIO_SCENARIO_H
#define SCENARIO_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SCENARIO_PROGRAM_COUNT_MAX = 8,
	SCENARIO_COPIES_MAX = 8,
	SCENARIO_OPERATION_COUNT_MAX = 512, /* of all programs together */
	SCENARIO_OVERRIDE_COUNT_MAX = 64,
	SCENARIO_REPEAT_DEPTH_MAX = 3,
	/* Steps of one program with its repeats unrolled, beginnings and ends counted too: bounds a
	   run. */
	SCENARIO_EXPANDED_LENGTH_MAX = 20000,
	SCENARIO_PROCS_MAX = 64,
	SCENARIO_SEMAPHORE_COUNT = 8,
	SCENARIO_FUNCTION_COUNT = 64,
	SCENARIO_NAME_COUNT = 16,
	SCENARIO_OPERATION_ID_LIMIT = 128, /* above all ids of operation.def */
	SCENARIO_M_COUNT_MAX = 128,        /* overrides name m0 to m127 */
};

/* Operation ids: u16, append-only, 0 is none. The table is operation.def. */
enum scenario_operation_id {
#define OPERATION(number, identifier, text, class, a, b, sentence) SCENARIO_##identifier = (number),
#include "scenario/operation.def"
#undef OPERATION
};

/* One operation of a program. Arguments are in the range that operation.def gives; an unused one is
 * 0. */
struct scenario_operation {
	uint16_t id; /* enum scenario_operation_id, never an unknown one */
	uint16_t a;
	uint16_t b;
	/* Of SCENARIO_REPEAT the index of its SCENARIO_END_REPEAT and the reverse, counted from the
	 * program's first operation; otherwise 0. */
	uint16_t match;
};

/* One goroutine program: a slice of scenario.operations. Programs lie one after the other, in
 * order, without gaps. */
struct scenario_program {
	uint16_t first;
	uint16_t count;
	uint8_t copies; /* started with the run, 0 to 8; with 0 only `go` starts it */
};

enum scenario_dialect {
	SCENARIO_GO_1_19 = 19, /* of the v1 tracer, as is the next */
	SCENARIO_GO_1_21 = 21,
	SCENARIO_GO_1_22 = 22,
	SCENARIO_GO_1_23 = 23,
	SCENARIO_GO_1_26 = 26,
};

static inline bool scenario_dialect_is_v1(unsigned dialect)
{
	return dialect < SCENARIO_GO_1_22;
}

enum scenario_tracer {
	SCENARIO_TRACER_V2,
	SCENARIO_TRACER_V1,
};

enum scenario_clock {
	SCENARIO_CLOCK_NORMAL, /* every read is later than the one before */
	SCENARIO_CLOCK_COARSE, /* many reads give the same value */
	SCENARIO_CLOCK_FROZEN, /* moves with sleeping only */
};

enum scenario_clock_skew {
	SCENARIO_SKEW_NONE,
	SCENARIO_SKEW_SMALL,
	SCENARIO_SKEW_LARGE,
};

struct scenario_configuration {
	uint8_t dialect;            /* enum scenario_dialect */
	uint8_t procs;              /* GOMAXPROCS at start, 1 to 64 */
	uint32_t buffer_size_bytes; /* 256 512 1024 2048 4096 8192 65536 */
	uint16_t run_queue_length;  /* 4 8 16 32 64 128 256 */
	uint8_t clock;              /* enum scenario_clock */
	uint8_t clock_skew;         /* enum scenario_clock_skew; between Ms */
	bool is_lock_order_checked;
	bool has_store_buffers;
	uint64_t initial_generation;
	uint8_t stack_growth_rate;  /* of 256 passes of may_grow_stack() */
	uint8_t signal_rate;        /* of 4096 steps */
	uint64_t advance_period_ns; /* virtual time; 0: no automatic advance */
	uint32_t sample_ring_words; /* of each ring of CPU samples */
	uint64_t sample_period_ns;  /* virtual time between two looks into a trace's ring */
};

enum scenario_policy {
	SCENARIO_UNIFORM,
	SCENARIO_STICKY,
	SCENARIO_PCT,
	SCENARIO_DELAY_BOUNDED,
	SCENARIO_ROUND_ROBIN,
	SCENARIO_TARGET_BIASED,
	SCENARIO_STALLS, /* now and then who runs stands still for long, most likely where few come
			  */
	SCENARIO_POLICY_COUNT,
};

enum scenario_action {
	SCENARIO_RUN,    /* M `target` goes on here */
	SCENARIO_SIGNAL, /* SIGPROF hits M `target` here */
	SCENARIO_GROW,   /* the stack grows here, if it may */
	SCENARIO_FLUSH,  /* M `target` flushes its store buffer here */
	SCENARIO_STAY,   /* no switch here */
	SCENARIO_HOLD,   /* who passes here goes on when no other M can */
	SCENARIO_ACTION_COUNT,
};

/* At the OCCURRENCE-th pass of POINT over the whole run (1 is the first), ACTION instead of the
 * policy's choice. Of several at one pass each signal is sent, each stack grows, and the first that
 * says who goes on does. */
struct scenario_override {
	uint16_t point; /* id of a yield point; one that the runtime does not know never passes */
	uint16_t occurrence; /* 1 and up */
	uint8_t action;      /* enum scenario_action */
	uint8_t target;      /* index of an M for run, signal, flush; otherwise 0 */
};

struct scenario_schedule {
	uint8_t policy;        /* enum scenario_policy */
	uint8_t parameter;     /* what it means is the policy's business; any value is valid */
	uint16_t target_point; /* of target_biased; otherwise 0 */
	uint32_t seed;
};

struct scenario {
	struct scenario_configuration configuration;
	struct scenario_schedule schedule;
	uint8_t program_count; /* 1 to 8 */
	struct scenario_program programs[SCENARIO_PROGRAM_COUNT_MAX];
	uint16_t operation_count;
	struct scenario_operation operations[SCENARIO_OPERATION_COUNT_MAX];
	uint8_t override_count;
	struct scenario_override overrides[SCENARIO_OVERRIDE_COUNT_MAX];
};

/* The default configuration and one empty program with one copy. */
void scenario_init(struct scenario *ret_scenario);

/* Appends an operation to PROGRAM; false when all 512 are taken. Repair before use. */
bool scenario_append(struct scenario *scenario, size_t program, uint16_t id, uint16_t a,
		     uint16_t b);

/* Inserts at INDEX (0 to count) of PROGRAM; false when all 512 are taken. Repair before use. */
bool scenario_insert(struct scenario *scenario, size_t program, size_t index,
		     struct scenario_operation operation);

/* Removes operation INDEX of PROGRAM. Repair before use. */
void scenario_remove(struct scenario *scenario, size_t program, size_t index);

/* Makes SCENARIO valid and changes nothing of a valid one: folds values into range (modulo), drops
 * unknown operations, ends and beginnings of repeat without a partner and those nested too deep,
 * halves repeat counts until each program's expanded length is within bounds, sets `match`. Only
 * program_count and counts must be within the arrays. */
void scenario_repair(struct scenario *scenario);

bool scenario_equal(const struct scenario *left, const struct scenario *right);

/* Steps of PROGRAM with its repeats unrolled; repeat and its end count as one step each time they
 * are met. */
uint32_t scenario_expanded_length(const struct scenario *scenario, size_t program);

static inline const struct scenario_operation *
scenario_program_operations(const struct scenario *scenario, size_t program)
{
	return &scenario->operations[scenario->programs[program].first];
}

/* Where a goroutine stands in its program. Zero-initialised is the beginning. */
struct scenario_cursor {
	uint16_t next; /* index within the program */
	uint8_t depth;
	uint8_t rounds_left[SCENARIO_REPEAT_DEPTH_MAX];
};

/* The next operation of a goroutine that runs PROGRAM, or NULL at its end. Repeats are unrolled:
 * neither SCENARIO_REPEAT nor SCENARIO_END_REPEAT is ever returned. */
const struct scenario_operation *scenario_cursor_next(const struct scenario *scenario,
						      size_t program,
						      struct scenario_cursor *cursor);

/* --- the table of operations --- */

enum scenario_class {
	SCENARIO_CLASS_WORKER,     /* what a goroutine of a Go program does */
	SCENARIO_CLASS_CONTROLLER, /* what steers tracer and scheduler */
	SCENARIO_CLASS_STRUCTURE,  /* repeat and its end: never seen by the interpreter */
	SCENARIO_CLASS_MISUSE,     /* a wrong use of the runtime; never generated unasked */
	SCENARIO_CLASS_TOOLCHAIN,  /* what a real toolchain alone performs; never generated unasked
				    */
};

enum scenario_argument_kind {
	SCENARIO_ARGUMENT_NONE,
	SCENARIO_ARGUMENT_NUMBER,
	SCENARIO_ARGUMENT_PROGRAM, /* a goroutine program: a name in text; below program_count */
	SCENARIO_ARGUMENT_SEMAPHORE,
	SCENARIO_ARGUMENT_FUNCTION,
	SCENARIO_ARGUMENT_NAME,
	SCENARIO_ARGUMENT_TIME_US, /* microseconds of virtual time */
};

struct scenario_argument {
	uint8_t kind; /* enum scenario_argument_kind */
	uint16_t min;
	uint16_t max; /* included */
};

struct scenario_operation_row {
	uint16_t id;
	uint8_t class; /* enum scenario_class */
	const char *name;
	struct scenario_argument a;
	struct scenario_argument b;
	const char *sentence;
};

/* All rows, ids ascending. */
extern const struct scenario_operation_row scenario_operation_rows[];
extern const size_t scenario_operation_row_count;

/* NULL for an unknown id. */
const struct scenario_operation_row *scenario_operation_row(uint16_t id);

/* NULL for an unknown name of LENGTH characters. */
const struct scenario_operation_row *scenario_operation_row_named(const char *name, size_t length);

/* What of SCENARIO only a real toolchain can play ("go 1.21", the name of an operation), or NULL:
 * the simulator can play it all. */
const char *scenario_toolchain_need(const struct scenario *scenario);

/* Makes SCENARIO one of TRACER, in a dialect that the simulator can play; it stays valid. */
void scenario_set_tracer(struct scenario *scenario, enum scenario_tracer tracer);

/* --- yield points, which belong to the runtime --- */

/* Told by the caller, so that this room does not depend on the runtime. NULL where one is expected:
 * no point has a name. A point without a name is written `point/123` in text, which every parser
 * accepts. */
struct scenario_points {
	const char *(*name)(uint16_t id); /* NULL for an unknown id */
	bool (*id)(const char *name, uint16_t *ret_id);
};

#endif
