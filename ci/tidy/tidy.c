/* Checks the style of the tree: every file that git tracks or would track.
 *
 *   tidy                      from the top of the repository; one line per report
 *   tidy --self-test FILE     the samples of FILE must be reported, and nothing else
 *
 * Exit status: 0 clean (warnings do not count), 1 reports, 2 wrong usage, 3 tidy itself failed. */
#include "tidy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct counts {
	size_t files;
	size_t failures;
	size_t warnings;
};

void tidy_check(const struct tidy_source *source, const struct tidy_sink *sink)
{
	tidy_check_lines(source, sink);
	tidy_check_code(source, sink);
	tidy_check_includes(source, sink);
	tidy_check_samples(source, sink);
}

static void print_report(void *context, const struct tidy_source *source, size_t line,
			 enum tidy_rule rule, const char *detail)
{
	struct counts *counts = context;
	if (tidy_rule_is_warning(rule))
		counts->warnings++;
	else
		counts->failures++;
	printf("%s:%zu: %s%s: %s\n", source->path, line,
	       tidy_rule_is_warning(rule) ? "warning: " : "", tidy_rule_name(rule), detail);
}

char *tidy_read(const char *path, size_t *ret_size)
{
	FILE *file = fopen(path, "rb");
	struct stat status;
	if (!file)
		return NULL;
	char *text = NULL;
	if (fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode)) {
		text = calloc((size_t)status.st_size + 1, 1);
		if (text)
			*ret_size = fread(text, 1, (size_t)status.st_size, file);
	}
	fclose(file);
	return text;
}

/* Written by people for people; wire traces, binary inputs and the licence are not. */
static bool is_checked(const char *path)
{
	static const char *const endings[] = {".c",   ".h",   ".S",    ".def",     ".sh",
					      ".go",  ".md",  ".rut",  ".cmake",   "CMakeLists.txt",
					      ".awk", ".yml", ".yaml", "Makefile", "Dockerfile"};
	if (tidy_path_is_under(path, "ci/tidy/tests"))
		return false;
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		if (tidy_path_ends_in(path, endings[i]))
			return true;
	}
	const char *name = strrchr(path, '/');
	return tidy_path_is_under(path, "ci") && name && !strchr(name, '.');
}

static void check_file(const char *path, struct counts *counts)
{
	size_t size;
	char *text = tidy_read(path, &size);
	if (!text)
		return; /* listed by git and removed since, or a folder's link */
	struct tidy_source source = tidy_source_make(path, text, size);
	tidy_check(&source, &(struct tidy_sink){print_report, counts});
	tidy_source_free(&source);
	free(text);
	counts->files++;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--self-test") == 0)
		return tidy_self_test(argv[2]);
	if (argc != 1) {
		fprintf(stderr, "usage: tidy [--self-test FILE]\n");
		return 2;
	}
	FILE *list = popen(
		"if git rev-parse --git-dir >/dev/null 2>&1;"
		" then git ls-files -co --exclude-standard;"
		" else find . -path ./build -prune -o -type f -print | sed 's,^./,,'; fi",
		"r");
	if (!list)
		return 3;
	struct counts counts = {0};
	char path[4096];
	while (fgets(path, sizeof(path), list)) {
		path[strcspn(path, "\n")] = '\0';
		if (is_checked(path))
			check_file(path, &counts);
	}
	if (pclose(list) != 0 || counts.files == 0) {
		fprintf(stderr, "tidy: no files to check; start it at the top of the repository\n");
		return 3;
	}
	printf("tidy: %zu files, %zu reports, %zu warnings\n", counts.files, counts.failures,
	       counts.warnings);
	return counts.failures ? 1 : 0;
}
