/* What the sanitizers have to be told, and nothing in a build without them. */
#ifndef COROUTINE_SANITIZER_H
#define COROUTINE_SANITIZER_H

#include <stddef.h>
#include <stdint.h>

#ifndef HOST_TSAN
#define HOST_TSAN 0
#endif
#ifndef HOST_ASAN
#define HOST_ASAN 0
#endif
/* With HOST_TSAN: judges the annotations of goroutines, and not the runtime's atomics and locks. */
#ifndef HOST_ANNOTATIONS
#define HOST_ANNOTATIONS 0
#endif

#if HOST_TSAN
#include <sanitizer/tsan_interface.h>
#endif
#if HOST_TSAN && !HOST_ANNOTATIONS
/* The simulator's own state would race for TSan, whose fibers are not ordered by its switches. */
#define SANITIZER_ACQUIRE(address) __tsan_acquire((void *)(address))
#define SANITIZER_RELEASE(address) __tsan_release((void *)(address))
#else
#define SANITIZER_ACQUIRE(address) ((void)(address))
#define SANITIZER_RELEASE(address) ((void)(address))
#endif

/* Where annotations are judged: only accesses between these two count. Each memcpy() and memset()
 * of the runtime would be taken for one of the goroutine that it works for. TSan has one switch for
 * reads and writes, a counter of each fiber's own, which is off while nothing is judged. */
#if HOST_TSAN
void AnnotateIgnoreReadsBegin(const char *file, int line);
void AnnotateIgnoreReadsEnd(const char *file, int line);
#endif
#if HOST_ANNOTATIONS
#define SANITIZER_JUDGED_BEGIN() AnnotateIgnoreReadsEnd(__FILE__, __LINE__)
#define SANITIZER_JUDGED_END() AnnotateIgnoreReadsBegin(__FILE__, __LINE__)
#else
#define SANITIZER_JUDGED_BEGIN() ((void)0)
#define SANITIZER_JUDGED_END() ((void)0)
#endif

/* The watcher of a run: no access between these two counts. */
#if HOST_TSAN
#define SANITIZER_IGNORED_BEGIN() AnnotateIgnoreReadsBegin(__FILE__, __LINE__)
#define SANITIZER_IGNORED_END() AnnotateIgnoreReadsEnd(__FILE__, __LINE__)
#else
#define SANITIZER_IGNORED_BEGIN() ((void)0)
#define SANITIZER_IGNORED_END() ((void)0)
#endif

/* Sets words to zero. ThreadSanitizer takes every memset() and memcpy(), also in code that it does
 * not instrument, for the fiber's own access: what the simulator shares between fibers must not be
 * touched by them. */
static inline void sanitizer_clear(void *memory, size_t size_bytes)
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
#define SANITIZER_POISON(address, size_bytes) __asan_poison_memory_region(address, size_bytes)
#define SANITIZER_UNPOISON(address, size_bytes) __asan_unpoison_memory_region(address, size_bytes)
#else
#define SANITIZER_POISON(address, size_bytes) ((void)(address), (void)(size_bytes))
#define SANITIZER_UNPOISON(address, size_bytes) ((void)(address), (void)(size_bytes))
#endif

#endif
