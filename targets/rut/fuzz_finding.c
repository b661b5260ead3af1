/* Which findings there are: of earlier runs, by their records, and of this one. The same defect,
 * verdict, rule and place is the same finding, however many inputs show it. A new one is seen
 * through by a process of its own, one at a time, while the search goes on. */
#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rut/fuzz.h"

static struct fuzz_finding *known(struct fuzz_run *run, const struct fuzz_record *record)
{
	for (size_t i = 0; i < run->finding_count; i++) {
		if (fuzz_record_is_same(&run->findings[i].record, record))
			return &run->findings[i];
	}
	return NULL;
}

/* ---- Earlier runs -------------------------------------------------------- */

/* Of the folder that the file PATH is in. */
static bool read_earlier(const char *path, struct fuzz_finding *ret_finding)
{
	char record[FUZZ_PATH_SIZE];
	struct fuzz_finding finding = {.state = FUZZ_OF_EARLIER_RUN};
	fuzz_path(finding.folder, sizeof(finding.folder), "%.*s", (int)(strrchr(path, '/') - path),
		  path);
	fuzz_path(record, sizeof(record), "%s/finding.json", finding.folder);
	if (!fuzz_record_read(record, &finding.record))
		return false;
	/* Real threads are judged in one build alone. */
	if (!fuzz_build_named(finding.record.judge, &finding.build))
		finding.build = FUZZ_TSAN;
	finding.number = (uint32_t)strtoul(strrchr(finding.folder, '/') + 1, NULL, 10);
	*ret_finding = finding;
	return true;
}

void fuzz_findings_read(struct fuzz_run *run)
{
	char pattern[FUZZ_PATH_SIZE];
	glob_t paths;
	fuzz_path(pattern, sizeof(pattern), "%s/[0-9]*/finding.json", run->options.findings);
	if (glob(pattern, 0, NULL, &paths) != 0)
		return;
	for (size_t i = 0; i < paths.gl_pathc && run->finding_count < FUZZ_EARLIER_COUNT_MAX; i++) {
		struct fuzz_finding *finding = &run->findings[run->finding_count];
		if (read_earlier(paths.gl_pathv[i], finding) && !known(run, &finding->record))
			run->finding_count++;
	}
	globfree(&paths);
}

/* ---- Announced or not ---------------------------------------------------- */

/* A file in the folder from before it gets its name until somebody has read of it. */
#define UNANNOUNCED ".unannounced-"

bool fuzz_finding_mark(const char *folder, pid_t run)
{
	char path[FUZZ_PATH_SIZE];
	fuzz_path(path, sizeof(path), "%s/" UNANNOUNCED "%d", folder, (int)run);
	return fuzz_write_file(path, "", 0);
}

void fuzz_findings_announce_left(const struct fuzz_run *run)
{
	char pattern[FUZZ_PATH_SIZE];
	glob_t paths;
	fuzz_path(pattern, sizeof(pattern), "%s/[0-9]*/" UNANNOUNCED "*", run->options.findings);
	if (glob(pattern, 0, NULL, &paths) != 0)
		return;
	for (size_t i = 0; i < paths.gl_pathc; i++) {
		const char *path = paths.gl_pathv[i];
		pid_t owner = (pid_t)strtol(strrchr(path, '-') + 1, NULL, 10);
		struct fuzz_finding finding;
		/* Another run, in another work folder, will announce it itself. */
		if (owner > 0 && owner != getpid() && (kill(owner, 0) == 0 || errno != ESRCH))
			continue;
		if (read_earlier(path, &finding))
			fuzz_announce_left(run, &finding);
		unlink(path);
	}
	globfree(&paths);
}

/* ---- What targets pass over ---------------------------------------------- */

static uint64_t hash_of(const struct fuzz_finding *finding)
{
	const struct fuzz_verdict *verdict = &finding->record.verdict;
	return page_hash(verdict->verdict, verdict->rule, verdict->where);
}

/* A run with a defect ends at the first finding: none is passed over. */
void fuzz_findings_tell(const struct fuzz_run *run, struct engine_page *page)
{
	uint64_t count = 0;
	if (run->options.defect)
		return;
	for (size_t i = 0; i < run->finding_count && count < PAGE_KNOWN_COUNT_MAX; i++) {
		if (run->findings[i].record.defect[0] == '\0')
			page->known[count++] = hash_of(&run->findings[i]);
	}
	page->known_count = count;
}

