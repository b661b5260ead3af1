/* What the sanitizers have to be told, and nothing in a build without them. */
#ifndef SIM_SANITIZER_H
#define SIM_SANITIZER_H

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
