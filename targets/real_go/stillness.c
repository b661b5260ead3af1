#include "real_go/stillness.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	LINE_SIZE = 256,
	PATH_SIZE = 64,
	ARGUMENT_COUNT = 4,
	/* No operation of a scenario waits longer for a timer; what is set for later, such as the
	   end of the whole run, helps nobody on. */
	TIMER_MS_MAX = 200,
};

/* The system call that THREAD is in, and its first arguments; false: it is in none, or gone. */
static bool read_call(pid_t process, pid_t thread, long *ret_number,
		      uint64_t ret_arguments[ARGUMENT_COUNT])
{
	char path[PATH_SIZE];
	char line[LINE_SIZE];
	snprintf(path, sizeof path, "/proc/%d/task/%d/syscall", (int)process, (int)thread);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return false;
	ssize_t size_bytes = read(file, line, LINE_SIZE - 1);
	close(file);
	if (size_bytes <= 0)
		return false;
	line[size_bytes] = '\0';
	return sscanf(line, "%ld %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64, ret_number,
		      &ret_arguments[0], &ret_arguments[1], &ret_arguments[2],
		      &ret_arguments[3]) == 1 + ARGUMENT_COUNT;
}

/* Go waits by the first; condition variables of C, and joining a thread, by the second. */
static bool is_wait(uint64_t futex_operation)
{
	uint64_t command = futex_operation & (uint64_t)FUTEX_CMD_MASK;
	return command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET;
}

/* Whether THREAD waits for another one of the process, or naps. */
static bool is_at_rest(pid_t process, pid_t thread, struct stillness_thread *ret_thread)
{
	uint64_t arguments[ARGUMENT_COUNT];
	long number;
	if (!read_call(process, thread, &number, arguments))
		return false;
	*ret_thread = (struct stillness_thread){.thread = thread};
	switch (number) {
	case SYS_nanosleep:
	case SYS_clock_nanosleep:
		ret_thread->is_napping = true;
		return true;
	case SYS_futex:
		ret_thread->place = arguments[0];
		return is_wait(arguments[1]) && arguments[3] == 0;
	case SYS_epoll_pwait:
		ret_thread->place = arguments[0];
		return (int32_t)arguments[3] < 0 || (int32_t)arguments[3] > TIMER_MS_MAX;
	default:
		return false;
	}
}

/* Notes all threads in RET_NOW; false: one of them is not at rest, or more than one naps. */
static bool look_at_all(pid_t process, struct stillness *ret_now)
{
	char path[PATH_SIZE];
	const struct dirent *entry;
	unsigned napping_count = 0;
	bool are_at_rest = true;
	ret_now->thread_count = 0;
	snprintf(path, sizeof path, "/proc/%d/task", (int)process);
	DIR *folder = opendir(path);
	if (folder == NULL)
		return false;
	while (are_at_rest && (entry = readdir(folder)) != NULL) {
		pid_t thread = (pid_t)strtol(entry->d_name, NULL, 10);
		if (thread == 0)
			continue;
		struct stillness_thread *noted = &ret_now->threads[ret_now->thread_count++];
		are_at_rest = ret_now->thread_count < STILLNESS_THREAD_COUNT_MAX &&
			      is_at_rest(process, thread, noted);
		napping_count += are_at_rest && noted->is_napping;
	}
	closedir(folder);
	return are_at_rest && napping_count <= 1 && ret_now->thread_count > napping_count;
}

static bool is_same(const struct stillness *before, const struct stillness *now)
{
	if (before->thread_count != now->thread_count)
		return false;
	for (unsigned i = 0; i < now->thread_count; i++) {
		const struct stillness_thread *one = &before->threads[i];
		const struct stillness_thread *other = &now->threads[i];
		if (one->thread != other->thread || one->is_napping != other->is_napping ||
		    one->place != other->place)
			return false;
	}
	return true;
}

bool stillness_look(struct stillness *stillness, pid_t process)
{
	struct stillness now = {0};
	if (!look_at_all(process, &now)) {
		if (++stillness->missed_count > STILLNESS_MISSES_MAX)
			*stillness = (struct stillness){0};
		return false;
	}
	if (!is_same(stillness, &now)) {
		*stillness = now;
		return false;
	}
	return ++stillness->same_count >= STILLNESS_LOOKS;
}
