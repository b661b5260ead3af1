/* What a run that was killed left in the work folder: inputs that AFL++ had not handed over, and
 * findings that nobody had kept. The folder of a slice is removed only when nothing in it is
 * wanted; what this run cannot name, since it has not that target or build, waits for one that
 * has. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "rut/fuzz.h"

/* Held until the end of the process; two runs in one folder would take each other's slices for
 * left ones. */
bool fuzz_take_work(const struct fuzz_run *run)
{
	char path[FUZZ_PATH_SIZE];
	if (!fuzz_make_folders(run->options.work))
		return false;
	fuzz_path(path, sizeof(path), "%s/lock", run->options.work);
	int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0)
		return true;
	if (lock >= 0 && errno == EWOULDBLOCK)
		fprintf(stderr,
			"%s: another run is at work here; --work=FOLDER takes another one\n",
			run->options.work);
	else
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
	return false;
}

static void take_inputs(struct fuzz_run *run, const struct fuzz_slice_record *record,
			const char *folder)
{
	char grown[FUZZ_PATH_SIZE];
	fuzz_path(grown, sizeof(grown), "%s/corpus/%s", run->options.build, record->target);
	if (record->grows_corpus && record->target[0] && fuzz_make_folders(grown))
		run->recovered_inputs += fuzz_afl_take_queue(folder, grown);
}

/* Whether the folder of a slice is needed on. */
static bool take_slice(struct fuzz_run *run, const char *folder)
{
	struct fuzz_recovered *recovered = &run->recovered[run->recovered_count];
	char path[FUZZ_PATH_SIZE];
	*recovered = (struct fuzz_recovered){.target = NULL};
	fuzz_path(path, sizeof(path), "%s/slice.json", folder);
	if (!fuzz_slice_record_read(path, &recovered->record))
		return false;
	take_inputs(run, &recovered->record, folder);
	fuzz_libfuzzer_find(folder, recovered->artifact, sizeof(recovered->artifact));
	if (!recovered->artifact[0])
		fuzz_afl_find(folder, recovered->artifact, sizeof(recovered->artifact));
	if (!recovered->artifact[0])
		return false;
	recovered->target = fuzz_target_named(run, recovered->record.target);
	if (!recovered->target || !fuzz_build_named(recovered->record.build, &recovered->build) ||
	    !fuzz_target_uses(run, recovered->target, recovered->build)) {
		run->left_count++;
		return true;
	}
	fuzz_path(recovered->folder, sizeof(recovered->folder), "%s", folder);
	if (run->recovered_count + 1 < FUZZ_RECOVERED_COUNT_MAX)
		run->recovered_count++;
	return true;
}

static bool take_slices(struct fuzz_run *run)
{
	char pattern[FUZZ_PATH_SIZE];
	glob_t folders;
	bool is_clean = true;
	fuzz_path(pattern, sizeof(pattern), "%s/slice-*", run->options.work);
	if (glob(pattern, 0, NULL, &folders) != 0)
		return true;
	for (size_t i = 0; i < folders.gl_pathc; i++) {
		const char *folder = folders.gl_pathv[i];
		unsigned long number = strtoul(strrchr(folder, '-') + 1, NULL, 10);
		if (!take_slice(run, folder))
			is_clean = is_clean && fuzz_remove_folder(folder);
		else if (number >= run->folder_first && number < UINT32_MAX / 2)
			run->folder_first = (uint32_t)number + 1;
	}
	globfree(&folders);
	return is_clean;
}

/* Folders of findings that were not whole: their slices are still there. */
static void remove_parts(const struct fuzz_run *run)
{
	char pattern[FUZZ_PATH_SIZE];
	glob_t folders;
	fuzz_path(pattern, sizeof(pattern), "%s/.fuzz-*", run->options.findings);
	if (glob(pattern, 0, NULL, &folders) != 0)
		return;
	for (size_t i = 0; i < folders.gl_pathc; i++) {
		/* Named by the process that fills it. */
		pid_t owner = (pid_t)strtol(strrchr(folders.gl_pathv[i], '-') + 1, NULL, 10);
		if (owner <= 0 || (kill(owner, 0) != 0 && errno == ESRCH))
			fuzz_remove_folder(folders.gl_pathv[i]);
	}
	globfree(&folders);
}

bool fuzz_recover(struct fuzz_run *run)
{
	static const char *const own[] = {"given", "corpus", "bitmaps"};
	char path[FUZZ_PATH_SIZE];
	if (!fuzz_make_folders(run->options.findings) || !take_slices(run))
		return false;
	remove_parts(run);
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++) {
		fuzz_path(path, sizeof(path), "%s/%s", run->options.work, own[i]);
		if (!fuzz_remove_folder(path))
			return false;
	}
	fuzz_path(path, sizeof(path), "%s/bitmaps", run->options.work);
	return fuzz_make_folders(path);
}
