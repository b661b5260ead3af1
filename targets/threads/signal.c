/* SIGPROF: who sends it, who handles it, and the books of both.
 *
 * ThreadSanitizer delivers a signal at the next point that suits it, which may be after the
 * goroutine has gone to another thread (determinism.md 2.8). Each signal therefore carries the run
 * and the M that it is for. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fatal.h"
#include "coroutine/sanitizer.h"
#include "threads/internal.h"

#if HOST_TSAN
#include <sanitizer/tsan_interface_atomic.h>
#endif

enum {
	INDEX_BITS = 8, /* THREADS_COUNT_MAX fits */
	RUN_BITS = 22,
	SIGNAL_STACK_SIZE_BYTES = 256 * 1024,
	LINGER_NS = 100000000,
	STEPS_BETWEEN_SIGNALS = 16,
};

/* The sampler sends under the lock, so that after the run's end none is on its way. */
static struct {
	struct spin lock;
	bool is_wanted;
	uint32_t rate_hz;
	uint32_t is_parked;
	sem_t start;
} sampler;

static uint32_t ticket_of(const struct thread *thread)
{
	uint32_t run = world.run_number & ((1u << RUN_BITS) - 1);
	return run << INDEX_BITS | thread->index;
}

/* Whose signal it is; NULL when it was sent in an earlier run. */
static struct thread *addressee_of(const siginfo_t *info)
{
	uint32_t ticket = (uint32_t)info->si_value.sival_int;
	struct thread *thread = &threads[(ticket & ((1u << INDEX_BITS) - 1)) % THREADS_COUNT_MAX];
	return ticket == ticket_of(thread) ? thread : NULL;
}

/* When the run is over, or the handler does what it may not, the rest of it is left out. */
static void handle(struct thread *thread)
{
	thread->interrupted_kind = thread->stack_kind;
	thread->stack_kind = HOST_STACK_SIGNAL;
	if (_setjmp(thread->signal_exit) == 0)
		world.signal_handler(thread->owner);
	thread->stack_kind = thread->interrupted_kind;
}

static void on_sigprof(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	int interrupted_errno = errno;
	struct thread *thread = thread_self();
	struct thread *addressee = addressee_of(info);
	if (addressee != NULL) {
		if (info->si_code == SI_TIMER)
			__atomic_fetch_add(&addressee->sent_count, 1 + (uint64_t)info->si_overrun,
					   __ATOMIC_RELAXED);
		if (addressee != thread || LOAD(thread->state) <= THREAD_STARTING) {
			COUNT(addressee->stray_count);
		} else {
			COUNT(thread->handled_count);
			if (thread->stack_kind != HOST_STACK_SIGNAL && !LOAD(world.is_over))
				handle(thread);
		}
	}
	errno = interrupted_errno;
}

void signal_poll(void)
{
#if HOST_TSAN
	static volatile __tsan_atomic32 looked_at;
	__tsan_atomic32_load(&looked_at, __tsan_memory_order_relaxed);
#endif
}

static void send_to(struct thread *thread)
{
	if (LOAD(thread->state) != THREAD_RUNNING)
		return;
	/* One that did little since has used little time: as from a clock of CPU time, nothing is
	 * due. On a busy machine handlers would leave it no time for anything else. */
	uint64_t own_step_count = LOAD(thread->own_step_count);
	if (own_step_count < thread->next_signal_step)
		return;
	thread->next_signal_step = own_step_count + STEPS_BETWEEN_SIGNALS;
	siginfo_t info = {.si_code = SI_QUEUE};
	info.si_pid = getpid();
	info.si_value.sival_int = (int)ticket_of(thread);
	if (LOAD(thread->sent_count) == 0)
		thread->first_signal_step = LOAD(thread->step_count);
	if (syscall(SYS_rt_tgsigqueueinfo, getpid(), thread->tid, SIGPROF, &info) == 0)
		COUNT(thread->sent_count);
}

static bool sample(void)
{
	spin_lock(&sampler.lock);
	bool is_wanted = sampler.is_wanted;
	if (is_wanted && world.signal_handler != NULL)
		for (uint32_t i = 0, count = LOAD(world.thread_count); i < count; i++)
			send_to(&threads[i]);
	spin_unlock(&sampler.lock);
	return is_wanted;
}

static bool is_sampler_wanted(void)
{
	spin_lock(&sampler.lock);
	bool is_wanted = sampler.is_wanted;
	spin_unlock(&sampler.lock);
	return is_wanted;
}

