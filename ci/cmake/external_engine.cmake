# ENGINE=external: a build that somebody else directs, by the contract of OSS-Fuzz (ci/oss-fuzz/README.md). CMake takes CC,
# CXX, CFLAGS and CXXFLAGS from the environment as they are, sanitizer and coverage among them; executables are linked by
# CXX with what LIB_FUZZING_ENGINE says. What is here takes away, from the rooms that must not have it, what those flags
# give to all.
if("$ENV{LIB_FUZZING_ENGINE}" STREQUAL "")
	message(FATAL_ERROR "ENGINE=external: LIB_FUZZING_ENGINE was expected in the environment, "
		"as for OSS-Fuzz: -fsanitize=fuzzer, or an archive with a main")
endif()
enable_language(CXX)
separate_arguments(external_engine UNIX_COMMAND "$ENV{LIB_FUZZING_ENGINE}")

# Part of the program: instrumented as the rest, and no library that the machine that runs it would need.
target_compile_definitions(house_flags INTERFACE XXH_INLINE_ALL=)

if(SANITIZER STREQUAL "asan")
	# A fake stack would belong to a fiber that a run leaves in the middle of a call, and runners ask for it.
	target_compile_options(house_flags INTERFACE "$<${c_only}:-fsanitize-address-use-after-return=never>")
elseif(SANITIZER MATCHES "^tsan")
	target_compile_options(house_flags INTERFACE "$<${c_only}:-fno-sanitize=thread>")
endif()

# What an engine sees, whichever way it counts edges: lists of the covered rooms in the words of clang and of AFL++'s
# compiler, which reads its own from AFL_LLVM_ALLOWLIST.
set(clang_allowlist ${PROJECT_BINARY_DIR}/generated/covered.clang)
set(afl_allowlist ${PROJECT_BINARY_DIR}/generated/covered.afl)
target_compile_options(house_flags INTERFACE
	"$<${c_only}:-fsanitize-coverage-allowlist=${clang_allowlist};-Wno-unused-command-line-argument>")

# After all rooms and targets are known.
function(write_allowlists)
	get_property(patterns GLOBAL PROPERTY covered_patterns)
	list(TRANSFORM patterns PREPEND "src:*/" OUTPUT_VARIABLE clang_lines)
	list(TRANSFORM patterns PREPEND "src: */" OUTPUT_VARIABLE afl_lines)
	list(JOIN clang_lines "\n" clang_text)
	list(JOIN afl_lines "\n" afl_text)
	file(CONFIGURE OUTPUT ${clang_allowlist} CONTENT "${clang_text}\nfun:*\n")
	file(CONFIGURE OUTPUT ${afl_allowlist} CONTENT "${afl_text}\n")
endfunction()
