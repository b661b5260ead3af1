/* Ctrl-C, or SIGTERM: the command ends what it does and sums up. One thread. */
#ifndef RUT_INTERRUPT_H
#define RUT_INTERRUPT_H

#include <stdbool.h>

/* From here on the first one is noted. A second one ends the process at once, unless it comes right
 * behind the first: timeout(1) sends each to the process and to its group. */
void interrupt_catch(void);

bool interrupt_has_come(void);

#endif
