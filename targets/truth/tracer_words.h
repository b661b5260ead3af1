/* What truth looks at in either tracer. Which of the two a run has is known from its dialect alone:
 * the other one's pointer may be that of an earlier run. */
#ifndef TRUTH_TRACER_WORDS_H
#define TRUTH_TRACER_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "sched/types.h"

struct tracer_words {
	bool is_v1;
	uint32_t clock_unit_ns;
	uint32_t sample_header_word_count; /* of a record in a ring of CPU samples */

	/* As the current M sees them. */
	/* Of a section that is entered now; 0: tracing is off. */
	uint64_t (*generation)(void);
	const struct g *(*reader)(void); /* that has registered, or NULL */
	/* Of a text that the program gives, what a trace tells. */
	uint32_t (*text_size_bytes_max)(void);

	/* Once all Ms sleep: whether a reader that has registered beside it was forgotten. */
	bool (*is_work_for_reader)(void);
};

/* Of the run; set by tracer_words_choose(). */
extern const struct tracer_words *tracer_words;

/* Before the run, whose trace has DIALECT. */
void tracer_words_choose(uint32_t dialect);

/* With what any M still holds back: what others cannot see yet, but who waits will be told of. */
uint32_t truth_newest_u32(const struct atomic_u32 *word);

#endif
