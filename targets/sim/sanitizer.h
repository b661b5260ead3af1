/* What the sanitizers have to be told, and nothing in a build without them. */
#ifndef SIM_SANITIZER_H
#define SIM_SANITIZER_H

#include <stddef.h>
#include <stdint.h>

#ifndef HOST_TSAN
#define HOST_TSAN 0
#endif
#ifndef HOST_ASAN
#define HOST_ASAN 0
#endif

#if HOST_TSAN
#include <sanitizer/tsan_interface.h>
/* The simulator's own state would race for TSan, whose fibers are not ordered by its switches. */
#define SIM_ACQUIRE(address) __tsan_acquire((void *)(address))
#define SIM_RELEASE(address) __tsan_release((void *)(address))
#else
#define SIM_ACQUIRE(address) ((void)(address))
#define SIM_RELEASE(address) ((void)(address))
#endif

/* Sets words to zero. ThreadSanitizer takes every memset() and memcpy(), also in code that it does
 * not instrument, for the fiber's own access: what the simulator shares between fibers must not be
 * touched by them. */
static inline void sim_clear(void *memory, size_t size_bytes)
{
	uint64_t *words = memory;
	for (size_t i = 0; i < size_bytes / sizeof *words; i++) {
		words[i] = 0;
		/* Keeps the compiler from making a memset of it. */
		__asm__ volatile("" : : "r"(words) : "memory");
	}
}

#if HOST_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#define SIM_POISON(address, size_bytes) __asan_poison_memory_region(address, size_bytes)
#define SIM_UNPOISON(address, size_bytes) __asan_unpoison_memory_region(address, size_bytes)
#else
#define SIM_POISON(address, size_bytes) ((void)(address), (void)(size_bytes))
#define SIM_UNPOISON(address, size_bytes) ((void)(address), (void)(size_bytes))
#endif

#endif
