#include "trace/intern_table.h"

#include <string.h>

#include "base/fatal.h"
#include "sched/goroutine.h"

void intern_table_init(struct intern_table *table, enum lock_rank rank)
{
	lock_init(&table->lock, rank);
}

static uint32_t hash_of(const void *content, uint32_t size_bytes)
{
	const uint8_t *bytes = content;
	uint32_t hash = 2166136261u;
	for (uint32_t i = 0; i < size_bytes; i++)
		hash = (hash ^ bytes[i]) * 16777619u;
	return hash;
}

static struct intern_node *find_in_chain(uintptr_t head, uintptr_t end, uint32_t hash,
					 const void *content, uint32_t size_bytes)
{
	while (head != end) {
		struct intern_node *node = (struct intern_node *)head;
		if (node->hash == hash && node->size_bytes == size_bytes &&
		    memcmp(node->content, content, size_bytes) == 0)
			return node;
		head = node->next;
	}
	return NULL;
}

static void *take_from_block(struct intern_block *block, uint32_t size_bytes)
{
	const uint32_t capacity = INTERN_BLOCK_SIZE_BYTES - (uint32_t)sizeof *block;
	uint32_t end = atomic_u32_add(POINT_intern_bump, &block->used_bytes, size_bytes,
				      memory_order_relaxed);
	return end <= capacity ? &block->bytes[end - size_bytes] : NULL;
}

/* The lock is held. */
static void add_block_locked(struct intern_table *table, uintptr_t newest)
{
	struct intern_block *block = host_pages_allocate(INTERN_BLOCK_SIZE_BYTES);
	block->next = (struct intern_block *)newest;
	atomic_u32_store(POINT_intern_block_init, &block->used_bytes, 0, memory_order_relaxed);
	atomic_address_store(POINT_intern_block_publish, &table->blocks, (uintptr_t)block,
			     memory_order_release);
}

struct block_request {
	struct intern_table *table;
	uintptr_t seen;
};

/* A new block, unless another M was faster. On the system stack: no stack may grow under the lock
 * (16.11). */
static void add_block(void *argument)
{
	struct block_request *request = argument;
	struct intern_table *table = request->table;
	lock_acquire(&table->lock);
	if (atomic_address_peek(&table->blocks) == request->seen)
		add_block_locked(table, request->seen);
	lock_release(&table->lock);
}

/* Bytes of a node in a block. */
static uint32_t node_size(uint32_t size_bytes)
{
	uint32_t total = (uint32_t)(sizeof(struct intern_node) + size_bytes + 7) / 8 * 8;
	if (total > INTERN_BLOCK_SIZE_BYTES - sizeof(struct intern_block))
		fatal("traceRegion: alloc too large");
	return total;
}

static struct intern_node *allocate_node(struct intern_table *table, uint32_t size_bytes)
{
	uint32_t total = node_size(size_bytes);
	for (;;) {
		uintptr_t newest = atomic_address_load(POINT_intern_block_look, &table->blocks,
						       memory_order_acquire);
		if (newest != 0) {
			void *taken = take_from_block((struct intern_block *)newest, total);
			if (taken != NULL)
				return taken;
		}
		struct block_request request = {.table = table, .seen = newest};
		on_system_stack(add_block, &request);
	}
}

static void fill_node(struct intern_node *node, uint64_t id, uint32_t hash, const void *content,
		      uint32_t size_bytes)
{
	node->id = id;
	node->hash = hash;
	node->size_bytes = size_bytes;
	memcpy(node->content, content, size_bytes);
}

/* RET_HEAD: of the chain that was looked through. */
static uint64_t find(const struct intern_table *table, uint32_t hash, const void *content,
		     uint32_t size_bytes, uintptr_t *ret_head)
{
	*ret_head = atomic_address_load(POINT_intern_find,
					&table->chains[hash % INTERN_BUCKET_COUNT],
					memory_order_acquire);
	const struct intern_node *found = find_in_chain(*ret_head, 0, hash, content, size_bytes);
	return found == NULL ? 0 : found->id;
}

