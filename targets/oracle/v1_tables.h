/* The strings and stacks of a v1 trace. */
#ifndef ORACLE_V1_TABLES_H
#define ORACLE_V1_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "oracle/fault.h"
#include "oracle/id_map.h"
#include "oracle/v1_event.h"
#include "oracle/v1_wire.h"

struct v1_string {
	uint64_t id;
	size_t offset; /* of the record */
	const uint8_t *bytes;
	uint32_t size;
	bool is_used; /* by an event or a frame; kept by strict rules only */
};

struct v1_stack {
	uint64_t id;
	size_t offset; /* of the record */
	size_t first_frame;
	uint32_t frame_count;
	bool is_used;
};

struct v1_tables {
	struct v1_string *strings;
	struct v1_stack *stacks;
	struct v1_frame *frames;
	uint32_t string_count, string_capacity;
	uint32_t stack_count, stack_capacity;
	uint32_t frame_count, frame_capacity;
	struct id_map string_ids, stack_ids;
};

void v1_tables_create(struct v1_tables *tables);
void v1_tables_destroy(struct v1_tables *tables);
void v1_tables_clear(struct v1_tables *tables);

/* Takes over a String record of SOURCE, whose bytes must stay. False: its id is there already. */
bool v1_tables_add_string(struct v1_tables *tables, const struct wire_source *source,
			  const struct v1_record *record, struct fault *fault);

/* Takes over a Stack record. One whose id is there already replaces it, id 0 and an empty one are
 * passed over, as readers do. */
bool v1_tables_add_stack(struct v1_tables *tables, const struct v1_record *record,
			 struct fault *fault);

/* NULL: not defined. */
struct v1_string *v1_string_find(const struct v1_tables *tables, uint64_t id);
struct v1_stack *v1_stack_find(const struct v1_tables *tables, uint64_t id);

#endif
