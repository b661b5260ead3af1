//go:build !go1.23

package main

const hasIterators = false

func pullValues(func(yield func(int) bool)) (next func() (int, bool), stop func()) {
	panic("this runtime has no iterators")
}
