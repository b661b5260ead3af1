/* What a fuzzing child prints, understood line by line. No I/O. */
#ifndef RUT_FUZZ_PARSE_H
#define RUT_FUZZ_PARSE_H

#include <stdbool.h>
#include <stdint.h>

struct fuzz_progress {
	uint64_t executions;
	uint64_t edges;        /* libFuzzer's "cov" */
	uint64_t corpus_units; /* libFuzzer's "corp" */
	uint64_t steps;        /* the target's STATS line */
	uint64_t signals;      /* handled */
	uint64_t sent;         /* real ones; 0 where the simulator delivers them */
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

/* Takes LINE when it is one of libFuzzer's progress or final lines, or the target's
 *     STATS steps=<n> signals=<n> [sent=<n> ...]
 * when it ends; executions only grow. Sets
 * *RET_IS_NEW to whether it tells of new coverage. */
bool fuzz_parse_progress(const char *line, struct fuzz_progress *progress, bool *ret_is_new);

/* Takes LINE when it names a verdict by a stricter witness than VERDICT has. Understood:
 *     FINDING verdict=<name> rule=<id or -> where=<text>
 *     SUMMARY: ThreadSanitizer: data race <place> in <function>       race
 *     SUMMARY: <Other>Sanitizer: <kind> <place> in <function>         asan-<kind>, tsan-<kind>, ...
 *     SUMMARY: libFuzzer: timeout|deadly signal|out-of-memory         livelock, crash,
 * out-of-memory */
bool fuzz_parse_verdict(const char *line, struct fuzz_verdict *verdict);

bool fuzz_verdict_is_same(const struct fuzz_verdict *a, const struct fuzz_verdict *b);

#endif
