package main

import "sync"

const (
	goroutineCountMax = 96 // of the scenario, alive at a time
	semaphoreCount    = 8
)

// A crowd is the goroutines of the scenario: how many are alive, and how many of these can still do
// something. Whoever waits in `block` cannot, unless another one lets it go on.
type crowd struct {
	mutex      sync.Mutex
	alive      int
	live       int // neither ended nor waiting for a semaphore
	created    int
	idle       chan struct{} // closed when nobody is live, which then stays so
	semaphores [semaphoreCount]semaphore
}

type semaphore struct {
	tokens  int
	waiters []chan struct{} // oldest first
}

// newCrowd makes a crowd in which the caller is live until it calls leave.
func newCrowd() *crowd {
	return &crowd{live: 1, idle: make(chan struct{})}
}

// enter admits one more goroutine. False: too many are alive.
func (c *crowd) enter() bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.alive == goroutineCountMax {
		return false
	}
	c.alive++
	c.live++
	c.created++
	return true
}

// add admits a goroutine that runs only in the place of another one. False: too many are alive.
func (c *crowd) add() bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.alive == goroutineCountMax {
		return false
	}
	c.alive++
	c.created++
	return true
}

// remove is the last act of a goroutine that was added.
func (c *crowd) remove() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.alive--
}

// end is the last act of a goroutine that entered.
func (c *crowd) end() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.alive--
	c.leaveLocked()
}

func (c *crowd) leave() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.leaveLocked()
}

func (c *crowd) leaveLocked() {
	c.live--
	if c.live == 0 {
		close(c.idle)
	}
}

// block takes a semaphore and waits, parked, while it is 0.
func (c *crowd) block(number int) {
	c.mutex.Lock()
	semaphore := &c.semaphores[number]
	if semaphore.tokens > 0 {
		semaphore.tokens--
		c.mutex.Unlock()
		return
	}
	waiter := make(chan struct{}, 1)
	semaphore.waiters = append(semaphore.waiters, waiter)
	c.leaveLocked()
	c.mutex.Unlock()
	<-waiter
}

// unblock gives a semaphore, to the oldest waiter if there is one.
func (c *crowd) unblock(number int) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	semaphore := &c.semaphores[number]
	if len(semaphore.waiters) == 0 {
		semaphore.tokens++
		return
	}
	waiter := semaphore.waiters[0]
	semaphore.waiters = semaphore.waiters[1:]
	c.live++
	waiter <- struct{}{}
}
