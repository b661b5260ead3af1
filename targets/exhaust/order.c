#include "exhaust/order.h"

#include "base/fatal.h"

/* What others cannot see at all. */
static bool is_nothing(const struct effect *effect)
{
	return effect->object == NULL && effect->word_count == 0;
}

static bool shares_buffer(const struct effect *effect, const struct effect *other)
{
	return (effect->buffers_changed & (other->buffers_changed | other->buffers_seen)) != 0 ||
	       (effect->buffers_seen & other->buffers_changed) != 0;
}

/* Whether one of EFFECT's words, or its object, is one of OTHER's words. */
static bool shares_word(const struct effect *effect, const struct effect *other)
{
	for (unsigned i = 0; i < other->word_count; i++) {
		if (other->words[i] == effect->object)
			return true;
		for (unsigned k = 0; k < effect->word_count; k++)
			if (other->words[i] == effect->words[k])
				return true;
	}
	return false;
}

bool effect_depends(const struct effect *effect, const struct effect *other)
{
	if (effect->thread == other->thread)
		return true;
	/* They share the count of signals. */
	if (effect->action == SIM_SIGNAL && other->action == SIM_SIGNAL)
		return true;
	if (shares_buffer(effect, other) || shares_word(effect, other) ||
	    shares_word(other, effect))
		return true;
	if (is_nothing(effect) || is_nothing(other))
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

static struct order_look *find_look(struct order_thread *thread, const struct order_object *object)
{
	for (uint32_t i = 0; i < thread->look_count; i++)
		if (thread->looks[i].object == object)
			return &thread->looks[i];
	return NULL;
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
	struct order_look *look = find_look(thread, object);
	if (look != NULL) {
		look->version += effect->changes;
		return;
	}
	if (thread->look_count == ORDER_LOOK_COUNT_MAX)
		fatal("a thread looks at more objects in one turn of a loop than is expected");
	thread->looks[thread->look_count++] = (struct order_look){.object = object,
								  .version = object->version};
}

static void find_objects(struct order *order, const struct effect *effect,
			 struct order_objects *ret_objects)
{
	ret_objects->count = 0;
	if (effect->object != NULL)
		ret_objects->objects[ret_objects->count++] = find_object(order, effect->object);
	for (unsigned i = 0; i < effect->word_count; i++)
		ret_objects->objects[ret_objects->count++] = find_object(order, effect->words[i]);
}

bool effect_changes(const struct effect *effect, unsigned index)
{
	return effect->object == NULL || index > 0 || effect->changes;
}

static uint64_t hash_of(const struct order *order, const struct effect *effect, enum point point,
			const struct order_objects *objects)
{
	const struct order_thread *thread = &order->threads[effect->thread];
	uint64_t hash = mix(thread->last_step, (uint64_t)effect->action << 16 | (uint64_t)point);
	if (effect->action == SIM_SIGNAL)
		hash = after(hash, &order->signals, true);
	for (unsigned left = effect->buffers_changed | effect->buffers_seen; left != 0;
	     left &= left - 1) {
		unsigned index = (unsigned)__builtin_ctz(left);
		hash = after(hash, &order->buffers[index], effect->buffers_changed >> index & 1);
	}
	for (unsigned i = 0; i < objects->count; i++)
		hash = after(hash, objects->objects[i], effect_changes(effect, i));
	if (objects->count > 0)
		hash = after(hash, &order->everything, effect->touches_more);
	return hash;
}

static void enter_all(struct order *order, const struct effect *effect, uint64_t hash,
		      const struct order_objects *objects)
{
	if (effect->action == SIM_SIGNAL)
		enter(&order->signals, hash, true);
	for (unsigned left = effect->buffers_changed | effect->buffers_seen; left != 0;
	     left &= left - 1) {
		unsigned index = (unsigned)__builtin_ctz(left);
		enter(&order->buffers[index], hash, effect->buffers_changed >> index & 1);
	}
	for (unsigned i = 0; i < objects->count; i++)
		enter(objects->objects[i], hash, effect_changes(effect, i));
	if (objects->count > 0)
		enter(&order->everything, hash, effect->touches_more);
}

void order_add(struct order *order, const struct effect *effect, enum point point, bool is_pause,
	       struct order_objects *ret_objects)
{
	struct order_thread *thread = &order->threads[effect->thread];
	find_objects(order, effect, ret_objects);
	uint64_t hash = hash_of(order, effect, point, ret_objects);
	enter_all(order, effect, hash, ret_objects);
	if (effect->object != NULL)
		remember_look(thread, ret_objects->objects[0], &order->everything, effect);
	for (unsigned i = effect->foreign_count; i < effect->word_count; i++) {
		struct order_look *look = find_look(
			thread, ret_objects->objects[i + (effect->object != NULL)]);
		if (look != NULL)
			look->version++;
	}
	if (is_pause)
		thread->look_count = 0;
	thread->last_step = hash;
	order->hash += mix(hash, 0);
}

bool order_is_pause_over(const struct order *order, unsigned index)
{
	const struct order_thread *thread = &order->threads[index];
	for (uint32_t i = 0; i < thread->look_count; i++)
		if (thread->looks[i].version != thread->looks[i].object->version)
			return true;
	return thread->look_count > 0 && thread->everything_version != order->everything.version;
}
