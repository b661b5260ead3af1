#include "sched/timer.h"

#include "base/defect.h"
#include "base/fatal.h"
#include "sched/goroutine.h"
#include "sched/netpoll.h"
#include "sched/race_context.h"
#include "sched/schedule.h"

/* ---- Heap: timers.lock held ---------------------------------------------- */

static bool is_earlier(const struct timer *left, const struct timer *right)
{
	if (left->when_ns != right->when_ns)
		return left->when_ns < right->when_ns;
	return left->sequence < right->sequence;
}

static void put_at(uint32_t index, struct timer *timer)
{
	sched->timers.heap[index] = timer;
	timer->heap_index = (int32_t)index;
}

static void sift_up(uint32_t index, struct timer *timer)
{
	while (index > 0) {
		uint32_t parent = (index - 1) / 2;
		if (!is_earlier(timer, sched->timers.heap[parent]))
			break;
		put_at(index, sched->timers.heap[parent]);
		index = parent;
	}
	put_at(index, timer);
}

static void sift_down(uint32_t index, struct timer *timer)
{
	struct timers *timers = &sched->timers;
	for (;;) {
		uint32_t child = 2 * index + 1;
		if (child >= timers->count)
			break;
		if (child + 1 < timers->count &&
		    is_earlier(timers->heap[child + 1], timers->heap[child]))
			child++;
		if (!is_earlier(timers->heap[child], timer))
			break;
		put_at(index, timers->heap[child]);
		index = child;
	}
	put_at(index, timer);
}

static void publish_next(void)
{
	struct timers *timers = &sched->timers;
	atomic_u64_store(POINT_timer_publish, &timers->next_when_ns,
			 timers->count > 0 ? timers->heap[0]->when_ns : 0, memory_order_seq_cst);
}

static void remove_timer(struct timer *timer)
{
	struct timers *timers = &sched->timers;
	uint32_t index = (uint32_t)timer->heap_index;
	struct timer *last = timers->heap[--timers->count];
	timer->heap_index = -1;
	if (last == timer)
		return;
	if (index > 0 && is_earlier(last, timers->heap[(index - 1) / 2]))
		sift_up(index, last);
	else
		sift_down(index, last);
}

void timer_arm(struct timer *timer, uint64_t when_ns)
{
	struct timers *timers = &sched->timers;
	lock_acquire(&timers->lock);
	ensure(timer->heap_index == -1);
	ensure(timers->count < sizeof timers->heap / sizeof timers->heap[0]);
	timer->when_ns = when_ns;
	timer->sequence = timers->next_sequence++;
	sift_up(timers->count++, timer);
	publish_next();
	lock_release(&timers->lock);
	/* Published, then the look at the sleeper: partner is schedule_sleep_for_timers(). */
	if (!schedule_interrupt_poller(when_ns))
		/* Nobody sleeps: one that looks for work will, when it finds none. */
		schedule_wake_p();
}

bool timer_disarm(struct timer *timer)
{
	lock_acquire(&sched->timers.lock);
	bool was_armed = timer->heap_index >= 0;
	if (was_armed) {
		remove_timer(timer);
		publish_next();
	}
	lock_release(&sched->timers.lock);
	return was_armed;
}

static struct timer *take_due(uint64_t now_ns)
{
	struct timers *timers = &sched->timers;
	lock_acquire(&timers->lock);
	struct timer *due = NULL;
	if (timers->count > 0 && timers->heap[0]->when_ns <= now_ns) {
		due = timers->heap[0];
		remove_timer(due);
		publish_next();
	}
	lock_release(&timers->lock);
	return due;
}

static void append_ready(struct g_queue *ready, const struct timer *timer)
{
	g_queue_push(ready, timer->argument);
	atomic_u32_add(POINT_netpoll_count, &sched->timers.network_count, UINT32_MAX,
		       memory_order_relaxed);
}

static struct timer *find_network(uint64_t before_ns)
{
	for (uint32_t i = 0; i < sched->timers.count; i++) {
		struct timer *timer = sched->timers.heap[i];
		if (timer->fire == NULL && timer->when_ns <= before_ns)
			return timer;
	}
	return NULL;
}

void timers_take_network(uint64_t before_ns, struct g_queue *ready)
{
	struct timer *timer;
	lock_acquire(&sched->timers.lock);
	while ((timer = find_network(before_ns)) != NULL) {
		remove_timer(timer);
		append_ready(ready, timer);
	}
	publish_next();
	lock_release(&sched->timers.lock);
}