static void park_sampler(void)
{
	STORE(sampler.is_parked, 1);
	/* A run that began in between has found nobody to wake. */
	if (is_sampler_wanted() &&
	    __atomic_exchange_n(&sampler.is_parked, 0, __ATOMIC_SEQ_CST) != 0)
		return;
	while (sem_wait(&sampler.start) != 0)
		ensure(errno == EINTR);
}

/* It goes on for a while after a run, so that many short ones get as many signals as a long one, at
 * any moment; then it sleeps. */
static void *sampler_main(void *argument)
{
	(void)argument;
	struct choice_random random;
	choice_random_init(&random, 1);
	uint64_t next_ns = 0;
	park_sampler();
	uint64_t wanted_ns = monotonic_ns(); /* when it was wanted last */
	for (;;) {
		uint64_t period_ns = 1000000000 / LOAD(sampler.rate_hz);
		uint64_t now_ns = monotonic_ns();
		if (next_ns + period_ns < now_ns)
			next_ns = now_ns + choice_random_below(&random, (uint32_t)period_ns);
		const struct timespec until = {.tv_sec = (time_t)(next_ns / 1000000000),
					       .tv_nsec = (long)(next_ns % 1000000000)};
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
		next_ns += period_ns;
		if (sample()) {
			wanted_ns = next_ns;
		} else if (next_ns > wanted_ns + LINGER_NS) {
			park_sampler();
			wanted_ns = monotonic_ns();
		}
	}
	return NULL;
}

void signal_process_begin(void)
{
	struct sigaction action = {.sa_sigaction = on_sigprof,
				   .sa_flags = SA_ONSTACK | SA_RESTART | SA_SIGINFO};
	sigset_t all, before;
	pthread_t made;
	sigemptyset(&action.sa_mask);
	ensure(sigaction(SIGPROF, &action, NULL) == 0);
	ensure(sem_init(&sampler.start, 0, 0) == 0);
	sigfillset(&all);
	ensure(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
	ensure(pthread_create(&made, NULL, sampler_main, NULL) == 0);
	ensure(pthread_detach(made) == 0);
	ensure(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
}

void signal_thread_begin(void)
{
	stack_t stack = {.ss_size = SIGNAL_STACK_SIZE_BYTES};
	sigset_t sigprof;
	stack.ss_sp = mmap(NULL, stack.ss_size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	ensure(stack.ss_sp != MAP_FAILED);
	ensure(sigaltstack(&stack, NULL) == 0);
	sigemptyset(&sigprof);
	sigaddset(&sigprof, SIGPROF);
	ensure(pthread_sigmask(SIG_UNBLOCK, &sigprof, NULL) == 0);
}

static bool is_sampled(void)
{
	return world.options.signal_source == THREADS_SAMPLER && world.options.signal_rate_hz > 0;
}

void signal_run_begin(void)
{
	if (!is_sampled())
		return;
	spin_lock(&sampler.lock);
	sampler.is_wanted = true;
	STORE(sampler.rate_hz, world.options.signal_rate_hz);
	spin_unlock(&sampler.lock);
	if (__atomic_exchange_n(&sampler.is_parked, 0, __ATOMIC_SEQ_CST) != 0)
		sem_post(&sampler.start);
}

void signal_run_end(void)
{
	spin_lock(&sampler.lock);
	sampler.is_wanted = false;
	spin_unlock(&sampler.lock);
}

static bool has_timer(void)
{
	return world.options.signal_source == THREADS_CPU_TIMER && world.options.signal_rate_hz > 0;
}

void signal_timer_begin(struct thread *thread)
{
	if (!has_timer())
		return;
	struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGPROF};
	event.sigev_value.sival_int = (int)ticket_of(thread);
	event._sigev_un._tid = thread->tid;
	ensure(timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &thread->timer) == 0);
	const long period_ns = 1000000000 / (long)world.options.signal_rate_hz;
	const struct timespec period = {.tv_sec = period_ns / 1000000000,
					.tv_nsec = period_ns % 1000000000};
	const struct itimerspec interval = {.it_interval = period, .it_value = period};
	ensure(timer_settime(thread->timer, 0, &interval, NULL) == 0);
}

void signal_timer_end(struct thread *thread)
{
	if (has_timer())
		ensure(timer_delete(thread->timer) == 0);
}

/* Nobody is preempted between safe points here. */
void host_set_preempt_handler(host_signal_handler *handler)
{
	(void)handler;
}

void host_preempt(const void *owner)
{
	(void)owner;
}

void host_set_signal_handler(host_signal_handler *handler)
{
	__atomic_store_n(&world.signal_handler, handler, __ATOMIC_SEQ_CST);
}
