#include "rut/fuzz.h"

#include <errno.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int64_t fuzz_now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void fuzz_path(char *ret_path, size_t path_size, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(ret_path, path_size, format, arguments);
	va_end(arguments);
	if (length < 0 || (size_t)length >= path_size) {
		fprintf(stderr, "%s...: a path of over %zu bytes\n", ret_path, path_size);
		exit(3);
	}
}

bool fuzz_make_folders(const char *path)
{
	char part[FUZZ_PATH_SIZE];
	fuzz_path(part, sizeof(part), "%s", path);
	for (char *at = part + 1;; at++) {
		if (*at != '/' && *at != '\0')
			continue;
		char end = *at;
		*at = '\0';
		if (mkdir(part, 0777) != 0 && errno != EEXIST) {
			fprintf(stderr, "%s: %s\n", part, strerror(errno));
			return false;
		}
		*at = end;
		if (end == '\0')
			return true;
	}
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
	(void)status;
	(void)kind;
	(void)walk;
	return remove(path);
}

bool fuzz_remove_folder(const char *path)
{
	if (nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS) == 0 || errno == ENOENT)
		return true;
	fprintf(stderr, "%s: %s\n", path, strerror(errno));
	return false;
}

bool fuzz_copy_file(const char *from, const char *to)
{
	FILE *source = fopen(from, "rb");
	FILE *target = source ? fopen(to, "wb") : NULL;
	bool is_copied = target != NULL;
	char block[4096];
	while (is_copied && !feof(source)) {
		size_t size_bytes = fread(block, 1, sizeof(block), source);
		is_copied = !ferror(source) && fwrite(block, 1, size_bytes, target) == size_bytes;
	}
	if (target && fclose(target) != 0)
		is_copied = false;
	if (source)
		fclose(source);
	if (!is_copied)
		fprintf(stderr, "%s to %s: %s\n", from, to, strerror(errno));
	return is_copied;
}

bool fuzz_is_folder(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool fuzz_is_executable(const char *path)
{
	return !fuzz_is_folder(path) && access(path, X_OK) == 0;
}
