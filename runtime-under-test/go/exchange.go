package main

// pingPong makes round trips with a partner over unbuffered channels.
func pingPong(_ *performer, trips, _ int) {
	ping, pong := make(chan int), make(chan int)
	go func() {
		for trip := range ping {
			pong <- trip
		}
		close(pong)
	}()
	for trip := 0; trip < trips; trip++ {
		ping <- trip
		<-pong
	}
	close(ping)
	<-pong
}

// selectRounds receives from whichever of two channels its partner has chosen.
func selectRounds(_ *performer, rounds, _ int) {
	even, odd := make(chan int), make(chan int)
	go func() {
		for round := 0; round < rounds; round++ {
			if round%2 == 0 {
				even <- round
			} else {
				odd <- round
			}
		}
	}()
	for round := 0; round < rounds; round++ {
		select {
		case <-even:
		case <-odd:
		}
	}
}

// lockMutex locks one of the mutexes that all goroutines share, so many times.
func lockMutex(p *performer, mutex, times int) {
	for ; times > 0; times-- {
		p.mutexes[mutex].Lock()
		compute(stepsPerUnit * int(mutexHold) / int(workUnit))
		p.mutexes[mutex].Unlock()
	}
}
