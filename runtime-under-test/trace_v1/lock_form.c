#include "trace_v1/lock_form.h"

#include "base/defect.h"
#include "sched/goroutine.h"

enum v1_lock_form v1_lock_form(void)
{
	return (enum v1_lock_form)DEFECT(issue_53979);
}

void v1_call_to_lock(void (*call)(void *argument), void *argument)
{
	if (v1_lock_form() == V1_LOCK_ON_SYSTEM_STACK)
		on_system_stack(call, argument);
	else
		call(argument);
}

static void set_owner(const struct g *g)
{
	if (v1_lock_form() != V1_LOCK_ON_SYSTEM_STACK)
		atomic_address_store(POINT_read_set_owner, &tracer_v1->lock_owner, (uintptr_t)g,
				     memory_order_relaxed);
}

void v1_lock_as_owner(void)
{
	lock_acquire(&tracer_v1->lock);
	set_owner(g_self());
}

void v1_unlock_as_owner(void)
{
	set_owner(NULL);
	lock_release(&tracer_v1->lock);
}

bool v1_is_lock_owner(void)
{
	if (v1_lock_form() == V1_LOCK_ON_SYSTEM_STACK)
		return false;
	uintptr_t owner = atomic_address_load(POINT_flush_look_owner, &tracer_v1->lock_owner,
					      memory_order_relaxed);
	return owner != 0 && owner == (uintptr_t)g_self();
}
