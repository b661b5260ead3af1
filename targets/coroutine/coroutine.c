#include "coroutine/coroutine.h"

#include <pthread.h>
#include <sys/mman.h>

#include "base/fatal.h"
#include "coroutine/sanitizer.h"
#include "coroutine/spin.h"

/* Sanitizers make frames several times larger. */
enum {
	STACK_SIZE_BYTES = HOST_TSAN || HOST_ASAN ? 256 * 1024 : 64 * 1024,
	GUARD_SIZE_BYTES = 4096,
	FRESH_COUNT_MAX = 1024, /* above, stacks are used again within a run */
};

void coroutine_switch_stack(void **save_stack_pointer, void *load_stack_pointer);
void coroutine_start(void);

static struct spin lock;       /* of the pool and the list of all */
static struct coroutine *pool; /* free to take */
static struct coroutine *all[4096];
static size_t all_count;
static size_t storage_count;
#if HOST_TSAN
static uint8_t fence_in, fence_out; /* only their addresses matter */
#endif

static struct coroutine *make_coroutine(void)
{
	static struct coroutine storage[sizeof all / sizeof all[0]];
	size_t index = __atomic_fetch_add(&storage_count, 1, __ATOMIC_RELAXED);
	ensure(index < sizeof all / sizeof all[0]);
	struct coroutine *made = &storage[index];
	uint8_t *pages = mmap(NULL, STACK_SIZE_BYTES + GUARD_SIZE_BYTES, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	ensure(pages != MAP_FAILED);
	ensure(mprotect(pages, GUARD_SIZE_BYTES, PROT_NONE) == 0);
	made->stack = pages + GUARD_SIZE_BYTES;
	made->stack_size_bytes = STACK_SIZE_BYTES;
#if HOST_TSAN
	made->fiber = __tsan_create_fiber(0);
	void *current = __tsan_get_current_fiber();
	__tsan_switch_to_fiber(made->fiber, __tsan_switch_to_fiber_no_sync);
	SANITIZER_JUDGED_END();
	__tsan_switch_to_fiber(current, __tsan_switch_to_fiber_no_sync);
#endif
	spin_lock(&lock);
	all[all_count++] = made;
	spin_unlock(&lock);
	return made;
}

/* The first function on every stack. */
static void begin(struct coroutine *coroutine)
{
#if HOST_ASAN
	__sanitizer_finish_switch_fiber(NULL, NULL, NULL);
#endif
	coroutine->entry(coroutine->argument);
	fatal("a coroutine's entry returned");
}

static void lay_out_first_frame(struct coroutine *coroutine)
{
	uintptr_t *top = (uintptr_t *)(void *)(coroutine->stack + coroutine->stack_size_bytes);
#if defined(__x86_64__)
	*--top = 0;
	*--top = 0; /* return address of coroutine_start; keeps the call in it 16-aligned */
	*--top = (uintptr_t)coroutine_start;
	*--top = 0;                    /* rbp */
	*--top = 0;                    /* rbx */
	*--top = (uintptr_t)begin;     /* r12 */
	*--top = (uintptr_t)coroutine; /* r13 */
	*--top = 0;                    /* r14 */
	*--top = 0;                    /* r15 */
#else
	top -= 20;
	for (int i = 0; i < 20; i++)
		top[i] = 0;
	top[0] = (uintptr_t)begin;            /* x19 */
	top[1] = (uintptr_t)coroutine;        /* x20 */
	top[11] = (uintptr_t)coroutine_start; /* x30 */
#endif
	coroutine->stack_pointer = top;
}

static bool is_fresh(const struct coroutine *coroutine)
{
	return !HOST_ANNOTATIONS || !coroutine->is_fiber_fenced || all_count >= FRESH_COUNT_MAX;
}

struct coroutine *coroutine_take(coroutine_entry *entry, void *argument)
{
	spin_lock(&lock);
	struct coroutine *coroutine = pool;
	bool is_taken = coroutine != NULL && is_fresh(coroutine);
	if (is_taken)
		pool = coroutine->next_pooled;
	spin_unlock(&lock);
	if (!is_taken)
		coroutine = make_coroutine();
	SANITIZER_UNPOISON(coroutine->stack, coroutine->stack_size_bytes);
	coroutine->entry = entry;
	coroutine->argument = argument;
	lay_out_first_frame(coroutine);
	return coroutine;
}

/* Last given back, first taken; but last where a fresh one is wanted. */
void coroutine_give_back(struct coroutine *coroutine)
{
	spin_lock(&lock);
	struct coroutine **link = &pool;
	while (HOST_ANNOTATIONS && *link != NULL)
		link = &(*link)->next_pooled;
	coroutine->next_pooled = *link;
	*link = coroutine;
	spin_unlock(&lock);
}

static void switch_fiber(struct coroutine *to, enum coroutine_order order)
{
#if HOST_TSAN
	bool has_no_order = HOST_ANNOTATIONS || order == COROUTINE_NO_ORDER;
	__tsan_switch_to_fiber(to->fiber, has_no_order ? __tsan_switch_to_fiber_no_sync : 0);
	if (!to->is_fiber_fenced) {
		to->is_fiber_fenced = true;
		__tsan_acquire(&fence_in);
	}
#else
	(void)to;
	(void)order;
#endif
}

void coroutine_lend_fiber(struct coroutine *whose)
{
	switch_fiber(whose, COROUTINE_NO_ORDER);
}

void coroutine_switch(struct coroutine *from, struct coroutine *to, enum coroutine_order order)
{
	switch_fiber(to, order);
#if HOST_ASAN
	__sanitizer_start_switch_fiber(NULL, to->stack, to->stack_size_bytes);
#endif
	coroutine_switch_stack(&from->stack_pointer, to->stack_pointer);
#if HOST_ASAN
	__sanitizer_finish_switch_fiber(NULL, NULL, NULL);
#endif
}

#if HOST_ASAN
/* The calling thread's own stack, which ASan has to be told when a run ends. */
static void find_own_stack(struct coroutine *own)
{
	static _Thread_local const void *bottom;
	static _Thread_local size_t size_bytes;
	if (bottom == NULL) {
		pthread_attr_t attributes;
		void *address;
		ensure(pthread_getattr_np(pthread_self(), &attributes) == 0);
		ensure(pthread_attr_getstack(&attributes, &address, &size_bytes) == 0);
		ensure(pthread_attr_destroy(&attributes) == 0);
		bottom = address;
	}
	own->stack = (uint8_t *)(uintptr_t)bottom;
	own->stack_size_bytes = size_bytes;
}
#endif

void coroutine_adopt(struct coroutine *own)
{
#if HOST_ASAN
	find_own_stack(own);
#endif
#if HOST_TSAN
	own->fiber = __tsan_get_current_fiber();
#endif
	own->is_fiber_fenced = true;
}

void coroutine_run_begin(struct coroutine *main)
{
	coroutine_adopt(main);
#if HOST_TSAN
	__tsan_release(&fence_in);
#endif
}

void coroutine_run_end(struct coroutine *main)
{
	(void)main;
	pool = NULL;
	for (size_t i = all_count; i-- > 0;) {
		struct coroutine *coroutine = all[i];
#if HOST_TSAN
		if (coroutine->is_fiber_fenced) {
			__tsan_switch_to_fiber(coroutine->fiber, __tsan_switch_to_fiber_no_sync);
			__tsan_release(&fence_out);
			__tsan_switch_to_fiber(main->fiber, __tsan_switch_to_fiber_no_sync);
		}
#endif
		coroutine->is_fiber_fenced = false;
		coroutine->next_pooled = pool;
		pool = coroutine;
	}
#if HOST_TSAN
	__tsan_acquire(&fence_out);
#endif
}

/* ---- Options that both hosts need of the sanitizers, whichever program it is linked into;
 * the environment overrides. */

const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	/* A fake stack would belong to a fiber that a run leaves in the middle of a call. */
	return "detect_stack_use_after_return=0:detect_leaks=0:abort_on_error=0";
}

const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
	return coroutine_tsan_options;
}
