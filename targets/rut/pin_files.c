/* All files are written beside their places first, and renamed when all of them are. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rut/pin.h"

enum { LINE_SIZE_BYTES = 4096 };

static const char runner[] =
	"#!/bin/sh\n"
	"# This issue, pinned: on the simulator, or on a real toolchain with --go GO. `run --help' "
	"tells more.\n"
	"exec \"$(dirname \"$0\")/../run-issue\" \"$(dirname \"$0\")\" \"$@\"\n";

static void folder_of(const struct pin *pin, char *path)
{
	snprintf(path, PIN_PATH_SIZE_BYTES, "%s/issue-%lu", pin->root, pin->issue);
}

/* FOLDER/NAME ENDING. */
static void join(char *path, const char *folder, const char *name, const char *ending)
{
	snprintf(path, PIN_PATH_SIZE_BYTES, "%.3000s/%.200s%s", folder, name, ending);
}

static bool complain(const char *path)
{
	fprintf(stderr, "%s: %s\n", path, strerror(errno));
	return false;
}

bool pin_name_is_taken(const struct pin *pin)
{
	char folder[PIN_PATH_SIZE_BYTES], path[PIN_PATH_SIZE_BYTES];
	folder_of(pin, folder);
	join(path, folder, pin->name, ".rut");
	return access(path, F_OK) == 0;
}

static void write_runner(const struct pin *pin, FILE *stream)
{
	(void)pin;
	fputs(runner, stream);
}

static bool write_file(const struct pin *pin, const char *path,
		       void (*write)(const struct pin *pin, FILE *stream))
{
	FILE *file = fopen(path, "wx");
	if (file == NULL)
		return complain(path);
	write(pin, file);
	bool is_written = ferror(file) == 0;
	return (fclose(file) == 0 && is_written) || complain(path);
}

/* ---- A new folder -------------------------------------------------------- */

static bool is_row_of(const char *line, unsigned long *ret_issue)
{
	return sscanf(line, "| [issue-%lu]", ret_issue) == 1;
}

/* The table with one row more: behind the last one of a lower number. */
static bool copy_with_row(const struct pin *pin, FILE *from, FILE *to)
{
	char line[LINE_SIZE_BYTES];
	bool is_in_table = false, is_written = false;
	while (fgets(line, sizeof line, from) != NULL) {
		unsigned long issue;
		bool is_row = line[0] == '|';
		bool is_later = is_row_of(line, &issue)
					? issue > pin->issue
					: is_in_table && strncmp(line, "|---", 4) != 0;
		if (is_in_table && is_later && !is_written) {
			pin_write_row(pin, to);
			is_written = true;
		}
		is_in_table = is_in_table || (is_row && strncmp(line, "|---", 4) == 0);
		fputs(line, to);
	}
	if (!is_written && is_in_table) {
		pin_write_row(pin, to);
		is_written = true;
	}
	return is_written;
}

static bool write_table(const struct pin *pin, const char *table, const char *path)
{
	FILE *from = fopen(table, "r");
	if (from == NULL)
		return complain(table);
	FILE *to = fopen(path, "wx");
	if (to == NULL) {
		complain(path);
		fclose(from);
		return false;
	}
	bool has_row = copy_with_row(pin, from, to);
	bool is_written = ferror(to) == 0 && ferror(from) == 0;
	fclose(from);
	is_written &= fclose(to) == 0;
	if (!is_written)
		complain(path);
	else if (!has_row)
		fprintf(stderr, "%s: a table of issues is expected\n", table);
	return is_written && has_row;
}

static void remove_folder(const struct pin *pin, const char *folder)
{
	char path[PIN_PATH_SIZE_BYTES];
	join(path, folder, pin->name, ".rut");
	unlink(path);
	join(path, folder, "README", ".md");
	unlink(path);
	join(path, folder, "run", "");
	unlink(path);
	rmdir(folder);
}

static bool fill_folder(const struct pin *pin, const char *folder)
{
	char path[PIN_PATH_SIZE_BYTES];
	join(path, folder, pin->name, ".rut");
	if (!write_file(pin, path, pin_write_scenario))
		return false;
	join(path, folder, "README", ".md");
	if (!write_file(pin, path, pin_write_readme))
		return false;
	join(path, folder, "run", "");
	return write_file(pin, path, write_runner) && (chmod(path, 0755) == 0 || complain(path)) &&
	       (chmod(folder, 0755) == 0 || complain(folder));
}

/* The row comes last: one without a folder would be a dead link. */
static bool write_folder(const struct pin *pin, const char *folder)
{
	char draft[PIN_PATH_SIZE_BYTES], table[PIN_PATH_SIZE_BYTES],
		table_draft[PIN_PATH_SIZE_BYTES];
	join(draft, pin->root, ".pin-XXXXXX", "");
	join(table, pin->root, "README", ".md");
	if (mkdtemp(draft) == NULL)
		return complain(draft);
	snprintf(table_draft, sizeof table_draft, "%.4000s.md", draft);
	bool is_written = fill_folder(pin, draft) && write_table(pin, table, table_draft);
	const char *place = draft;
	if (is_written && rename(draft, folder) != 0)
		is_written = complain(folder);
	else if (is_written)
		place = folder;
	if (is_written && rename(table_draft, table) != 0)
		is_written = complain(table);
	if (!is_written) {
		unlink(table_draft);
		remove_folder(pin, place);
	}
	return is_written;
}

/* ---- Another scenario ---------------------------------------------------- */

static bool add_scenario(const struct pin *pin, const char *folder)
{
	char draft[PIN_PATH_SIZE_BYTES], path[PIN_PATH_SIZE_BYTES];
	join(draft, folder, ".pin-draft", "");
	join(path, folder, pin->name, ".rut");
	unlink(draft);
	if (!write_file(pin, draft, pin_write_scenario))
		return false;
	/* A link does not replace what came there meanwhile. */
	bool is_written = link(draft, path) == 0 || complain(path);
	unlink(draft);
	return is_written;
}

bool pin_write_files(const struct pin *pin, bool *ret_is_new_folder)
{
	char folder[PIN_PATH_SIZE_BYTES];
	folder_of(pin, folder);
	*ret_is_new_folder = access(folder, F_OK) != 0;
	return *ret_is_new_folder ? write_folder(pin, folder) : add_scenario(pin, folder);
}
