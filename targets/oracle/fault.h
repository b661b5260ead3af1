/* Where and how a trace broke a rule. */
#ifndef ORACLE_FAULT_H
#define ORACLE_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "oracle/rule.h"

enum { FAULT_MESSAGE_SIZE = 256 };

struct fault {
	enum rule rule;      /* RULE_NONE: no fault */
	uint64_t offset;     /* of the offending record in the file, bytes */
	uint64_t generation; /* 0: before the first one */
	char message[FAULT_MESSAGE_SIZE];
};

/* Fills FAULT and returns false, so that a reader can end with it. A longer message is cut. */
__attribute__((format(printf, 4, 5))) bool fault_set(struct fault *fault, enum rule rule,
						     uint64_t offset, const char *format, ...);

#endif
