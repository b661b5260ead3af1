# AFL++ beside libFuzzer: the same objects of a target, linked with AFL++'s run-time library and driver/afl_main.c, and the
# mutator as the library that afl-fuzz loads. Without AFL++ here, and in presets without an engine, there is neither.
find_file(AFL_RUNTIME afl-compiler-rt.o
	PATHS $ENV{AFL_PATH} /usr/lib/afl /usr/local/lib/afl NO_DEFAULT_PATH)
if(ENGINE STREQUAL "libfuzzer" AND NOT AFL_RUNTIME)
	message(STATUS "AFL++ is not here (Debian: afl++): targets are built for libFuzzer alone")
endif()

# bin/<target>.afl of executable TARGET; and where its inputs are scenarios, which its source says by naming a tracer,
# bin/<target>.mutator.so.
function(add_afl_target target source)
	if(NOT ENGINE STREQUAL "libfuzzer" OR NOT AFL_RUNTIME)
		return()
	endif()
	if(NOT TARGET afl_main)
		add_library(afl_main OBJECT ${PROJECT_SOURCE_DIR}/targets/driver/afl_main.c)
		target_include_directories(afl_main PRIVATE ${PROJECT_SOURCE_DIR}/targets)
		target_link_libraries(afl_main PRIVATE house_flags)
	endif()
	add_executable(${target}.afl ${source})
	target_link_libraries(${target}.afl PRIVATE instrumented covered afl_main ${AFL_RUNTIME})
	target_compile_definitions(${target}.afl PRIVATE ${host_sanitizer})
	target_link_options(${target}.afl PRIVATE -Wl,--wrap=LLVMFuzzerTestOneInput)
	link_rooms(${target}.afl ${ARGN})
	add_dependencies(fuzz_targets ${target}.afl)
	file(STRINGS ${source} tracer REGEX "SCENARIO_TRACER_V[0-9]+")
	if(tracer)
		string(REGEX MATCH "SCENARIO_TRACER_V[0-9]+" tracer "${tracer}")
		add_afl_mutator(${target} ${tracer})
	endif()
endfunction()

# afl-fuzz loads it into itself, so it is position independent, and has no sanitizer and no coverage whatever the preset.
function(add_afl_mutator target tracer)
	if(NOT TARGET afl_mutator_rooms)
		set(sources "")
		foreach(pattern runtime-under-test/base/*.c runtime-under-test/host/point.c
				runtime-under-test/lock/lock_rank.c targets/choice/*.c targets/scenario/*.c
				targets/perform/points.c targets/judge/verdict.c targets/engine/page.c
				targets/engine/mutator.c)
			file(GLOB matching CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${pattern})
			list(APPEND sources ${matching})
		endforeach()
		add_library(afl_mutator_rooms OBJECT ${sources})
		target_compile_options(afl_mutator_rooms PRIVATE -O2 -g -fPIC -fvisibility=hidden)
		target_compile_definitions(afl_mutator_rooms PRIVATE _GNU_SOURCE=)
		target_include_directories(afl_mutator_rooms PUBLIC
			${PROJECT_SOURCE_DIR}/runtime-under-test ${PROJECT_SOURCE_DIR}/targets)
	endif()
	add_library(${target}.mutator MODULE ${PROJECT_SOURCE_DIR}/targets/driver/afl_mutator.c)
	set_target_properties(${target}.mutator PROPERTIES PREFIX ""
		LIBRARY_OUTPUT_DIRECTORY ${CMAKE_RUNTIME_OUTPUT_DIRECTORY})
	target_compile_definitions(${target}.mutator PRIVATE _GNU_SOURCE= MUTATOR_TRACER=${tracer})
	target_link_libraries(${target}.mutator PRIVATE afl_mutator_rooms xxhash)
	target_link_options(${target}.mutator PRIVATE -Wl,--no-undefined)
	add_dependencies(fuzz_targets ${target}.mutator)
endfunction()
