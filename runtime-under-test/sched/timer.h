/* Timers, sleep, and the sleep that can be woken. Source: algorithms.md 5.8. */
#ifndef SCHED_TIMER_H
#define SCHED_TIMER_H

#include "sched/types.h"

/* FIRE(ARGUMENT) will run once, on some M's system stack, at WHEN_NS or later. Any stack; may hold
 * wakeable_sleep or hchan. */
void timer_arm(struct timer *timer, uint64_t when_ns);

/* Whether it was still armed. */
bool timer_disarm(struct timer *timer);

/* Appends those to READY who have waited for the network until BEFORE_NS. Any stack. */
void timers_take_network(uint64_t before_ns, struct g_queue *ready);

/* Fires what is due, and polls the network. System stack, with a P, whose race context the fired
 * functions have. */
void timers_run(void);

/* time.Sleep. User stack. */
void goroutine_sleep(uint64_t duration_ns);

/* The channel between waker and sleeper: one slot, no value. */
struct wakeup_channel {
	struct lock lock; /* rank hchan */
	bool is_woken;
	struct g *receiver;
};

/* A sleep that others can end early. One sleeper; any number of wakers. */
struct wakeable_sleep {
	struct lock lock; /* rank wakeable_sleep */
	struct timer timer;
	struct wakeup_channel *channel;
	bool is_closed;
};

void wakeable_sleep_init(struct wakeable_sleep *sleep);
void wakeable_sleep_for(struct wakeable_sleep *sleep, uint64_t duration_ns);
void wakeable_sleep_wake(struct wakeable_sleep *sleep);
/* From now on a sleep returns at once, and waking does nothing. */
void wakeable_sleep_close(struct wakeable_sleep *sleep);

#endif
