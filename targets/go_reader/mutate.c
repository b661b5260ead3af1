#include "go_reader/mutate.h"

#include <stdbool.h>
#include <string.h>

#include "oracle/tests/damage.h"
#include "oracle/v1_wire.h"
#include "oracle/wire.h"

/* The engine's; not there in a test. */
__attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t capacity);

/* Whether there is something that damage can be done to. */
static bool is_damageable(const struct wire_source *source)
{
	struct wire_batch batch;
	struct fault fault;

	return source->size > WIRE_HEADER_SIZE && !v1_header_is(source) &&
	       wire_batch_read(source, WIRE_HEADER_SIZE, &batch, &fault);
}

size_t go_reader_mutate(uint8_t *data, size_t size, size_t capacity, unsigned int seed)
{
	static struct damage damage;
	const struct wire_source source = {data, size};

	if (seed % 4 != 0 && is_damageable(&source)) {
		if (damage.out.bytes == NULL)
			trace_builder_create(&damage.out);
		damage.random = seed;
		damage_trace(&damage, &source);
		if (damage.out.size > 0 && damage.out.size <= capacity) {
			memcpy(data, damage.out.bytes, damage.out.size);
			return damage.out.size;
		}
	}
	return LLVMFuzzerMutate == NULL ? 0 : LLVMFuzzerMutate(data, size, capacity);
}
