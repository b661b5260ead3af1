# A ThreadSanitizer build that reports nothing looks like one that finds nothing. So before anything is built, a known
# race between two fibers on one OS thread must be reported, and its ordered twin must not.
set(tsan_probe ${PROJECT_BINARY_DIR}/probe/tsan_race)
set(tsan_needs "The ThreadSanitizer simulation needs clang 15 or newer with its compiler-rt \
(Debian: clang-19 and libclang-rt-19-dev; `ci/bootstrap` installs them). The compiler is ${CMAKE_C_COMPILER}.")

try_compile(tsan_probe_built ${PROJECT_BINARY_DIR}/probe/build
	SOURCES ${PROJECT_SOURCE_DIR}/ci/probe/tsan_race.c
	COMPILE_DEFINITIONS -O1 -g -fsanitize=thread -mllvm -tsan-instrument-func-entry-exit=0
	LINK_OPTIONS -fsanitize=thread
	OUTPUT_VARIABLE tsan_probe_output
	COPY_FILE ${tsan_probe})
if(NOT tsan_probe_built)
	message(FATAL_ERROR "ci/probe/tsan_race.c does not build. ${tsan_needs}\n${tsan_probe_output}")
endif()

function(tsan_probe_expect variant expected meaning)
	execute_process(COMMAND ${CMAKE_COMMAND} -E env TSAN_OPTIONS=exitcode=66:atexit_sleep_ms=0
		${tsan_probe} ${variant}
		RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
	if(NOT result STREQUAL expected)
		message(FATAL_ERROR "ci/probe/tsan_race.c ${variant}: ${meaning} "
			"(exit ${result}, ${expected} was expected). ${tsan_needs}\n${output}")
	endif()
endfunction()
# On real threads, runtimes that can delay accesses on purpose are asked to.
execute_process(COMMAND ${CMAKE_COMMAND} -E env TSAN_OPTIONS=help=1:atexit_sleep_ms=0 ${tsan_probe} ordered
	OUTPUT_VARIABLE tsan_flags ERROR_VARIABLE tsan_flags)
if(tsan_flags MATCHES "enable_adaptive_delay")
	set(tsan_can_delay 1)
else()
	set(tsan_can_delay 0)
endif()

tsan_probe_expect(race 66 "a known race between two fibers was not reported")
tsan_probe_expect(ordered 0 "an ordered hand-over between two fibers was reported, or the program failed")
