/* Where a test program writes: a folder of its own beside it, in the build folder. For cmocka, as
 * the set-up and tear-down of a group, or of a test that calls them itself; not reentrant. */
#ifndef BASE_TESTS_TEST_FOLDER_H
#define BASE_TESTS_TEST_FOLDER_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEST_FOLDER_SIZE = 384, TEST_PATH_SIZE = 512 };

static char test_folder[TEST_FOLDER_SIZE];

/* 0, or -1 where there can be none. */
static inline int test_folder_make(void **state)
{
	static const char suffix[] = ".XXXXXX";
	ssize_t size = readlink("/proc/self/exe", test_folder, sizeof test_folder - sizeof suffix);

	(void)state;
	if (size < 0 || (size_t)size >= sizeof test_folder - sizeof suffix)
		return -1;
	snprintf(test_folder + size, sizeof suffix, "%s", suffix);
	return mkdtemp(test_folder) == NULL ? -1 : 0;
}

static inline int test_folder_remove_entry(const char *path, const struct stat *status, int kind,
					   struct FTW *place)
{
	(void)status;
	(void)kind;
	(void)place;
	return remove(path);
}

/* With all that is in it; 0, or -1 where something stays. */
static inline int test_folder_remove(void **state)
{
	enum { FOLDERS_OPEN_MAX = 8 };

	(void)state;
	return nftw(test_folder, test_folder_remove_entry, FOLDERS_OPEN_MAX, FTW_DEPTH | FTW_PHYS);
}

/* NAME in the folder; valid until the fourth call after this one. */
static inline const char *test_path(const char *name)
{
	static char paths[4][TEST_PATH_SIZE];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, TEST_PATH_SIZE, "%s/%s", test_folder, name);
	return path;
}

#endif
