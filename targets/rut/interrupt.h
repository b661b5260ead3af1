/* Ctrl-C, or SIGTERM: the command ends what it does and sums up. One thread. */
#ifndef RUT_INTERRUPT_H
#define RUT_INTERRUPT_H

#include <stdbool.h>

/* From here on the first one is noted; a second one ends the process at once. */
void interrupt_catch(void);

bool interrupt_has_come(void);

#endif
