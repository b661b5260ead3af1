module tracer-fuzz/driver

go 1.19
