# Each targets/fuzz_*.c and targets/canary_*.c is one executable bin/<name>: with libFuzzer where the preset says so,
# else with a main that runs files and folders. Each with a folder under corpus/ is a test `regression.<name>`.

function(add_fuzz_targets)
	file(GLOB sources CONFIGURE_DEPENDS
		${PROJECT_SOURCE_DIR}/targets/fuzz_*.c ${PROJECT_SOURCE_DIR}/targets/canary_*.c)
	add_custom_target(fuzz_targets)
	if(ENGINE STREQUAL "standalone")
		add_library(standalone OBJECT ${PROJECT_SOURCE_DIR}/targets/driver/standalone.c)
		target_link_libraries(standalone PRIVATE house_flags)
	endif()
	foreach(source IN LISTS sources)
		cmake_path(GET source STEM name)
		add_executable(${name} ${source})
		# ThreadSanitizer judges what a target itself plays, as it does the runtime.
		target_link_libraries(${name} PRIVATE instrumented covered)
		target_compile_definitions(${name} PRIVATE ${host_sanitizer})
		if(ENGINE STREQUAL "libfuzzer")
			target_link_options(${name} PRIVATE -fsanitize=fuzzer)
		else()
			target_link_libraries(${name} PRIVATE standalone)
		endif()
		link_rooms(${name} driver ring_model)
		add_dependencies(fuzz_targets ${name})
		add_regression_test(${name})
		if(name MATCHES "^canary_")
			add_canary_check(${name} ${source})
		endif()
	endforeach()
	add_canaries_test()
endfunction()

# A program that proves a canary, bin/check.canary_<name>: caught with its mistake, silent without.
function(add_canary_check name source)
	if(NOT has_coverage_runtime)
		return()
	endif()
	add_executable(check.${name} ${source} ${PROJECT_SOURCE_DIR}/targets/driver/canary_main.c)
	target_link_libraries(check.${name} PRIVATE instrumented covered)
	target_compile_definitions(check.${name} PRIVATE ${host_sanitizer})
	link_rooms(check.${name} driver)
	# Data races are seen by ThreadSanitizer alone.
	if(name MATCHES "^canary_race" AND NOT SANITIZER STREQUAL "tsan")
		return()
	endif()
	set_property(GLOBAL APPEND PROPERTY canary_checks check.${name})
endfunction()

# All of them as one test, so that one line tells how many are caught. A report of ThreadSanitizer must not end the
# process before the verdict is told.
function(add_canaries_test)
	get_property(checks GLOBAL PROPERTY canary_checks)
	if(NOT checks)
		return()
	endif()
	list(TRANSFORM checks REPLACE "(.+)" "$<TARGET_FILE:\\1>")
	add_test(NAME canaries COMMAND ci/canaries --seeds=100 ${checks}
		WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
	string(REPLACE "halt_on_error=1:exitcode" "halt_on_error=0:exitcode" environment
		"${sanitizer_environment}")
	set_tests_properties(canaries PROPERTIES
		ENVIRONMENT "${environment}" LABELS canary TIMEOUT 600)
endfunction()

function(add_regression_test name)
	set(folders "")
	foreach(kind seed regression)
		file(GLOB samples CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/corpus/${name}/${kind}/*)
		if(samples)
			list(APPEND folders corpus/${name}/${kind})
		endif()
	endforeach()
	if(NOT folders)
		return()
	endif()
	if(ENGINE STREQUAL "libfuzzer")
		set(options -runs=0 -max_len=4096)
	endif()
	add_test(NAME regression.${name} COMMAND ${name} ${options} ${folders}
		WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
	set_tests_properties(regression.${name} PROPERTIES
		ENVIRONMENT "${sanitizer_environment}" LABELS regression TIMEOUT 600)
endfunction()
