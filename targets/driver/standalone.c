/* A main for a fuzz target without a fuzzing engine: runs files and folders once.
 *
 *   fuzz_x FILE|FOLDER...            each input in a process of its own: a finding hides no other
 *   fuzz_x --no-fork FILE|FOLDER...  all in this process, for a debugger; ends at the first finding
 *
 * Inputs run in the order of their names; names that begin with a dot are passed over. Standard
 * output: one line per input that failed, with how it ended, and a closing count. Exit status: 0
 * all clean, 1 a finding, 2 wrong usage or an input that cannot be read or a folder without inputs,
 * 3 this program itself failed. */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { INPUT_TIME_MAX_S = 60, PROGRESS_EVERY_S = 2 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv);

struct inputs {
	char **paths;
	size_t count;
	size_t capacity;
};

static _Noreturn void stop(int status, const char *path, const char *problem)
{
	fprintf(stderr, "%s: %s\n", path, problem);
	exit(status);
}

static void *checked(void *memory)
{
	if (!memory)
		stop(3, "standalone", "out of memory");
	return memory;
}

static void inputs_add(struct inputs *inputs, const char *path)
{
	if (inputs->count == inputs->capacity) {
		inputs->capacity = inputs->capacity ? 2 * inputs->capacity : 64;
		inputs->paths = checked(
			realloc(inputs->paths, inputs->capacity * sizeof(*inputs->paths)));
	}
	inputs->paths[inputs->count++] = checked(strdup(path));
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void inputs_add_path(struct inputs *inputs, const char *path);

static void inputs_add_folder(struct inputs *inputs, const char *folder)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_visible, alphasort);
	if (count < 0)
		stop(2, folder, strerror(errno));
	if (count == 0)
		stop(2, folder, "a folder without inputs; at least one file was expected");
	for (int i = 0; i < count; i++) {
		char *path;
		if (asprintf(&path, "%s/%s", folder, entries[i]->d_name) < 0)
			stop(3, folder, "out of memory");
		inputs_add_path(inputs, path);
		free(path);
		free(entries[i]);
	}
	free(entries);
}

static void inputs_add_path(struct inputs *inputs, const char *path)
{
	struct stat status;
	if (stat(path, &status) != 0)
		stop(2, path, strerror(errno));
	if (S_ISDIR(status.st_mode))
		inputs_add_folder(inputs, path);
	else
		inputs_add(inputs, path);
}

/* The whole file in a block of exactly its size, so that a read past its end is a read past the
 * block. */
static uint8_t *read_input(const char *path, size_t *ret_size)
{
	FILE *file = fopen(path, "rb");
	struct stat status;
	if (!file || fstat(fileno(file), &status) != 0)
		stop(2, path, strerror(errno));
	size_t size_bytes = (size_t)status.st_size;
	uint8_t *bytes = checked(malloc(size_bytes ? size_bytes : 1));
	if (fread(bytes, 1, size_bytes, file) != size_bytes)
		stop(2, path, "could not be read to its end");
	fclose(file);
	*ret_size = size_bytes;
	return bytes;
}

static void run_input(const char *path)
{
	size_t size_bytes;
	uint8_t *bytes = read_input(path, &size_bytes);
	LLVMFuzzerTestOneInput(bytes, size_bytes);
	free(bytes);
}

/* Whether the input came through clean; says how it ended otherwise. */
static int is_clean_in_child(const char *path)
{
	fflush(NULL);
	pid_t child = fork();
	if (child < 0)
		stop(3, "fork", strerror(errno));
	if (child == 0) {
		alarm(INPUT_TIME_MAX_S);
		run_input(path);
		fflush(NULL);
		_exit(0);
	}
	int status;
	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			stop(3, "waitpid", strerror(errno));
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 1;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
		exit(2); /* unreadable, and the child has said so */
	if (WIFEXITED(status))
		printf("FAILED  %s  exit %d\n", path, WEXITSTATUS(status));
	else if (WTERMSIG(status) == SIGALRM)
		printf("FAILED  %s  not done after %d s\n", path, INPUT_TIME_MAX_S);
	else
		printf("FAILED  %s  %s\n", path, strsignal(WTERMSIG(status)));
	return 0;
}

static int64_t now_s(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

int main(int argc, char **argv)
{
	if (LLVMFuzzerInitialize)
		LLVMFuzzerInitialize(&argc, &argv);
	int first = 1;
	int may_fork = 1;
	if (argc > 1 && strcmp(argv[1], "--no-fork") == 0) {
		may_fork = 0;
		first = 2;
	}
	if (first >= argc || argv[first][0] == '-') {
		fprintf(stderr, "usage: %s [--no-fork] FILE|FOLDER...\n", argv[0]);
		return 2;
	}
	struct inputs inputs = {0};
	for (int i = first; i < argc; i++)
		inputs_add_path(&inputs, argv[i]);

	size_t failed_count = 0;
	int64_t said_s = now_s();
	for (size_t i = 0; i < inputs.count; i++) {
		if (may_fork)
			failed_count += !is_clean_in_child(inputs.paths[i]);
		else
			run_input(inputs.paths[i]);
		if (now_s() - said_s >= PROGRESS_EVERY_S) {
			said_s = now_s();
			fprintf(stderr, "%zu of %zu\n", i + 1, inputs.count);
		}
	}
	printf("%zu of %zu inputs clean\n", inputs.count - failed_count, inputs.count);
	for (size_t i = 0; i < inputs.count; i++)
		free(inputs.paths[i]);
	free(inputs.paths);
	return failed_count ? 1 : 0;
}