void fuzz_findings_count(struct fuzz_run *run, const struct fuzz_slice *slice)
{
	const struct engine_page *page = slice->page;
	for (size_t i = 0; page && i < page->known_count; i++) {
		uint64_t seen = atomic_load_explicit(&page->known_seen[i], memory_order_relaxed);
		slice->target->finding_count += (uint32_t)seen;
		for (size_t k = 0; seen > 0 && k < run->finding_count; k++) {
			struct fuzz_finding *finding = &run->findings[k];
			if (finding->record.defect[0] == '\0' && hash_of(finding) == page->known[i])
				finding->count += seen;
		}
	}
}

size_t fuzz_findings_seen_again(const struct fuzz_run *run)
{
	size_t count = 0;
	for (size_t i = 0; i < run->finding_count; i++)
		count += run->findings[i].state == FUZZ_OF_EARLIER_RUN &&
			 run->findings[i].count > 0;
	return count;
}

/* ---- This run ------------------------------------------------------------ */

static void note_first(struct fuzz_run *run, const struct fuzz_slice *slice, size_t index)
{
	if (run->has_found || slice->is_recovered)
		return;
	run->has_found = true;
	run->first_finding = index;
	run->first_found_ms = slice->found_ms;
	run->first_executions = fuzz_counts_of_run(run).executions;
	run->first_engine = slice->engine;
	run->first_build = slice->build;
	run->first_target = slice->target;
}

static struct fuzz_record describe(const struct fuzz_run *run, const struct fuzz_slice *slice)
{
	struct fuzz_record record = {.verdict = slice->verdict, .seed = slice->seed};
	if (record.verdict.witness == FUZZ_NOBODY)
		record.verdict = (struct fuzz_verdict){.witness = FUZZ_ENGINE, .verdict = "crash"};
	snprintf(record.defect, sizeof(record.defect), "%s", slice->defect);
	snprintf(record.target, sizeof(record.target), "%s", slice->target->name);
	snprintf(record.judge, sizeof(record.judge), "%s",
		 fuzz_judge(slice->target->name, slice->build));
	snprintf(record.engine, sizeof(record.engine), "%s", fuzz_engine_name(slice->engine));
	if (!slice->is_recovered) {
		record.executions = fuzz_counts_of_target(run, slice->target).executions;
		record.found_ms = slice->found_ms;
	}
	return record;
}

/* What was printed goes into the slice's folder, for the worker. */
static void add_new(struct fuzz_run *run, struct fuzz_slice *slice,
		    const struct fuzz_record *record)
{
	char path[FUZZ_PATH_SIZE];
	struct fuzz_finding *finding = &run->findings[run->finding_count++];
	*finding = (struct fuzz_finding){.record = *record,
					 .state = FUZZ_WAITS,
					 .target = slice->target,
					 .build = slice->build,
					 .is_recovered = slice->is_recovered,
					 .count = 1};
	memcpy(finding->slice_folder, slice->folder, sizeof(slice->folder));
	memcpy(finding->artifact, slice->artifact, sizeof(slice->artifact));
	fuzz_path(path, sizeof(path), "%s/output.txt", slice->folder);
	if (!fuzz_write_file(path, slice->text, slice->text_size))
		run->has_failed = true;
	run->new_count++;
}

void fuzz_finding_keep(struct fuzz_run *run, struct fuzz_slice *slice)
{
	const bool ends_run = run->options.defect && !slice->is_recovered;
	/* The first one ended the run; what other children found meanwhile was not asked for. */
	if (ends_run && run->has_found) {
		fuzz_remove_folder(slice->folder);
		return;
	}
	struct fuzz_record record = describe(run, slice);
	struct fuzz_finding *same = known(run, &record);
	/* Slices that end beside the one that was the last. Its folder is for the next run. */
	if (!same && run->new_count == FUZZ_FINDING_COUNT_MAX) {
		run->unnamed_count++;
		return;
	}
	slice->target->finding_count++;
	note_first(run, slice, same ? (size_t)(same - run->findings) : run->finding_count);
	if (same) {
		same->count++;
		fuzz_remove_folder(slice->folder);
		if (ends_run)
			fuzz_announce_again(run, same);
	} else {
		add_new(run, slice, &record);
	}
	if (ends_run || run->new_count == FUZZ_FINDING_COUNT_MAX)
		run->is_stopping = true;
}

