//go:build !cgo

// Empty. The compiler accepts functions without a body, which linkname fills in, in a package that
// has assembly; one with cgo needs none.
