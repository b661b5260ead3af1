#include "host/atomic.h"

#include "base/fatal.h"

/* ---- A read-modify-write whose write is held ----------------------------- */

static bool has_acquire(memory_order order)
{
	return order != memory_order_relaxed && order != memory_order_release;
}

/* Nothing runs between the parts of these; the host sees to it that nobody else stores to the word
 * until the write is visible, so it stays one operation. Where the thread's own held value is read,
 * the load still acquires what that value's release sequence goes on from. A failing exchange is a
 * relaxed load. */
#define ATOMIC_WORD_HELD(word_type, prefix, type)                                                  \
	static type prefix##_read(struct word_type *word, memory_order order)                      \
	{                                                                                          \
		uint64_t held;                                                                     \
		type value = has_acquire(order)                                                    \
				     ? atomic_load_explicit(&word->value, memory_order_acquire)    \
				     : atomic_load_explicit(&word->value, memory_order_relaxed);   \
		return host_store_find(word, &held) ? (type)held : value;                          \
	}                                                                                          \
	type prefix##_add_held(struct word_type *word, type delta, memory_order order)             \
	{                                                                                          \
		host_store_settle(word);                                                           \
		if (order == memory_order_seq_cst)                                                 \
			host_store_order();                                                        \
		type value = prefix##_read(word, order) + delta;                                   \
		host_store_hold(word, value, sizeof value, (int)order, HOST_HELD_EXCHANGE);        \
		return value;                                                                      \
	}                                                                                          \
	bool prefix##_compare_exchange_held(struct word_type *word, type expected, type desired,   \
					    memory_order order)                                    \
	{                                                                                          \
		host_store_settle(word);                                                           \
		if (prefix##_read(word, memory_order_relaxed) != expected)                         \
			return false;                                                              \
		if (order == memory_order_seq_cst)                                                 \
			host_store_order();                                                        \
		prefix##_read(word, order);                                                        \
		host_store_hold(word, desired, sizeof desired, (int)order, HOST_HELD_EXCHANGE);    \
		return true;                                                                       \
	}

ATOMIC_WORD_HELD(atomic_u32, atomic_u32, uint32_t)
ATOMIC_WORD_HELD(atomic_u64, atomic_u64, uint64_t)
ATOMIC_WORD_HELD(atomic_address, atomic_address, uintptr_t)

/* ---- A held store becomes visible ---------------------------------------- */

/* An exchange, since a store would end the release sequence that a read-modify-write goes on with.
 * Constant orders: one that is a variable would be taken as the strongest. */
#define APPLY(word, value, is_release, kind)                                                       \
	do {                                                                                       \
		if ((kind) == HOST_HELD_EXCHANGE && (is_release))                                  \
			atomic_exchange_explicit(word, value, memory_order_release);               \
		else if ((kind) == HOST_HELD_EXCHANGE)                                             \
			atomic_exchange_explicit(word, value, memory_order_relaxed);               \
		else if (is_release)                                                               \
			atomic_store_explicit(word, value, memory_order_release);                  \
		else                                                                               \
			atomic_store_explicit(word, value, memory_order_relaxed);                  \
	} while (0)

void host_store_apply(void *word, uint64_t value, size_t size_bytes, int order,
		      enum host_held_kind kind)
{
	bool is_release = order == memory_order_release || order == memory_order_acq_rel ||
			  order == memory_order_seq_cst;
	ensure(size_bytes == 4 || size_bytes == 8);
	if (size_bytes == 4)
		APPLY(&((struct atomic_u32 *)word)->value, (uint32_t)value, is_release, kind);
	else
		APPLY(&((struct atomic_u64 *)word)->value, value, is_release, kind);
}
