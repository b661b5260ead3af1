/* C11 atomics with a yield point in front, the only atomics of the runtime.
 *
 * Every operation names its memory order and its yield point. What it stores may stay in the
 * thread's store buffer (host.h) until a later operation needs it visible: code that stores its own
 * flag and then looks at another's needs seq_cst on both sides. */
#ifndef HOST_ATOMIC_H
#define HOST_ATOMIC_H

#include <stdatomic.h>

#include "host/host.h"

#define ATOMIC_INLINE static inline __attribute__((always_inline))

/* _held: what the host does with a store buffer; atomic.c. */
#define ATOMIC_WORD(word_type, prefix, type)                                                       \
	struct word_type {                                                                         \
		_Atomic type value;                                                                \
	};                                                                                         \
	type prefix##_add_held(struct word_type *word, type delta, memory_order order);            \
	bool prefix##_compare_exchange_held(struct word_type *word, type expected, type desired,   \
					    memory_order order);                                   \
	ATOMIC_INLINE type prefix##_load(enum point point, const struct word_type *word,           \
					 memory_order order)                                       \
	{                                                                                          \
		uint64_t held;                                                                     \
		bool is_pending = host_yield(point, word) & HOST_STORES_PENDING;                   \
		if (is_pending && order == memory_order_seq_cst)                                   \
			host_store_order();                                                        \
		type value = atomic_load_explicit(&word->value, order);                            \
		return is_pending && host_store_find(word, &held) ? (type)held : value;            \
	}                                                                                          \
	ATOMIC_INLINE void prefix##_store(enum point point, struct word_type *word, type value,    \
					  memory_order order)                                      \
	{                                                                                          \
		if (host_yield(point, word) & HOST_MAY_HOLD_STORE)                                 \
			host_store_hold(word, (uint64_t)value, sizeof value, (int)order,           \
					HOST_HELD_STORE);                                          \
		else                                                                               \
			atomic_store_explicit(&word->value, value, order);                         \
	}                                                                                          \
	ATOMIC_INLINE type prefix##_add(enum point point, struct word_type *word, type delta,      \
					memory_order order)                                        \
	{                                                                                          \
		if (host_yield(point, word) & HOST_MAY_HOLD_STORE)                                 \
			return prefix##_add_held(word, delta, order);                              \
		return (type)(atomic_fetch_add_explicit(&word->value, delta, order) + delta);      \
	}                                                                                          \
	ATOMIC_INLINE bool prefix##_compare_exchange(enum point point, struct word_type *word,     \
						     type expected, type desired,                  \
						     memory_order order)                           \
	{                                                                                          \
		if (host_yield(point, word) & HOST_MAY_HOLD_STORE)                                 \
			return prefix##_compare_exchange_held(word, expected, desired, order);     \
		return atomic_compare_exchange_strong_explicit(&word->value, &expected, desired,   \
							       order, memory_order_relaxed);       \
	}                                                                                          \
	/* Without a yield point, for asserts and for words that only this thread stores now. */   \
	ATOMIC_INLINE type prefix##_peek(const struct word_type *word)                             \
	{                                                                                          \
		uint64_t held;                                                                     \
		if (host_store_find(word, &held))                                                  \
			return (type)held;                                                         \
		return atomic_load_explicit(&word->value, memory_order_relaxed);                   \
	}                                                                                          \
	/* Without a yield point, for words that nobody else uses now. */                          \
	ATOMIC_INLINE void prefix##_clear(struct word_type *word)                                  \
	{                                                                                          \
		host_store_drain();                                                                \
		atomic_store_explicit(&word->value, 0, memory_order_relaxed);                      \
	}

ATOMIC_WORD(atomic_u32, atomic_u32, uint32_t)
ATOMIC_WORD(atomic_u64, atomic_u64, uint64_t)
ATOMIC_WORD(atomic_address, atomic_address, uintptr_t)

#endif
