#include "rut/fuzz_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
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

bool fuzz_share_file(const char *from, const char *to)
{
	return link(from, to) == 0 || errno == EEXIST || fuzz_copy_file(from, to);
}

bool fuzz_write_file(const char *path, const void *bytes, size_t size_bytes)
{
	FILE *file = fopen(path, "wb");
	bool is_written = file && fwrite(bytes, 1, size_bytes, file) == size_bytes;
	if (file && fclose(file) != 0)
		is_written = false;
	if (!is_written)
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
	return is_written;
}

static bool sync_path(const char *path)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	bool is_synced = file >= 0 && fsync(file) == 0;
	if (!is_synced)
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
	if (file >= 0)
		close(file);
	return is_synced;
}

bool fuzz_sync_folder(const char *folder)
{
	DIR *entries = opendir(folder);
	bool is_synced = entries != NULL;
	for (struct dirent *entry; is_synced && (entry = readdir(entries)) != NULL;) {
		char path[FUZZ_PATH_SIZE];
		fuzz_path(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (!fuzz_is_folder(path))
			is_synced = sync_path(path);
	}
	if (entries)
		closedir(entries);
	return is_synced && sync_path(folder);
}

uint64_t fuzz_file_count(const char *folder)
{
	uint64_t count = 0;
	DIR *entries = opendir(folder);
	for (struct dirent *entry; entries && (entry = readdir(entries)) != NULL;)
		count += entry->d_name[0] != '.';
	if (entries)
		closedir(entries);
	return count;
}

bool fuzz_is_folder(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool fuzz_is_file(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

int64_t fuzz_file_size(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 ? status.st_size : INT64_MAX;
}

bool fuzz_is_executable(const char *path)
{
	return !fuzz_is_folder(path) && access(path, X_OK) == 0;
}

bool fuzz_find_program(const char *name, char *ret_path, size_t path_size)
{
	const char *folders = getenv("PATH");
	for (const char *at = folders ? folders : ""; *at;) {
		size_t length = strcspn(at, ":");
		snprintf(ret_path, path_size, "%.*s/%s", (int)length, at, name);
		if (length > 0 && fuzz_is_executable(ret_path))
			return true;
		at += length;
		at += *at == ':';
	}
	return false;
}

const char *fuzz_short_number(double value, char *text, size_t text_size)
{
	static const char *const units[] = {"", "k", "M", "G"};
	size_t unit = 0;
	for (; value >= 1000 && unit < 3; unit++)
		value /= 1000;
	snprintf(text, text_size, unit > 0 ? "%.1f%s" : "%.0f%s", value, units[unit]);
	return text;
}

const char *fuzz_clock_text(int64_t time_ms, char *text, size_t text_size)
{
	int64_t time_s = time_ms / 1000;
	snprintf(text, text_size, "%02" PRId64 ":%02" PRId64 ":%02" PRId64, time_s / 3600,
		 time_s / 60 % 60, time_s % 60);
	return text;
}
