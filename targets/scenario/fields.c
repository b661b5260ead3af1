#include "scenario/fields.h"

#include <string.h>

#include "base/fatal.h"

#define CHOICE(value_, text_) {.value = (value_), .text = (text_)}
#define CHOICE_NEVER_DRAWN(value_, text_)                                                          \
	{.value = (value_), .text = (text_), .is_never_drawn = true}
#define NUMBER(n) CHOICE(UINT64_C(n), #n)
#define NUMBER_NEVER_DRAWN(n) CHOICE_NEVER_DRAWN(UINT64_C(n), #n)

static const struct scenario_choice dialects[] = {
	CHOICE(SCENARIO_GO_1_22, "go 1.22"),
	CHOICE(SCENARIO_GO_1_23, "go 1.23"),
	CHOICE_NEVER_DRAWN(SCENARIO_GO_1_19, "go 1.19"),
	CHOICE_NEVER_DRAWN(SCENARIO_GO_1_21, "go 1.21"),
	CHOICE(SCENARIO_GO_1_26, "go 1.26"),
};

static const struct scenario_choice buffer_sizes[] = {
	NUMBER(256),  NUMBER(512),  NUMBER(1024),  NUMBER(2048),
	NUMBER(4096), NUMBER(8192), NUMBER(65536),
};

static const struct scenario_choice run_queue_lengths[] = {
	NUMBER(4), NUMBER(8), NUMBER(16), NUMBER(32), NUMBER(64), NUMBER(128), NUMBER(256),
};

static const struct scenario_choice clocks[] = {
	CHOICE(SCENARIO_CLOCK_NORMAL, "normal"),
	CHOICE(SCENARIO_CLOCK_COARSE, "coarse"),
	CHOICE(SCENARIO_CLOCK_FROZEN, "frozen"),
};

static const struct scenario_choice skews[] = {
	CHOICE(SCENARIO_SKEW_NONE, "none"),
	CHOICE(SCENARIO_SKEW_SMALL, "small"),
	CHOICE(SCENARIO_SKEW_LARGE, "large"),
};

static const struct scenario_choice on_first[] = {CHOICE(true, "on"), CHOICE(false, "off")};
static const struct scenario_choice off_first[] = {CHOICE(false, "off"), CHOICE(true, "on")};

/* Where counters and their encodings change: small ones, the first of two varint bytes, the edges
 * of 32 and 63 bits, and the wrap of 64 bits within the first few generations of a run. */
static const struct scenario_choice generations[] = {
	NUMBER(0),
	NUMBER(1),
	NUMBER(2),
	NUMBER(5),
	NUMBER(18446744073709551615),
	NUMBER(18446744073709551614),
	NUMBER(18446744073709551613),
	NUMBER(18446744073709551612),
	NUMBER(18446744073709551611),
	NUMBER(18446744073709551610),
	NUMBER(126),
	NUMBER(127),
	NUMBER(4294967294),
	NUMBER(4294967295),
	NUMBER(9223372036854775806),
	NUMBER(9223372036854775807),
};

static const struct scenario_choice advance_periods[] = {
	CHOICE(0, "off"),         CHOICE(100000, "100us"),  CHOICE(1000000, "1ms"),
	CHOICE(10000000, "10ms"), CHOICE(1000000000, "1s"),
};

/* The smallest holds one record of the deepest stack; the last is upstream's, and slow to make. */
static const struct scenario_choice sample_rings[] = {
	NUMBER(512),
	NUMBER(16),
	NUMBER(32),
	NUMBER(64),
	NUMBER(128),
	NUMBER_NEVER_DRAWN(2048),
	NUMBER_NEVER_DRAWN(131072),
};

static const struct scenario_choice sample_periods[] = {
	CHOICE(100000000, "100ms"),
	CHOICE(100000, "100us"),
	CHOICE(1000000, "1ms"),
	CHOICE(10000000, "10ms"),
};

#define FIELD(header_offset_, name_, member, initial_, always)                                     \
	.name = (name_), .header_offset = (header_offset_), .is_always_printed = (always),         \
	.offset = offsetof(struct scenario_configuration, member),                                 \
	.size_bytes = sizeof(((struct scenario_configuration *)NULL)->member),                     \
	.initial = (initial_)
#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))
#define CHOICES(table) .choices = (table), .choice_count = COUNT_OF(table)
/* Readers of v1 traces order what different Ps did by its time, and there are no generations. */
#define OF_V2 .is_of_v2 = true