void timers_run(void)
{
	uint64_t when_ns = atomic_u64_load(POINT_timer_look, &sched->timers.next_when_ns,
					   memory_order_relaxed);
	if (when_ns == 0)
		return;
	uint64_t now_ns = host_nanotime();
	if (when_ns > now_ns)
		return;
	struct m *m = m_self();
	struct timer *due;
	struct g_queue ready = {0};
	race_context_borrow_timer(m->p);
	while ((due = take_due(now_ns)) != NULL) {
		if (due->fire != NULL)
			due->fire(due->argument);
		else
			append_ready(&ready, due);
	}
	race_context_give_back();
	schedule_inject(&ready);
}

/* ---- time.Sleep ---------------------------------------------------------- */

static void wake_sleeper(void *argument)
{
	goroutine_ready(argument);
}

static bool arm_after_parking(struct g *g, void *argument)
{
	uint64_t *when_ns = argument;
	timer_arm(&g->sleep_timer, *when_ns);
	return true;
}

void goroutine_sleep(uint64_t duration_ns)
{
	function_prologue(POINT_goroutine_sleep);
	struct g *g = g_self();
	uint64_t when_ns = host_nanotime() + duration_ns;
	g->sleep_timer.fire = wake_sleeper;
	g->sleep_timer.argument = g;
	goroutine_park(arm_after_parking, &when_ns, WAIT_SLEEP);
}

/* ---- Wakeable sleep ------------------------------------------------------ */

static void wake_by_timer(void *argument)
{
	wakeable_sleep_wake(argument);
}

/* Each sleep has a channel of its own: for a race detector, a new one has no past. */
void wakeable_sleep_init(struct wakeable_sleep *sleep)
{
	*sleep = (struct wakeable_sleep){
		.timer = {.fire = wake_by_timer, .argument = sleep, .heap_index = -1},
		.channel = host_allocate(sizeof *sleep->channel)};
	lock_init(&sleep->lock, LOCK_RANK_wakeable_sleep);
	lock_init(&sleep->channel->lock, LOCK_RANK_hchan);
}

/* A send that does not wait: the slot holds one. wakeable_sleep held. */
static void send_locked(struct wakeup_channel *channel)
{
	lock_acquire(&channel->lock);
	struct g *receiver = channel->receiver;
	channel->receiver = NULL;
	if (!channel->is_woken)
		race_release(channel);
	channel->is_woken = receiver == NULL;
	lock_release(&channel->lock);
	if (receiver != NULL)
		goroutine_ready(receiver);
}

static void receive(struct wakeup_channel *channel)
{
	lock_acquire(&channel->lock);
	if (channel->is_woken) {
		channel->is_woken = false;
		lock_release(&channel->lock);
	} else {
		channel->receiver = g_self();
		goroutine_park_unlock(&channel->lock, WAIT_CHANNEL_RECEIVE);
	}
	race_acquire(channel);
}

/* The lock is the runtime's own: a race detector has to be told of it, or a timer's send and the
 * close of the channel are a race (issues 65207, 65283). */
static bool is_lock_told(void)
{
	return DEFECT(issue_65207) == 0;
}

static void lock_sleep(struct wakeable_sleep *sleep)
{
	lock_acquire(&sleep->lock);
	if (is_lock_told())
		race_acquire(&sleep->lock);
}

static void unlock_sleep(struct wakeable_sleep *sleep)
{
	if (is_lock_told())
		race_release(&sleep->lock);
	lock_release(&sleep->lock);
}

void wakeable_sleep_for(struct wakeable_sleep *sleep, uint64_t duration_ns)
{
	function_prologue(POINT_wakeable_sleep);
	timer_arm(&sleep->timer, host_nanotime() + duration_ns);
	lock_sleep(sleep);
	bool is_closed = sleep->is_closed;
	unlock_sleep(sleep);
	if (!is_closed)
		receive(sleep->channel);
	timer_disarm(&sleep->timer);
}

void wakeable_sleep_wake(struct wakeable_sleep *sleep)
{
	lock_sleep(sleep);
	if (!sleep->is_closed) {
		race_read(sleep->channel);
		send_locked(sleep->channel);
	}
	unlock_sleep(sleep);
}

void wakeable_sleep_close(struct wakeable_sleep *sleep)
{
	function_prologue(POINT_wakeable_sleep);
	lock_sleep(sleep);
	sleep->is_closed = true;
	race_write(sleep->channel);
	send_locked(sleep->channel);
	unlock_sleep(sleep);
}
