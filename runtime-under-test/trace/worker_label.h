/* What a goroutine's start may be labelled with: the modes of a mark worker, in the order of their
 * numbers. Source: format-v1.md 2.2, format-v2.md 3. */
#ifndef TRACE_WORKER_LABEL_H
#define TRACE_WORKER_LABEL_H

enum { WORKER_LABEL_COUNT = 4 };

static const char *const worker_labels[WORKER_LABEL_COUNT] = {"Not worker", "GC (dedicated)",
							      "GC (fractional)", "GC (idle)"};

#endif
