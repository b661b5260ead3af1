/* What a fuzzing child prints, understood line by line. No I/O. */
#ifndef RUT_FUZZ_PARSE_H
#define RUT_FUZZ_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of a scenario. */
struct fuzz_size {
	uint32_t operations;
	uint32_t overrides;
};

/* Who named the verdict; a stricter witness replaces a vaguer one. */
enum fuzz_witness {
	FUZZ_NOBODY,
	FUZZ_ENGINE,    /* libFuzzer: crash, livelock, out-of-memory */
	FUZZ_SANITIZER, /* its SUMMARY line */
	FUZZ_TARGET,    /* the target's own FINDING line */
};

struct fuzz_verdict {
	enum fuzz_witness witness;
	char verdict[48]; /* letters, digits, '-' and '_' only: it becomes a folder's name */
	char rule[48];    /* the same; empty: none */
	char where[160];
};

/* Takes LINE when it names a verdict by a stricter witness than VERDICT has. Understood:
 *     FINDING verdict=<name> rule=<id or -> where=<text>
 *     SUMMARY: ThreadSanitizer: data race <place> in <function>       race
 *     SUMMARY: <Other>Sanitizer: <kind> <place> in <function>         asan-<kind>, tsan-<kind>, ...
 *     SUMMARY: libFuzzer: timeout|deadly signal|out-of-memory         livelock, crash,
 * out-of-memory */
bool fuzz_parse_verdict(const char *line, struct fuzz_verdict *verdict);

bool fuzz_verdict_is_same(const struct fuzz_verdict *a, const struct fuzz_verdict *b);

/* Whether LINE is AFL++ saying that an input it was given fails; takes what that file was called.
 */
bool fuzz_parse_refusal(const char *line, char *ret_name, size_t name_size);

/* Takes what `rut shrink` printed: the size of its result, and of what it began with. */
bool fuzz_parse_shrunk(const char *text, struct fuzz_size *ret_small, struct fuzz_size *ret_found);

#endif
