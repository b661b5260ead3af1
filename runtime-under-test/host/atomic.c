#include "host/atomic.h"

#include "base/fatal.h"

/* A constant order each: an order that is a variable would be taken as the strongest one. */
void host_store_apply(void *word, uint64_t value, size_t size_bytes, int order)
{
	bool is_release = order == memory_order_release;
	ensure(is_release || order == memory_order_relaxed);
	ensure(size_bytes == 4 || size_bytes == 8);
	if (size_bytes == 4) {
		struct atomic_u32 *narrow = word;
		if (is_release)
			atomic_store_explicit(&narrow->value, (uint32_t)value,
					      memory_order_release);
		else
			atomic_store_explicit(&narrow->value, (uint32_t)value,
					      memory_order_relaxed);
		return;
	}
	struct atomic_u64 *wide = word;
	if (is_release)
		atomic_store_explicit(&wide->value, value, memory_order_release);
	else
		atomic_store_explicit(&wide->value, value, memory_order_relaxed);
}
