# What ci/oss-fuzz/build.sh configures: compilers, flags and engine are the environment's. Its SANITIZER is told here in our
# words, for what depends on it beside flags; ThreadSanitizer has a second build, -D SANITIZER=tsan-annotations.
set(of_address asan)
set(of_thread tsan)
if(NOT DEFINED of_$ENV{SANITIZER})
	set(of_$ENV{SANITIZER} none)
endif()
set(SANITIZER ${of_$ENV{SANITIZER}} CACHE STRING "")
set(ENGINE external CACHE STRING "")
set(UNIT_TESTS OFF CACHE BOOL "")
set(WARNINGS_ARE_ERRORS OFF CACHE BOOL "")
