/* Inputs as files: which of a corpus an engine starts from, and names that tell their content. */
#ifndef RUT_FUZZ_INPUTS_H
#define RUT_FUZZ_INPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fuzz_input {
	char *path; /* from malloc */
	int64_t changed_ns;
	int64_t size_bytes;
};

/* Brings the COUNT_MAX inputs to start from to the front, and returns how many there are: the
 * newest, since what they reached is young, and as many of the smallest of the rest, which run
 * fast. */
size_t fuzz_inputs_choose(struct fuzz_input *inputs, size_t count, size_t count_max);

/* Gives the folder TO the chosen ones of FOLDERS; how many. */
size_t fuzz_inputs_share(const char *const *folders, size_t folder_count, size_t count_max,
			 const char *to);

/* Gives FOLDER the file PATH under a name that is the same for the same content; false when it
 * has it, or cannot be given it. */
bool fuzz_input_share(const char *path, const char *folder);

/* Whether AFL++'s queue says of an input of this NAME that it is its own and reached new edges. */
bool fuzz_input_is_news(const char *name);

#endif