/* ---- Workers ------------------------------------------------------------- */

/* The first free number in the folder of findings, so that runs do not overwrite each other. */
static bool choose_folder(const struct fuzz_run *run, struct fuzz_finding *finding)
{
	const struct fuzz_verdict *verdict = &finding->record.verdict;
	for (uint32_t number = 1; number < 100000; number++) {
		char pattern[FUZZ_PATH_SIZE];
		glob_t taken;
		/* Numbers are unique, whatever stands behind them. */
		fuzz_path(pattern, sizeof(pattern), "%s/%" PRIu32 "-*", run->options.findings,
			  number);
		int result = glob(pattern, GLOB_NOSORT, NULL, &taken);
		globfree(&taken);
		if (result != GLOB_NOMATCH)
			continue;
		finding->number = number;
		fuzz_path(finding->folder, sizeof(finding->folder), "%s/%" PRIu32 "-%s%s%s",
			  run->options.findings, number, verdict->verdict,
			  verdict->rule[0] ? "-" : "", verdict->rule);
		return true;
	}
	fprintf(stderr, "%s: 100000 findings\n", run->options.findings);
	return false;
}

static void hurry(int number)
{
	(void)number;
	fuzz_child_hurry();
}

_Noreturn static void work(const struct fuzz_run *run, struct fuzz_finding *finding, pid_t parent,
			   bool shrinks)
{
	struct sigaction action = {.sa_handler = hurry};
	setpgid(0, 0);
	sigaction(SIGTERM, &action, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	int status = getppid() == parent ? fuzz_worker(run, finding, shrinks) : 3;
	fflush(NULL);
	_exit(status);
}

static void start_worker(struct fuzz_run *run, struct fuzz_finding *finding)
{
	pid_t parent = getpid();
	bool shrinks = run->options.shrinks && !run->is_in_haste;
	fflush(NULL);
	finding->worker = choose_folder(run, finding) ? fork() : -1;
	if (finding->worker == 0)
		work(run, finding, parent, shrinks);
	finding->state = finding->worker > 0 ? FUZZ_IS_MADE : FUZZ_IS_KNOWN;
	if (finding->worker > 0 && !run->has_terminal) {
		fuzz_table_print_work(run);
		fflush(stdout);
	}
	if (finding->worker < 0) {
		run->has_failed = true;
		run->is_stopping = true;
	}
}

static void end_worker(struct fuzz_run *run, struct fuzz_finding *finding, int status)
{
	char path[FUZZ_PATH_SIZE];
	finding->state = FUZZ_IS_KNOWN;
	fuzz_path(path, sizeof(path), "%s/finding.json", finding->folder);
	fuzz_table_clear(run);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0 &&
	    fuzz_record_read(path, &finding->record)) {
		fuzz_announce(run, finding);
		fuzz_path(path, sizeof(path), "%s/" UNANNOUNCED "%d", finding->folder,
			  (int)getpid());
		unlink(path);
		return;
	}
	printf("\nHARNESS FAILURE  %s could not be written; the input is %s\n", finding->folder,
	       finding->artifact);
	run->has_failed = true;
	run->is_stopping = true;
}

void fuzz_findings_go_on(struct fuzz_run *run)
{
	struct fuzz_finding *waits = NULL;
	for (size_t i = 0; i < run->finding_count; i++) {
		struct fuzz_finding *finding = &run->findings[i];
		int status;
		if (finding->state == FUZZ_IS_MADE) {
			if (waitpid(finding->worker, &status, WNOHANG) != finding->worker)
				return;
			end_worker(run, finding, status);
		}
		if (finding->state == FUZZ_WAITS && !waits)
			waits = finding;
	}
	if (waits)
		start_worker(run, waits);
}

bool fuzz_findings_are_pending(const struct fuzz_run *run)
{
	for (size_t i = 0; i < run->finding_count; i++) {
		if (run->findings[i].state == FUZZ_WAITS || run->findings[i].state == FUZZ_IS_MADE)
			return true;
	}
	return false;
}

void fuzz_findings_hurry(struct fuzz_run *run)
{
	if (run->is_in_haste)
		return;
	run->is_in_haste = true;
	for (size_t i = 0; i < run->finding_count; i++) {
		if (run->findings[i].state == FUZZ_IS_MADE)
			kill(run->findings[i].worker, SIGTERM);
	}
}
