# A room is one folder, one static library, one prefix of its public names. Its sources are what lies in the folder;
# its unit tests are tests/test_*.c, an executable and a test `<room>.<file>` each.
#
#   add_room(name ROOT folder [DEPENDS rooms] [EXCLUDE files] [INSTRUMENTED | USER_CODE] [COVERED])
#   link_rooms(executable rooms...)      the rooms and all they depend on
#
# A room without sources yet, or with headers only, is an INTERFACE library.

function(add_room name)
	cmake_parse_arguments(ROOM "INSTRUMENTED;USER_CODE;COVERED" "ROOT" "DEPENDS;EXCLUDE" ${ARGN})
	set(root ${PROJECT_SOURCE_DIR}/${ROOM_ROOT})
	file(GLOB sources CONFIGURE_DEPENDS ${root}/${name}/*.c ${root}/${name}/*.S)
	foreach(excluded IN LISTS ROOM_EXCLUDE)
		list(REMOVE_ITEM sources ${root}/${name}/${excluded})
	endforeach()

	set(flags house_flags)
	if(ROOM_INSTRUMENTED)
		list(APPEND flags instrumented)
	endif()
	if(ROOM_USER_CODE)
		list(APPEND flags user_code)
	endif()
	if(ROOM_COVERED)
		list(APPEND flags covered)
		set_property(GLOBAL APPEND PROPERTY covered_patterns "${ROOM_ROOT}/${name}/*")
	endif()
	if(sources)
		set(scope PUBLIC)
		add_library(${name} STATIC ${sources})
		target_link_libraries(${name} PRIVATE ${flags})
		if(NOT ROOM_INSTRUMENTED)
			target_compile_definitions(${name} PRIVATE ${host_sanitizer})
			target_link_libraries(${name} PRIVATE unjudged)
		endif()
	else()
		set(scope INTERFACE)
		add_library(${name} INTERFACE)
	endif()
	target_include_directories(${name} ${scope} ${root})
	target_link_libraries(${name} ${scope} ${ROOM_DEPENDS})
	set_property(GLOBAL PROPERTY room_depends_${name} ${ROOM_DEPENDS})
	add_unit_tests(${name} ${root}/${name}/tests "${flags}" "${ROOM_ROOT}")
endfunction()

# Room NAMES and all they depend on, each once, in RET_ROOMS.
function(room_closure ret_rooms)
	set(rooms "")
	set(pending ${ARGN})
	while(pending)
		list(POP_FRONT pending room)
		if(NOT room IN_LIST rooms)
			list(APPEND rooms ${room})
			get_property(depends GLOBAL PROPERTY room_depends_${room})
			list(APPEND pending ${depends})
		endif()
	endwhile()
	set(${ret_rooms} ${rooms} PARENT_SCOPE)
endfunction()

# Names of the room libraries in one group: the runtime calls host.h, which the executor (sim) answers although the
# runtime does not depend on it, so no order of the archives would do.
function(link_rooms executable)
	room_closure(rooms ${ARGN})
	target_link_libraries(${executable} PRIVATE house_flags linked
		-Wl,--start-group ${rooms} ${plain_memory} -Wl,--end-group)
endfunction()

# Runtime rooms from host upwards are tested on the simulator. Its archive yields to a test that answers host.h itself.
function(add_unit_tests name folder flags root)
	file(GLOB tests CONFIGURE_DEPENDS ${folder}/test_*.c)
	if(NOT tests OR NOT UNIT_TESTS OR NOT has_coverage_runtime)
		return()
	endif()
	find_library(CMOCKA cmocka)
	if(NOT CMOCKA)
		message(FATAL_ERROR "cmocka is missing, the unit tests need it: "
			"`ci/bootstrap` installs libcmocka-dev; -DUNIT_TESTS=OFF builds without them")
	endif()
	foreach(test IN LISTS tests)
		cmake_path(GET test STEM stem)
		set(executable ${name}.${stem})
		add_executable(${executable} ${test})
		target_link_libraries(${executable} PRIVATE ${flags} ${CMOCKA})
		if(root STREQUAL "runtime-under-test" AND NOT name STREQUAL "base")
			link_rooms(${executable} ${name} sim)
		else()
			link_rooms(${executable} ${name})
		endif()
		target_compile_definitions(${executable} PRIVATE ${host_sanitizer})
		set_target_properties(${executable} PROPERTIES
			RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
		add_test(NAME ${executable} COMMAND ${executable} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
		set_tests_properties(${executable} PROPERTIES
			ENVIRONMENT "${sanitizer_environment}" LABELS unit TIMEOUT 120)
	endforeach()
endfunction()

# Rooms compiled for coverage call into a runtime that comes with libFuzzer or with a sanitizer. In presets with
# neither in their other programs (libfuzzer, oss-fuzz), only fuzz targets can be linked.
if(ENGINE STREQUAL "external" OR (ENGINE STREQUAL "libfuzzer" AND SANITIZER STREQUAL "none"))
	set(has_coverage_runtime FALSE)
	message(STATUS "this preset builds fuzz targets only; the tool and the unit tests are in the others")
else()
	set(has_coverage_runtime TRUE)
endif()

# The tool: rut.c holds main, the rest of targets/rut is a room like any other.
function(add_rut)
	file(GLOB main CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/targets/rut/rut.c)
	if(NOT main OR NOT has_coverage_runtime)
		return()
	endif()
	add_executable(rut_tool ${main})
	set_target_properties(rut_tool PROPERTIES OUTPUT_NAME rut)
	target_compile_definitions(rut_tool PRIVATE ${host_sanitizer})
	# ThreadSanitizer looks its hook up among the dynamic symbols.
	target_link_options(rut_tool PRIVATE -Wl,--export-dynamic-symbol=__tsan_on_finalize)
	link_rooms(rut_tool rut_go)
	# The executor is chosen at link time: what `rut run --executor=threads` runs. Annotations are judged in the simulator
	# alone: on real threads everything would race in a runtime without any other order.
	if(SANITIZER STREQUAL "tsan-annotations")
		return()
	endif()
	add_executable(rut_threads ${PROJECT_SOURCE_DIR}/targets/parallel/rut_threads.c)
	set_target_properties(rut_threads PROPERTIES OUTPUT_NAME rut-threads)
	target_compile_definitions(rut_threads PRIVATE ${host_sanitizer})
	link_rooms(rut_threads parallel)
	add_dependencies(rut_tool rut_threads)
endfunction()
