//go:build go1.23

package main

import "iter"

const hasIterators = true

func pullValues(sequence func(yield func(int) bool)) (next func() (int, bool), stop func()) {
	return iter.Pull(iter.Seq[int](sequence))
}
