/* The traces of a run, judged by our oracle and by Go's own reader. */
#ifndef REAL_GO_JUDGE_H
#define REAL_GO_JUDGE_H

#include "real_go/real_go.h"

/* Judges sessions until one is rejected: verdict, event_count and disagreement of RESULT. READER
 * may be NULL. */
void judge_traces(const struct sessions *sessions, struct real_go_reader *reader,
		  struct real_go_result *result);

#endif
