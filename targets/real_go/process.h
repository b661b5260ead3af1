/* A child process, run to its end while what it prints streams in.
 *
 * It leads a process group of its own, dies with us, and has a deadline on the monotonic clock:
 * then SIGQUIT, on which a Go program prints all of its stacks, and a while later SIGKILL to the
 * whole group. One thread; one child at a time. */
#ifndef REAL_GO_PROCESS_H
#define REAL_GO_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PROCESS_ERROR_SIZE = 512 };

struct process_options {
	const char *const *arguments;   /* the first is the program, a path or a name in PATH */
	const char *const *environment; /* NAME=value each; NULL: ours */
	const char *input;              /* all of its standard input; NULL: none */
	size_t input_size_bytes;
	unsigned time_limit_ms;
	bool may_not_rest; /* one that has come to rest (stillness.h) is at its deadline */
	bool may_clean_up; /* when we die it is asked to end, and not killed */
	/* Its standard output, in pieces. False: nobody wants the rest, and the process is killed.
	 */
	bool (*on_output)(void *context, const uint8_t *bytes, size_t size_bytes);
	void *context;
	char *messages; /* where its standard error goes, as much as fits, with a 0 at the end */
	size_t messages_size;
};

struct process_result {
	int wait_status;    /* as waitpid() tells it */
	bool has_timed_out; /* or came to rest */
	bool was_unwanted;  /* on_output said so */
	uint64_t run_time_us;
};

/* False: it could not be started or watched; RET_ERROR (PROCESS_ERROR_SIZE) tells. */
bool process_run(const struct process_options *options, struct process_result *ret_result,
		 char *ret_error);

/* Runs ARGUMENTS and keeps what fits of its standard output, which ends with a 0. The result: its
 * exit status, or -1 with RET_ERROR (PROCESS_ERROR_SIZE) when it did not end by itself in time. */
int process_read(const char *const *arguments, unsigned time_limit_ms, char *ret_output,
		 size_t output_size, char *ret_messages, size_t messages_size, char *ret_error);

#endif
