#include "real_go/toolchain.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "real_go/process.h"

enum {
	ASK_TIME_MS = 60000,
	BUILD_TIME_MS = 900000, /* a first build compiles the standard library */
	LIST_SIZE = 65536,
	NAMES_SIZE = SCENARIO_EDIT_COUNT_MAX * 2 * SCENARIO_WORD_SIZE,
};

static void cut_line(char *text)
{
	text[strcspn(text, "\n")] = '\0';
}

/* ---- Where the project is ------------------------------------------------ */

static bool is_root(const char *folder)
{
	char path[REAL_GO_PATH_SIZE + 64];
	snprintf(path, sizeof path, "%s/runtime-under-test/go", folder);
	return access(path, X_OK) == 0;
}

bool toolchain_root(char ret_root[REAL_GO_PATH_SIZE], char *ret_error)
{
	ssize_t length = readlink("/proc/self/exe", ret_root, REAL_GO_PATH_SIZE - 1);
	ret_root[length < 0 ? 0 : length] = '\0';
	for (char *slash; (slash = strrchr(ret_root, '/')) != NULL;) {
		*slash = '\0';
		if (is_root(ret_root))
			return true;
	}
	snprintf(ret_error, REAL_GO_ERROR_SIZE,
		 "this program lies outside of the project: runtime-under-test/go was expected in "
		 "a folder above it");
	return false;
}

/* ---- What a toolchain is ------------------------------------------------- */

/* VERSION is "go1.22.12", or with more behind it; "devel go1.27-0123456" of an unreleased one. */
static bool parse_version(const char *version, struct real_go_toolchain *toolchain)
{
	if (strncmp(version, "devel ", 6) == 0)
		version += 6;
	if (strncmp(version, "go1.", 4) != 0 || !isdigit((unsigned char)version[4]))
		return false;
	unsigned long minor = strtoul(version + 4, NULL, 10);
	if (minor >= SCENARIO_MINOR_NEWEST)
		return false;
	toolchain->minor = (unsigned)minor;
	snprintf(toolchain->version, sizeof toolchain->version, "%.*s",
		 (int)strcspn(version, " \n"), version);
	return true;
}

/* Scripts have their own folder: a relative path would mean something else there. */
static bool make_absolute(const char *go, char ret_path[REAL_GO_PATH_SIZE])
{
	char folder[REAL_GO_PATH_SIZE];
	int length;
	if (*go == '/' || strchr(go, '/') == NULL)
		length = snprintf(ret_path, REAL_GO_PATH_SIZE, "%s", go);
	else if (getcwd(folder, sizeof folder) != NULL)
		length = snprintf(ret_path, REAL_GO_PATH_SIZE, "%s/%s", folder, go);
	else
		return false;
	return length < REAL_GO_PATH_SIZE;
}

bool real_go_identify(const char *go, struct real_go_toolchain *ret_toolchain, char *ret_error)
{
	struct real_go_toolchain toolchain = {0};
	char version[REAL_GO_VERSION_SIZE * 4];
	char messages[1024];
	char error[PROCESS_ERROR_SIZE];
	if (!make_absolute(go, toolchain.go)) {
		snprintf(ret_error, REAL_GO_ERROR_SIZE, "%.200s...: a path of over %d bytes", go,
			 REAL_GO_PATH_SIZE);
		return false;
	}
	const char *const arguments[] = {"env", "GOTOOLCHAIN=local", toolchain.go,
					 "env", "GOVERSION",         NULL};
	int status = process_read(arguments, ASK_TIME_MS, version, sizeof version, messages,
				  sizeof messages, error);
	if (status == 0 && parse_version(version, &toolchain)) {
		*ret_toolchain = toolchain;
		return true;
	}
	cut_line(messages);
	cut_line(version);
	if (status == 0)
		snprintf(ret_error, REAL_GO_ERROR_SIZE,
			 "%s: a go command was expected, and its version is `%s'", go, version);
	else
		snprintf(ret_error, REAL_GO_ERROR_SIZE, "%s: a go command was expected: %s", go,
			 status < 0 ? error : messages);
	return false;
}

/* A line of ci/toolchains: VERSION, a tab, the go command. */
static bool parse_line(char *line, struct real_go_toolchain *toolchain)
{
	char *tab = strchr(line, '\t');
	if (tab == NULL)
		return false;
	*tab = '\0';
	return parse_version(line, toolchain) && make_absolute(tab + 1, toolchain->go);
}

