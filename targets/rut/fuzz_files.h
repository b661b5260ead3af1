/* Small things about files, paths, time and numbers. Messages go to standard error. */
#ifndef RUT_FUZZ_FILES_H
#define RUT_FUZZ_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FUZZ_PATH_SIZE = 512 };

int64_t fuzz_now_ms(void);
bool fuzz_make_folders(const char *path);
/* What is not there is no error. */
bool fuzz_remove_folder(const char *path);
bool fuzz_copy_file(const char *from, const char *to);
/* The same file under a second name where it can be, else a copy. A name that is taken is no
 * error: it is left alone. */
bool fuzz_share_file(const char *from, const char *to);
bool fuzz_write_file(const char *path, const void *bytes, size_t size_bytes);
/* Brings every file of FOLDER, and FOLDER, to the disk. */
bool fuzz_sync_folder(const char *folder);
/* Entries of FOLDER that are not hidden; 0 where there is none. */
uint64_t fuzz_file_count(const char *folder);
bool fuzz_is_folder(const char *path);
bool fuzz_is_file(const char *path);
/* INT64_MAX where there is none. */
int64_t fuzz_file_size(const char *path);
bool fuzz_is_executable(const char *path);
/* Looks through PATH; false where it is not. */
bool fuzz_find_program(const char *name, char *ret_path, size_t path_size);
/* A path that would not fit ends the program with 3. */
void fuzz_path(char *ret_path, size_t path_size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* VALUE in at most six characters: 812, 11.8k, 3.2M. */
const char *fuzz_short_number(double value, char *text, size_t text_size);
/* As in 00:01:30. */
const char *fuzz_clock_text(int64_t time_ms, char *text, size_t text_size);

#endif
