# The one place where flags live. Nothing here or elsewhere touches CMAKE_C_FLAGS.
#
#   house_flags       every C file: language, warnings, the preset's sanitizer as far as it concerns all rooms
#   instrumented      rooms that ThreadSanitizer judges
#   unjudged          rooms that it does not, where it judges others
#   user_code         what plays a program's own code: the only thing instrumented where annotations are judged
#   covered           rooms whose edges a coverage-guided engine sees
#   linked            every executable
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
find_package(Threads REQUIRED)

set(c_only "$<COMPILE_LANGUAGE:C>")
add_library(house_flags INTERFACE)
add_library(instrumented INTERFACE)
add_library(unjudged INTERFACE)
add_library(user_code INTERFACE)
add_library(covered INTERFACE)
add_library(linked INTERFACE)

set(warnings -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
if(WARNINGS_ARE_ERRORS)
	list(APPEND warnings -Werror)
endif()
set(debug_information -g)
set(xxhash xxhash)
if(ENGINE STREQUAL "external")
	# Who directs the build chooses what debuggers get.
	set(debug_information "")
	set(xxhash "")
endif()
target_compile_options(house_flags INTERFACE "$<${c_only}:${warnings}>" ${debug_information}
	# snprintf into a bounded text is meant to cut; gcc warns of each place where it might.
	"$<$<COMPILE_LANG_AND_ID:C,GNU>:-Wno-format-truncation>")
target_compile_definitions(house_flags INTERFACE _GNU_SOURCE=)
target_link_libraries(linked INTERFACE Threads::Threads)

# Without function entries and exits: worlds are abandoned with stacks left mid-call, and fibers are reused; the shadow call
# stack would overflow. Both sites of a race are still named.
set(thread -fsanitize=thread "SHELL:-mllvm -tsan-instrument-func-entry-exit=0")
if(SANITIZER STREQUAL "tsan")
	target_compile_options(instrumented INTERFACE "$<${c_only}:${thread}>")
	set(plain_memory plain_memory)
	set(plain_memory_folder ${PROJECT_SOURCE_DIR}/targets/coroutine)
	add_library(plain_memory STATIC ${plain_memory_folder}/plain_memory.c)
	target_compile_options(plain_memory PRIVATE -O2 -fno-builtin)
	target_link_libraries(plain_memory PRIVATE house_flags)
	target_compile_options(unjudged INTERFACE "$<${c_only}:SHELL:-include ${plain_memory_folder}/plain_memory.h>")
elseif(SANITIZER STREQUAL "tsan-annotations")
	target_compile_options(user_code INTERFACE "$<${c_only}:${thread}>")
endif()
if(ENGINE STREQUAL "external")
	include(external_engine)
elseif(SANITIZER STREQUAL "none")
	target_compile_options(house_flags INTERFACE "$<${c_only}:-O2>")
elseif(SANITIZER STREQUAL "asan")
	set(address -fsanitize=address,undefined -fno-sanitize-recover=undefined)
	target_compile_options(house_flags INTERFACE
		"$<${c_only}:-O1;-fno-omit-frame-pointer;${address}>")
	target_link_options(linked INTERFACE ${address})
elseif(SANITIZER MATCHES "^tsan(-annotations)?$")
	target_compile_options(house_flags INTERFACE "$<${c_only}:-O1;-fno-omit-frame-pointer>")
	target_link_options(linked INTERFACE -fsanitize=thread)
else()
	message(FATAL_ERROR "SANITIZER=${SANITIZER}: none, asan, tsan or tsan-annotations was expected")
endif()

# Counters live in the file itself, so that a process may end in any way: each input is one of its own.
if(COVERAGE)
	set(counted -fprofile-instr-generate -fcoverage-mapping "SHELL:-mllvm -runtime-counter-relocation")
	target_compile_options(house_flags INTERFACE "$<${c_only}:${counted}>")
	target_link_options(linked INTERFACE -fprofile-instr-generate)
endif()

if(ENGINE STREQUAL "libfuzzer")
	if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
		message(FATAL_ERROR "libFuzzer needs clang, and the compiler is ${CMAKE_C_COMPILER}: "
			"take CC=clang-19, or the dev preset, whose targets replay files without an engine")
	endif()
	target_compile_options(covered INTERFACE "$<${c_only}:-fsanitize=fuzzer-no-link>")
	# What the runtime compares stands in no input, and its stacks are coroutines': telling an engine of either takes a quarter
	# of the time.
	target_compile_options(instrumented INTERFACE "$<${c_only}:-fno-sanitize-coverage=trace-cmp,stack-depth>")
elseif(NOT ENGINE MATCHES "^(standalone|external)$")
	message(FATAL_ERROR "ENGINE=${ENGINE}: standalone, libfuzzer or external was expected")
endif()

# Un-instrumented rooms cannot ask the compiler which sanitizer they are linked with, so they are told.
set(host_sanitizer_none "")
set(host_sanitizer_asan HOST_ASAN=1)
set(host_sanitizer_tsan HOST_TSAN=1)
set(host_sanitizer_tsan-annotations HOST_TSAN=1 HOST_ANNOTATIONS=1)
set(host_sanitizer ${host_sanitizer_${SANITIZER}})

# What sanitizers need to know at run time, for the tests of this preset.
find_program(SYMBOLIZER NAMES llvm-symbolizer-19 llvm-symbolizer-18 llvm-symbolizer-17
	llvm-symbolizer-16 llvm-symbolizer-15 llvm-symbolizer)
if(SYMBOLIZER)
	set(symbolizer_option ":external_symbolizer_path=${SYMBOLIZER}")
endif()
set(sanitizer_environment
	"ASAN_OPTIONS=detect_stack_use_after_return=0:detect_leaks=0${symbolizer_option}"
	"UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1${symbolizer_option}"
	"TSAN_OPTIONS=halt_on_error=1:exitcode=66:report_signal_unsafe=0:atexit_sleep_ms=0${symbolizer_option}")
# For programs that judge reports themselves: one must not end the process before the verdict is told.
string(REPLACE "halt_on_error=1:exitcode" "halt_on_error=0:exitcode" judged_environment "${sanitizer_environment}")