size_t real_go_find(struct real_go_toolchain *toolchains, size_t count_max)
{
	static char list[LIST_SIZE];
	char root[REAL_GO_PATH_SIZE], script[REAL_GO_PATH_SIZE + 64];
	char error[REAL_GO_ERROR_SIZE], messages[1024];
	size_t count = 0;
	if (!toolchain_root(root, error)) {
		fprintf(stderr, "%s\n", error);
		return 0;
	}
	snprintf(script, sizeof script, "%s/ci/toolchains", root);
	const char *const arguments[] = {script, NULL};
	int status = process_read(arguments, ASK_TIME_MS, list, sizeof list, messages,
				  sizeof messages, error);
	/* Of a toolchain that GO names and that will not do. */
	fprintf(stderr, "%s%s", status < 0 ? error : messages, status < 0 ? "\n" : "");
	if (status != 0)
		return 0;
	char *rest = NULL;
	for (char *line = strtok_r(list, "\n", &rest); line != NULL && count < count_max;
	     line = strtok_r(NULL, "\n", &rest))
		count += parse_line(line, &toolchains[count]);
	return count;
}

/* ---- The driver ---------------------------------------------------------- */

static bool join_edits(const char *const *edits, size_t edit_count, char names[NAMES_SIZE])
{
	size_t length = 0;
	names[0] = '\0';
	for (size_t i = 0; i < edit_count; i++) {
		length += (size_t)snprintf(names + length, NAMES_SIZE - length, "%s%s",
					   i == 0 ? "" : ",", edits[i]);
		if (length >= NAMES_SIZE)
			return false;
	}
	return true;
}

/* By the place where the script puts it: only a hint for the message, since the script decides what
 * is up to date. */
static bool is_built(const char *root, const struct real_go_toolchain *toolchain, const char *build,
		     const char *names)
{
	char path[2 * REAL_GO_PATH_SIZE];
	int length = snprintf(path, sizeof path, "%s/build/go/%s/%s%s%s", root, toolchain->version,
			      build, *names == '\0' ? "" : "+", names);
	for (char *comma; (comma = strchr(path, ',')) != NULL;)
		*comma = '+';
	snprintf(path + length, sizeof path - (size_t)length, "/driver");
	return access(path, X_OK) == 0;
}

int real_go_build(const struct real_go_toolchain *toolchain, enum scenario_toolchain_build build,
		  const char *const *edits, size_t edit_count, char *ret_driver, char *ret_error)
{
	static char messages[REAL_GO_ERROR_SIZE];
	char root[REAL_GO_PATH_SIZE], script[REAL_GO_PATH_SIZE + 64], names[NAMES_SIZE];
	char error[PROCESS_ERROR_SIZE];
	if (!toolchain_root(root, ret_error))
		return 3;
	if (!join_edits(edits, edit_count, names)) {
		snprintf(ret_error, REAL_GO_ERROR_SIZE, "too many edits, or names too long");
		return 2;
	}
	snprintf(script, sizeof script, "%s/runtime-under-test/go/build", root);
	const char *const arguments[] = {script,
					 "--go",
					 toolchain->go,
					 "--build",
					 scenario_build_names[build],
					 edit_count > 0 ? "--with" : NULL,
					 names,
					 NULL};
	if (!is_built(root, toolchain, scenario_build_names[build], names))
		fprintf(stderr, "building the driver: %s %s%s%s\n", toolchain->version,
			scenario_build_names[build], *names == '\0' ? "" : " ", names);
	int status = process_read(arguments, BUILD_TIME_MS, ret_driver, REAL_GO_PATH_SIZE, messages,
				  sizeof messages, error);
	cut_line(ret_driver);
	if (status == 0 && access(ret_driver, X_OK) == 0)
		return 0;
	if (status == 0)
		snprintf(ret_error, REAL_GO_ERROR_SIZE,
			 "%.900s: it was to print the driver's path, and printed '%.900s'", script,
			 ret_driver);
	else
		snprintf(ret_error, REAL_GO_ERROR_SIZE, "%s", status < 0 ? error : messages);
	size_t length = strlen(ret_error);
	while (length > 0 && ret_error[length - 1] == '\n')
		ret_error[--length] = '\0';
	return status == 2 ? 2 : 3;
}
