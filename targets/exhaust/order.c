#include "exhaust/order.h"

#include "base/fatal.h"

static bool sees_change(const struct effect *effect, const struct effect *other)
{
	return other->changes_buffer && effect->seen_plus_one == other->thread + 1;
}

bool effect_depends(const struct effect *effect, const struct effect *other)
{
	if (effect->thread == other->thread)
		return true;
	/* They share the count of signals. */
	if (effect->action == SIM_SIGNAL && other->action == SIM_SIGNAL)
		return true;
	if (sees_change(effect, other) || sees_change(other, effect))
		return true;
	if (effect->object == NULL || other->object == NULL)
		return false;
	if (effect->touches_more || other->touches_more)
		return true;
	return effect->object == other->object && (effect->changes || other->changes);
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	hash ^= hash >> 32;
	hash *= UINT64_C(0xd6e8feb86659fd93);
	return hash ^ hash >> 29;
}

void order_begin(struct order *order)
{
	order->hash = 0;
	order->execution++;
	order->everything = (struct order_object){0};
	order->signals = (struct order_object){0};
	for (unsigned i = 0; i < EXHAUST_THREAD_COUNT_MAX; i++) {
		order->buffers[i] = (struct order_object){0};
		order->threads[i].last_step = mix(0, i + 1);
		order->threads[i].look_count = 0;
	}
}

static struct order_object *find_object(struct order *order, const void *address)
{
	uint64_t start = mix(0, (uintptr_t)address);
	for (unsigned i = 0; i < ORDER_OBJECT_COUNT_MAX; i++) {
		struct order_object *object = &order->objects[(start + i) % ORDER_OBJECT_COUNT_MAX];
		if (object->execution == order->execution && object->address == address)
			return object;
		if (object->execution != order->execution) {
			*object = (struct order_object){.address = address,
							.execution = order->execution};
			return object;
		}
	}
	fatal("a world has more objects than its order can tell");
}

static uint64_t after(uint64_t hash, const struct order_object *object, bool changes)
{
	hash = mix(hash, object->last_change);
	return changes ? mix(hash, object->looks) : hash;
}

static void enter(struct order_object *object, uint64_t hash, bool changes)
{
	if (!changes) {
		object->looks += hash;
		return;
	}
	object->last_change = hash;
	object->looks = 0;
	object->version++;
}

/* The first look of a turn counts: what changes after it may be news. What the thread changes
 * itself is none. */
static void remember_look(struct order_thread *thread, const struct order_object *object,
			  const struct order_object *everything, const struct effect *effect)
{
	if (thread->look_count == 0)
		thread->everything_version = everything->version;
	else
		thread->everything_version += effect->touches_more;
	for (uint32_t i = 0; i < thread->look_count; i++) {
		if (thread->looks[i].object == object) {
			thread->looks[i].version += effect->changes;
			return;
		}
	}
	if (thread->look_count == ORDER_LOOK_COUNT_MAX)
		fatal("a thread looks at more objects in one turn of a loop than is expected");
	thread->looks[thread->look_count++] = (struct order_look){.object = object,
								  .version = object->version};
}

struct order_object *order_add(struct order *order, const struct effect *effect, enum point point,
			       bool is_pause)
{
	struct order_thread *thread = &order->threads[effect->thread];
	struct order_object *object = NULL;
	uint64_t hash = mix(thread->last_step, (uint64_t)effect->action << 16 | (uint64_t)point);
	if (effect->action == SIM_SIGNAL)
		hash = after(hash, &order->signals, true);
	if (effect->changes_buffer)
		hash = after(hash, &order->buffers[effect->thread], true);
	if (effect->seen_plus_one != 0)
		hash = after(hash, &order->buffers[effect->seen_plus_one - 1], false);
	if (effect->object != NULL) {
		object = find_object(order, effect->object);
		hash = after(hash, object, effect->changes);
		hash = after(hash, &order->everything, effect->touches_more);
	}

	if (effect->action == SIM_SIGNAL)
		enter(&order->signals, hash, true);
	if (effect->changes_buffer)
		enter(&order->buffers[effect->thread], hash, true);
	if (effect->seen_plus_one != 0)
		enter(&order->buffers[effect->seen_plus_one - 1], hash, false);
	if (effect->object != NULL) {
		enter(object, hash, effect->changes);
		enter(&order->everything, hash, effect->touches_more);
		remember_look(thread, object, &order->everything, effect);
	}
	if (is_pause)
		thread->look_count = 0;
	thread->last_step = hash;
	order->hash += mix(hash, 0);
	return object;
}

bool order_is_pause_over(const struct order *order, unsigned index)
{
	const struct order_thread *thread = &order->threads[index];
	for (uint32_t i = 0; i < thread->look_count; i++)
		if (thread->looks[i].version != thread->looks[i].object->version)
			return true;
	return thread->look_count > 0 && thread->everything_version != order->everything.version;
}