const struct scenario_field scenario_fields[] = {
	{FIELD(1, "tracer", dialect, SCENARIO_GO_1_26, true), CHOICES(dialects)},
	{FIELD(2, "procs", procs, 4, true), .min = 1, .max = SCENARIO_PROCS_MAX},
	{FIELD(3, "buffer-bytes", buffer_size_bytes, 65536, false), CHOICES(buffer_sizes)},
	{FIELD(4, "run-queue-length", run_queue_length, 256, false), CHOICES(run_queue_lengths)},
	{FIELD(5, "clock", clock, SCENARIO_CLOCK_NORMAL, false), CHOICES(clocks)},
	{FIELD(6, "clock-skew", clock_skew, SCENARIO_SKEW_NONE, false), CHOICES(skews), OF_V2},
	{FIELD(7, "lock-order", is_lock_order_checked, true, false), CHOICES(on_first)},
	{FIELD(8, "store-buffers", has_store_buffers, false, false), CHOICES(off_first)},
	{FIELD(9, "initial-generation", initial_generation, 0, false), CHOICES(generations), OF_V2},
	{FIELD(10, "stack-growth", stack_growth_rate, 0, false), .min = 0, .max = 255},
	{FIELD(11, "signal-rate", signal_rate, 0, false), .min = 0, .max = 255},
	{FIELD(12, "advance-period", advance_period_ns, 0, false), CHOICES(advance_periods), OF_V2},
	{FIELD(18, "sample-ring-words", sample_ring_words, 512, false), CHOICES(sample_rings)},
	{FIELD(19, "sample-period", sample_period_ns, 100000000, false), CHOICES(sample_periods),
	 OF_V2},
};
const size_t scenario_field_count = sizeof scenario_fields / sizeof scenario_fields[0];

const char *const scenario_policy_names[SCENARIO_POLICY_COUNT] = {
	[SCENARIO_UNIFORM] = "uniform",
	[SCENARIO_STICKY] = "sticky",
	[SCENARIO_PCT] = "pct",
	[SCENARIO_DELAY_BOUNDED] = "delay-bounded",
	[SCENARIO_ROUND_ROBIN] = "round-robin",
	[SCENARIO_TARGET_BIASED] = "target-biased",
	[SCENARIO_STALLS] = "stalls",
};

const char *const scenario_action_names[SCENARIO_ACTION_COUNT] = {
	[SCENARIO_RUN] = "run",     [SCENARIO_SIGNAL] = "signal", [SCENARIO_GROW] = "grow",
	[SCENARIO_FLUSH] = "flush", [SCENARIO_STAY] = "stay",     [SCENARIO_HOLD] = "hold",
};

uint64_t scenario_field_get(const struct scenario_field *field,
			    const struct scenario_configuration *configuration)
{
	const char *place = (const char *)configuration + field->offset;
	uint16_t value_u16;
	uint32_t value_u32;
	uint64_t value_u64;

	switch (field->size_bytes) {
	case 1:
		return *(const unsigned char *)place;
	case 2:
		memcpy(&value_u16, place, sizeof value_u16);
		return value_u16;
	case 4:
		memcpy(&value_u32, place, sizeof value_u32);
		return value_u32;
	default:
		ensure(field->size_bytes == sizeof value_u64);
		memcpy(&value_u64, place, sizeof value_u64);
		return value_u64;
	}
}

void scenario_field_set(const struct scenario_field *field,
			struct scenario_configuration *configuration, uint64_t value)
{
	char *place = (char *)configuration + field->offset;
	const uint16_t value_u16 = (uint16_t)value;
	const uint32_t value_u32 = (uint32_t)value;

	switch (field->size_bytes) {
	case 1:
		*(unsigned char *)place = (unsigned char)value;
		break;
	case 2:
		memcpy(place, &value_u16, sizeof value_u16);
		break;
	case 4:
		memcpy(place, &value_u32, sizeof value_u32);
		break;
	default:
		ensure(field->size_bytes == sizeof value);
		memcpy(place, &value, sizeof value);
		break;
	}
}

uint8_t scenario_field_code(const struct scenario_field *field, uint64_t value)
{
	if (field->choices == NULL) {
		ensure(value >= field->min && value <= field->max);
		return (uint8_t)value;
	}
	for (size_t i = 0; i < field->choice_count; i++) {
		if (field->choices[i].value == value)
			return (uint8_t)i;
	}
	fatal("a configuration field has a value that no code stands for");
}

uint64_t scenario_field_value(const struct scenario_field *field, uint8_t code)
{
	if (field->choices == NULL)
		return scenario_fold(code, field->min, field->max);
	return field->choices[code % field->choice_count].value;
}

uint64_t scenario_field_fold(const struct scenario_field *field, uint64_t value)
{
	if (field->choices == NULL)
		return scenario_fold(value, field->min, field->max);
	for (size_t i = 0; i < field->choice_count; i++) {
		if (field->choices[i].value == value)
			return value;
	}
	ensure(field->choice_count > 0);
	return field->choices[value % field->choice_count].value;
}

size_t scenario_field_drawn_count(const struct scenario_field *field)
{
	size_t count = 0;

	if (field->choices == NULL)
		return (size_t)field->max - field->min + 1;
	for (size_t i = 0; i < field->choice_count; i++)
		count += !field->choices[i].is_never_drawn;
	return count;
}

uint64_t scenario_field_drawn(const struct scenario_field *field, size_t index)
{
	size_t place = 0;

	ensure(index < scenario_field_drawn_count(field));
	if (field->choices == NULL)
		return scenario_field_value(field, (uint8_t)index);
	while (field->choices[place].is_never_drawn || index-- > 0)
		place++;
	return field->choices[place].value;
}
