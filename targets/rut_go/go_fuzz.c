/* The parent of `rut go fuzz`: prepares, starts the workers, shows what they do, ends in order. */
#include "rut_go/go_fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rut/command.h"
#include "rut_go/go_command.h"

enum {
	WAKE_EVERY_MS = 200,
	/* A worker ends within one run, and that may be one that has to be killed. */
	PATIENCE_MS = GO_RUN_TIME_MAX_MS + 10000,
};

_Static_assert(sizeof(struct go_fuzz_message) <= PIPE_BUF, "messages must be written whole");

static volatile sig_atomic_t interrupt_count;

static void note_interrupt(int number)
{
	(void)number;
	interrupt_count++;
}

/* ---- Before -------------------------------------------------------------- */

/* Driver and reader are built here, once, before workers want them. */
static int choose_and_build(struct go_fuzz_run *run)
{
	int status = go_choose(run->options.go, &run->toolchain);
	if (status == RUT_FINE)
		status = go_driver(&run->toolchain, &run->options.build, run->driver);
	if (status != RUT_FINE)
		return status;
	struct real_go_reader *reader = go_reader(&run->toolchain);
	if (reader != NULL)
		snprintf(run->reader_version, sizeof run->reader_version, "%s",
			 real_go_reader_version(reader));
	real_go_reader_stop(reader);
	return RUT_FINE;
}

static int prepare(struct go_fuzz_run *run)
{
	int status = choose_and_build(run);
	if (status != RUT_FINE)
		return status;
	run->shared = go_fuzz_shared_make();
	if (run->shared == NULL || !fuzz_make_folders(run->options.findings))
		return RUT_HARNESS;
	if (!go_fuzz_corpus_load(run))
		return RUT_USAGE;
	go_fuzz_folder_remove_partial(run->options.findings);
	atomic_store(&run->shared->finding_number,
		     go_fuzz_folder_last_number(run->options.findings));
	run->has_terminal = isatty(STDOUT_FILENO);
	return 0;
}

/* ---- Workers ------------------------------------------------------------- */

static pid_t start_worker(struct go_fuzz_run *run, uint32_t index, int messages)
{
	pid_t parent = getpid();
	fflush(NULL);
	pid_t worker = fork();
	if (worker != 0)
		return worker;
	/* A group of its own: Ctrl-C is for the parent, which ends the workers in order. */
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	if (getppid() != parent)
		_exit(RUT_HARNESS);
	_exit(go_fuzz_work(run, index, messages));
}

static bool start_workers(struct go_fuzz_run *run)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0) {
		perror("a pipe for the workers");
		return false;
	}
	run->messages = ends[0];
	run->started_ms = fuzz_now_ms();
	for (uint32_t i = 0; i < run->options.jobs; i++) {
		run->workers[i] = start_worker(run, i, ends[1]);
		if (run->workers[i] < 0) {
			perror("a worker");
			run->workers[i] = 0;
			run->has_failed = true;
		}
	}
	close(ends[1]);
	fcntl(run->messages, F_SETFL, O_NONBLOCK);
	return true;
}

static size_t worker_count(const struct go_fuzz_run *run)
{
	size_t count = 0;
	for (uint32_t i = 0; i < run->options.jobs; i++)
		count += run->workers[i] != 0;
	return count;
}

static void take_messages(struct go_fuzz_run *run)
{
	static struct go_fuzz_message message;
	while (read(run->messages, &message, sizeof message) == sizeof message) {
		if (message.kind == GO_FUZZ_FINDING) {
			if (run->finding_count < FUZZ_FINDING_COUNT_MAX)
				memcpy(run->folders[run->finding_count], message.folder,
				       sizeof message.folder);
			run->finding_count++;
		}
		run->unconfirmed_count += message.kind == GO_FUZZ_UNCONFIRMED;
		go_fuzz_show_message(run, &message);
	}
}

static void collect_workers(struct go_fuzz_run *run)
{
	for (uint32_t i = 0; i < run->options.jobs; i++) {
		int status;
		if (run->workers[i] == 0 || waitpid(run->workers[i], &status, WNOHANG) <= 0)
			continue;
		run->workers[i] = 0;
		if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
			continue;
		take_messages(run);
		if (WIFSIGNALED(status))
			printf("\nHARNESS FAILURE  a worker died of %s\n",
			       strsignal(WTERMSIG(status)));
		else
			printf("\nHARNESS FAILURE  a worker ended with %d\n", WEXITSTATUS(status));
		run->has_failed = true;
	}
}

/* ---- The search ---------------------------------------------------------- */

/* The first Ctrl-C, or a failure, ends the search; findings are written as they are. */
static void hasten(struct go_fuzz_run *run)
{
	atomic_store(&run->shared->search_is_over, true);
	atomic_store(&run->shared->is_in_haste, true);
}

static void kill_workers(const struct go_fuzz_run *run)
{
	for (uint32_t i = 0; i < run->options.jobs; i++) {
		if (run->workers[i] != 0)
			kill(run->workers[i], SIGKILL);
	}
}

static void search(struct go_fuzz_run *run)
{
	int64_t hastened_ms = 0;
	go_fuzz_show_start(run);
	if (!start_workers(run)) {
		run->has_failed = true;
		return;
	}
	while (worker_count(run) > 0) {
		struct pollfd wait = {.fd = run->messages, .events = POLLIN};
		poll(&wait, 1, WAKE_EVERY_MS);
		take_messages(run);
		collect_workers(run);
		go_fuzz_show_progress(run);
		if (hastened_ms == 0 && (interrupt_count > 0 || run->has_failed)) {
			hasten(run);
			hastened_ms = fuzz_now_ms();
		}
		if (interrupt_count > 1 ||
		    (hastened_ms > 0 && fuzz_now_ms() - hastened_ms > PATIENCE_MS))
			kill_workers(run);
	}
	take_messages(run);
	close(run->messages);
	go_fuzz_show_sum(run);
}

int rut_go_fuzz(int argc, char **argv)
{
	static struct go_fuzz_run run;
	struct sigaction action = {.sa_handler = note_interrupt};
	run.options = go_fuzz_options_parse(argc, argv);
	int status = prepare(&run);
	if (status != 0)
		return status;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	search(&run);
	if (run.has_failed)
		return RUT_HARNESS;
	return run.finding_count > 0 ? RUT_FINDING : RUT_FINE;
}
