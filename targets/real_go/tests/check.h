/* What the unit tests of this room have in common. */
#ifndef REAL_GO_TESTS_CHECK_H
#define REAL_GO_TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Whether TEXT has PART, with both in the message when it has not. */
#define assert_contains(text, part)                                                                \
	do {                                                                                       \
		if (strstr(text, part) == NULL)                                                    \
			fail_msg("`%s' was expected in `%s'", part, text);                         \
	} while (0)

#endif
