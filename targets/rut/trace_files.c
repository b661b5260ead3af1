#include "rut/trace_files.h"

#include <stdio.h>

bool trace_files_write(const char *prefix, const struct sessions *sessions)
{
	for (uint32_t i = 0; i < sessions->count; i++) {
		char path[4096];
		snprintf(path, sizeof path, "%s-%u.trace", prefix, i + 1);
		FILE *file = fopen(path, "wb");
		if (file == NULL) {
			perror(path);
			return false;
		}
		const struct session *session = &sessions->all[i];
		bool is_written = fwrite(session_bytes(sessions, session), 1, session->size_bytes,
					 file) == session->size_bytes;
		if (fclose(file) != 0 || !is_written) {
			perror(path);
			return false;
		}
	}
	return true;
}
