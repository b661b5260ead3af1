# Each folder repro/issue-* and repro/commit-* is one test `repro.<folder>`, the scenarios of each corpus/fuzz_trace_* are one test
# `expected.<target>`: what is expected under every setting, of the whole runtime. A text that does not parse fails here;
# a fuzz target would take its bytes as a binary scenario. What the other targets make of theirs is asked by
# `regression.<target>` alone.
function(add_repros)
	if(NOT TARGET rut_tool)
		return()
	endif()
	file(GLOB folders CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/repro ${PROJECT_SOURCE_DIR}/repro/issue-*
		${PROJECT_SOURCE_DIR}/repro/commit-*)
	foreach(folder IN LISTS folders)
		# One that only real toolchains show has nothing to expect of the simulator.
		file(GLOB texts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/repro/${folder}/*.rut)
		set(expected "")
		foreach(text IN LISTS texts)
			file(STRINGS ${text} lines REGEX "^expect ")
			list(APPEND expected ${lines})
		endforeach()
		if(NOT expected)
			continue()
		endif()
		add_expectations(repro.${folder} repro/${folder})
	endforeach()
	# The sibling that rut hands over to.
	if(TARGET rut_threads)
		add_test(NAME rut_threads COMMAND rut_tool run --executor=threads --repeat=3
			corpus/fuzz_trace_v2/seed/one-trace.rut WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
		set_tests_properties(rut_threads PROPERTIES
			ENVIRONMENT "${sanitizer_environment}" LABELS unit TIMEOUT 120
			PASS_REGULAR_EXPRESSION "verdict   ok   in 3 of 3 runs.*signals   sent")
	endif()
	file(GLOB scenarios CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/corpus
		${PROJECT_SOURCE_DIR}/corpus/fuzz_trace_v*/seed/*.rut)
	list(TRANSFORM scenarios REPLACE "/.*" "")
	list(REMOVE_DUPLICATES scenarios)
	foreach(target IN LISTS scenarios)
		# One that never had a finding has no regressions.
		file(GLOB folders RELATIVE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/corpus/${target}/seed
			${PROJECT_SOURCE_DIR}/corpus/${target}/regression)
		add_expectations(expected.${target} ${folders})
	endforeach()
endfunction()

function(add_expectations name)
	add_test(NAME ${name} COMMAND rut_tool check ${ARGN} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
	set_tests_properties(${name} PROPERTIES
		ENVIRONMENT "${judged_environment}" LABELS repro TIMEOUT 300)
endfunction()
