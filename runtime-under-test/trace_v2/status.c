#include "trace_v2/tracer.h"

static struct atomic_u32 *slot_of(struct trace_resource *resource, uint64_t generation)
{
	return &resource->status_traced[generation % 3];
}

bool status_claim(struct trace_resource *resource, uint64_t generation)
{
	struct atomic_u32 *slot = slot_of(resource, generation);
	if (atomic_u32_load(POINT_status_look, slot, memory_order_relaxed) != 0 ||
	    !atomic_u32_compare_exchange(POINT_status_claim, slot, 0, 1, memory_order_relaxed))
		return false;
	status_ready_next(resource, generation);
	return true;
}

bool status_was_traced(const struct trace_resource *resource, uint64_t generation)
{
	return atomic_u32_load(POINT_status_look, &resource->status_traced[generation % 3],
			       memory_order_relaxed) != 0;
}

void status_set_traced(struct trace_resource *resource, uint64_t generation)
{
	atomic_u32_store(POINT_status_set, slot_of(resource, generation), 1, memory_order_relaxed);
}

void status_ready_next(struct trace_resource *resource, uint64_t generation)
{
	uint64_t next = generation_next(generation);
	atomic_u64_store(POINT_status_ready_next, &resource->sequence[generation_parity(next)], 0,
			 memory_order_relaxed);
	atomic_u32_store(POINT_status_ready_next, slot_of(resource, next), 0, memory_order_relaxed);
}

uint64_t status_next_sequence(struct trace_resource *resource, uint64_t generation)
{
	return atomic_u64_add(POINT_status_sequence,
			      &resource->sequence[generation_parity(generation)], 1,
			      memory_order_relaxed);
}
