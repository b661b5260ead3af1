/* Processes at rest for good and processes that only look like it. Each is a child of this one, and
 * is looked at until it is still, or more often than one at rest needs. */
#include "real_go/tests/check.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "real_go/stillness.h"

enum {
	LOOK_PERIOD_MS = 10,
	LOOK_COUNT_MAX = 6000,                                     /* a minute */
	LOOK_COUNT = 2 * (STILLNESS_LOOKS + STILLNESS_MISSES_MAX), /* enough for one at rest */
	NAP_MS = 20,
};

static pthread_mutex_t mutexes[2] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static pthread_barrier_t both_have_one;

/* ---- What children do ---------------------------------------------------- */

static void nap(long nap_ms)
{
	const struct timespec time = {.tv_nsec = nap_ms * 1000000};
	nanosleep(&time, NULL);
}

static pthread_t start(void *act(void *argument), void *argument)
{
	pthread_t thread;
	if (pthread_create(&thread, NULL, act, argument) != 0)
		_exit(1);
	return thread;
}

/* Takes the mutex ARGUMENT and then the other one, which somebody has who wants this one. */
static void *embrace(void *argument)
{
	pthread_mutex_t *first = argument;
	pthread_mutex_t *second = first == &mutexes[0] ? &mutexes[1] : &mutexes[0];
	pthread_mutex_lock(first);
	pthread_barrier_wait(&both_have_one);
	pthread_mutex_lock(second);
	return NULL;
}

static void deadlock(void)
{
	pthread_barrier_init(&both_have_one, NULL, 2);
	start(embrace, &mutexes[0]);
	embrace(&mutexes[1]);
}

static void join_deadlocked(void)
{
	pthread_barrier_init(&both_have_one, NULL, 2);
	start(embrace, &mutexes[0]);
	pthread_join(start(embrace, &mutexes[1]), NULL);
}

static void *nap_forever(void *argument)
{
	(void)argument;
	for (;;)
		nap(NAP_MS);
	return NULL;
}

static void *poll_forever(void *timeout_ms)
{
	struct epoll_event event;
	int poller = epoll_create1(EPOLL_CLOEXEC);
	for (;;)
		epoll_pwait(poller, &event, 1, *(const int *)timeout_ms, NULL);
	return NULL;
}

/* As Go's runtime with all of its goroutines stuck: one thread in the network poller, one napping.
 */
static void deadlock_beside_others(void)
{
	static const int no_limit = -1;
	start(nap_forever, NULL);
	start(poll_forever, (void *)(uintptr_t)&no_limit);
	deadlock();
}

static void deadlock_beside_poller(void)
{
	static const int limit_ms = NAP_MS;
	start(poll_forever, (void *)(uintptr_t)&limit_ms);
	deadlock();
}

static void deadlock_beside_two_that_nap(void)
{
	start(nap_forever, NULL);
	start(nap_forever, NULL);
	deadlock();
}

static void *compute(void *argument)
{
	static volatile unsigned counter;
	(void)argument;
	for (;;)
		counter++;
	return NULL;
}

static void deadlock_beside_work(void)
{
	start(compute, NULL);
	deadlock();
}

static void only_nap(void)
{
	nap_forever(NULL);
}

static void wait_for_outside(void)
{
	int ends[2];
	char byte;
	if (pipe(ends) == 0 && read(ends[0], &byte, 1) < 0)
		_exit(1);
}

/* ---- Looking at them ----------------------------------------------------- */

static pid_t begin(void act(void))
{
	pid_t parent = getpid();
	pid_t child = fork();
	assert_true(child >= 0);
	if (child != 0)
		return child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == parent)
		act();
	_exit(1);
}

static void end(pid_t child)
{
	int status;
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	/* It was there until now. */
	assert_true(WIFSIGNALED(status));
}

static bool look(struct stillness *stillness, pid_t child)
{
	nap(LOOK_PERIOD_MS);
	return stillness_look(stillness, child);
}