uint64_t intern_table_put(struct intern_table *table, const void *content, uint32_t size_bytes,
			  bool *ret_is_new)
{
	uint32_t hash = hash_of(content, size_bytes);
	struct atomic_address *chain = &table->chains[hash % INTERN_BUCKET_COUNT];
	if (ret_is_new != NULL)
		*ret_is_new = false;
	uintptr_t head;
	uint64_t id = find(table, hash, content, size_bytes, &head);
	if (id != 0)
		return id;

	struct intern_node *node = allocate_node(table, size_bytes);
	fill_node(node, intern_table_steal_id(table), hash, content, size_bytes);
	for (;;) {
		node->next = head;
		if (atomic_address_compare_exchange(POINT_intern_insert, chain, head,
						    (uintptr_t)node, memory_order_release)) {
			if (ret_is_new != NULL)
				*ret_is_new = true;
			return node->id;
		}
		/* Somebody inserted: maybe this content. Only what is newer than the head seen
		 * before is unknown. */
		uintptr_t newer = atomic_address_load(POINT_intern_find, chain,
						      memory_order_acquire);
		const struct intern_node *found = find_in_chain(newer, head, hash, content,
								size_bytes);
		if (found != NULL)
			return found->id;
		head = newer;
	}
}

uint64_t intern_table_find(const struct intern_table *table, const void *content,
			   uint32_t size_bytes)
{
	uintptr_t head;
	return find(table, hash_of(content, size_bytes), content, size_bytes, &head);
}

uint64_t intern_table_put_locked(struct intern_table *table, const void *content,
				 uint32_t size_bytes, bool *ret_is_new)
{
	lock_assert_held(&table->lock);
	uint32_t hash = hash_of(content, size_bytes);
	uintptr_t head;
	uint64_t id = find(table, hash, content, size_bytes, &head);
	if (ret_is_new != NULL)
		*ret_is_new = id == 0;
	if (id != 0)
		return id;
	uint32_t total = node_size(size_bytes);
	struct intern_node *node = NULL;
	while (node == NULL) {
		uintptr_t newest = atomic_address_peek(&table->blocks);
		if (newest != 0)
			node = take_from_block((struct intern_block *)newest, total);
		if (node == NULL)
			add_block_locked(table, newest);
	}
	fill_node(node, intern_table_steal_id(table), hash, content, size_bytes);
	node->next = head;
	atomic_address_store(POINT_intern_insert, &table->chains[hash % INTERN_BUCKET_COUNT],
			     (uintptr_t)node, memory_order_release);
	return node->id;
}

uint64_t intern_table_steal_id(struct intern_table *table)
{
	return atomic_u64_add(POINT_intern_take_id, &table->last_id, 1, memory_order_relaxed);
}

void intern_table_visit(const struct intern_table *table,
			void (*visit)(void *context, const struct intern_node *node), void *context)
{
	for (uint32_t i = 0; i < INTERN_BUCKET_COUNT; i++) {
		uintptr_t head = atomic_address_load(POINT_intern_visit, &table->chains[i],
						     memory_order_relaxed);
		while (head != 0) {
			const struct intern_node *node = (const struct intern_node *)head;
			visit(context, node);
			head = node->next;
		}
	}
}

void intern_table_reset(struct intern_table *table)
{
	struct intern_block *block = (struct intern_block *)atomic_address_peek(&table->blocks);
	atomic_address_store(POINT_intern_reset, &table->blocks, 0, memory_order_relaxed);
	for (uint32_t i = 0; i < INTERN_BUCKET_COUNT; i++)
		atomic_address_clear(&table->chains[i]);
	atomic_u64_store(POINT_intern_reset, &table->last_id, 0, memory_order_relaxed);
	while (block != NULL) {
		struct intern_block *next = block->next;
		host_pages_free(block, INTERN_BLOCK_SIZE_BYTES);
		block = next;
	}
}
