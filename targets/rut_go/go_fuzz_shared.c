/* What workers tell each other, and the parent, without a word. */
#include "rut_go/go_fuzz.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

struct go_fuzz_shared *go_fuzz_shared_make(void)
{
	void *memory = mmap(NULL, sizeof(struct go_fuzz_shared), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (memory != MAP_FAILED)
		return memory;
	fprintf(stderr, "memory for the workers: %s\n", strerror(errno));
	return NULL;
}

bool go_fuzz_claim(struct go_fuzz_shared *shared, uint64_t key)
{
	for (size_t i = 0; i < GO_FUZZ_KEY_COUNT_MAX; i++) {
		uint64_t found = 0;
		if (atomic_compare_exchange_strong(&shared->keys[i], &found, key))
			return true;
		if (found == key)
			return false;
	}
	return false;
}

void go_fuzz_count_known(struct go_fuzz_shared *shared, const struct real_go_known *row)
{
	for (size_t i = 0; i < GO_FUZZ_KNOWN_COUNT_MAX; i++) {
		struct go_fuzz_known_count *known = &shared->known[i];
		const struct real_go_known *found = NULL;
		if (atomic_compare_exchange_strong(&known->row, &found, row) || found == row) {
			atomic_fetch_add_explicit(&known->count, 1, memory_order_relaxed);
			return;
		}
	}
}