static bool is_still(void act(void), unsigned look_count)
{
	struct stillness stillness = {0};
	pid_t child = begin(act);
	bool is_seen = false;
	for (unsigned i = 0; i < look_count && !is_seen; i++)
		is_seen = look(&stillness, child);
	end(child);
	return is_seen;
}

/* Whether this machine lets a process see what another one waits for. */
static void need_proc(void)
{
	char path[64], byte;
	pid_t child = begin(only_nap);
	snprintf(path, sizeof path, "/proc/%d/task/%d/syscall", (int)child, (int)child);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	bool is_readable = file >= 0 && read(file, &byte, 1) == 1;
	if (file >= 0)
		close(file);
	end(child);
	if (is_readable)
		return;
	print_message("skipped: %s cannot be read; /proc and the right to trace are needed\n",
		      path);
	skip();
}

/* ThreadSanitizer gives each process that makes threads one of its own, which naps. */
static void need_plain_threads(void)
{
#ifdef HOST_TSAN
	print_message(
		"skipped: ThreadSanitizer's own thread naps beside; the other builds try it\n");
	skip();
#endif
}

static void those_who_wait_for_each_other_are_still(void **state)
{
	(void)state;
	need_plain_threads();
	need_proc();
	assert_true(is_still(deadlock, LOOK_COUNT_MAX));
	assert_true(is_still(join_deadlocked, LOOK_COUNT_MAX));
	assert_true(is_still(deadlock_beside_others, LOOK_COUNT_MAX));
}

static void who_can_go_on_is_not(void **state)
{
	(void)state;
	assert_false(is_still(deadlock_beside_poller, LOOK_COUNT));
	assert_false(is_still(deadlock_beside_two_that_nap, LOOK_COUNT));
	assert_false(is_still(deadlock_beside_work, LOOK_COUNT));
	assert_false(is_still(only_nap, LOOK_COUNT));
	assert_false(is_still(wait_for_outside, LOOK_COUNT));
}

/* ---- One that goes on ---------------------------------------------------- */

static atomic_uint *words; /* shared with the child; it waits for each in turn while that is 0 */

static void wait_for_words(void)
{
	for (;; words++) {
		while (atomic_load(words) == 0)
			syscall(SYS_futex, words, FUTEX_WAIT, 0, NULL, NULL, 0);
	}
}

static void who_waits_at_another_place_begins_anew(void **state)
{
	enum { SIZE_BYTES = 4096 };
	struct stillness stillness = {0};
	unsigned look_count = 0;
	(void)state;
	need_proc();
	words = mmap(NULL, SIZE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(words != MAP_FAILED);
	pid_t child = begin(wait_for_words);
	while (stillness.same_count < STILLNESS_LOOKS - 1 && look_count++ < LOOK_COUNT_MAX)
		assert_false(look(&stillness, child));
	assert_int_equal(stillness.same_count, STILLNESS_LOOKS - 1);
	atomic_store(words, 1);
	syscall(SYS_futex, words, FUTEX_WAKE, 1, NULL, NULL, 0);
	/* It is on its way, or at the next word: seen there for the first time by the first look at
	 * the earliest. */
	for (unsigned i = 0; i < STILLNESS_LOOKS; i++)
		assert_false(look(&stillness, child));
	bool is_seen = false;
	for (unsigned i = 0; i < LOOK_COUNT_MAX && !is_seen; i++)
		is_seen = look(&stillness, child);
	assert_true(is_seen);
	end(child);
	munmap(words, SIZE_BYTES);
}

static void who_is_gone_is_not_still(void **state)
{
	struct stillness stillness = {0};
	(void)state;
	pid_t child = begin(only_nap);
	end(child);
	assert_false(stillness_look(&stillness, child));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(those_who_wait_for_each_other_are_still),
		cmocka_unit_test(who_can_go_on_is_not),
		cmocka_unit_test(who_waits_at_another_place_begins_anew),
		cmocka_unit_test(who_is_gone_is_not_still),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
