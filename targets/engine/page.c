#include "engine/page.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

struct engine_page *page_create(const char *path)
{
	int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (file < 0)
		return NULL;
	void *memory = MAP_FAILED;
	if (ftruncate(file, sizeof(struct engine_page)) == 0)
		memory = mmap(NULL, sizeof(struct engine_page), PROT_READ | PROT_WRITE, MAP_SHARED,
			      file, 0);
	int error = errno;
	close(file);
	errno = error;
	if (memory == MAP_FAILED)
		return NULL;
	struct engine_page *page = memory;
	page->version = PAGE_VERSION;
	return page;
}

static struct engine_page *map_file(const char *path)
{
	struct stat status;
	int file = open(path, O_RDWR | O_CLOEXEC);
	if (file < 0 || fstat(file, &status) != 0) {
		fprintf(stderr, "TRACER_FUZZ_PAGE: %s: %s\n", path, strerror(errno));
		exit(3);
	}
	void *memory = status.st_size != sizeof(struct engine_page)
			       ? MAP_FAILED
			       : mmap(NULL, sizeof(struct engine_page), PROT_READ | PROT_WRITE,
				      MAP_SHARED, file, 0);
	close(file);
	struct engine_page *page = memory;
	if (memory == MAP_FAILED || page->version != PAGE_VERSION) {
		fprintf(stderr,
			"TRACER_FUZZ_PAGE: %s: no page of version %d: is the target of another "
			"build?\n",
			path, PAGE_VERSION);
		exit(3);
	}
	return page;
}

struct engine_page *page_attach(void)
{
	static struct engine_page own;
	static struct engine_page *page;
	if (page != NULL)
		return page;
	const char *path = getenv("TRACER_FUZZ_PAGE");
	page = path != NULL && *path != '\0' ? map_file(path) : &own;
	return page;
}

void page_close(struct engine_page *page)
{
	munmap(page, sizeof *page);
}

uint64_t page_hash(const char *verdict, const char *rule, const char *where)
{
	char text[VERDICT_RULE_SIZE_BYTES + VERDICT_WHERE_SIZE_BYTES + 64];
	int length = snprintf(text, sizeof text, "%s\n%s\n%s", verdict, rule, where);
	return XXH3_64bits(text, length < (int)sizeof text ? (size_t)length : sizeof text - 1);
}
