//go:build race

package main

const hasRace = true
