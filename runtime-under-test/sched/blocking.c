#include "sched/blocking.h"

#include "base/fatal.h"

void m_sleep_on_note(struct host_note *note)
{
	ensure(host_stack_kind() == HOST_STACK_SYSTEM);
	host_note_sleep(note, HOST_FOREVER);
}
