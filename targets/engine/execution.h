/* One execution of a target, whatever it does and whoever asks for it. The linker puts begin
 * and tell around LLVMFuzzerTestOneInput (--wrap, engine/wrap.c), so that no target counts for
 * itself. */
#ifndef ENGINE_EXECUTION_H
#define ENGINE_EXECUTION_H

#include <stdint.h>

void execution_begin(void);

/* What a run of the runtime took; adds up. */
void execution_count(uint64_t steps, uint64_t signals_handled, uint64_t signals_sent);

/* Tells the page when the line of the defect that is on was reached; before it is switched off for
 * a run aside. */
void execution_look_at_defect(void);

/* At the end of an execution, or where it ends in a finding: what it covered becomes known. */
void execution_tell(void);

#endif
