# The page that `rut show` writes is text of its own, targets/show/page*.{html,css,js}, and part of the room as C strings.

function(embed_page)
	set(sources "")
	foreach(file page.html page.css page.js page_events.js)
		list(APPEND sources ${PROJECT_SOURCE_DIR}/targets/show/${file})
	endforeach()
	list(JOIN sources "," joined)
	set(target ${PROJECT_BINARY_DIR}/generated/show/embedded.c)
	set(script ${PROJECT_SOURCE_DIR}/ci/cmake/embed.cmake)
	add_custom_command(OUTPUT ${target}
		COMMAND ${CMAKE_COMMAND} -D ROOM=show -D SOURCES=${joined} -D TARGET=${target} -P ${script}
		DEPENDS ${sources} ${script} VERBATIM)
	target_sources(show PRIVATE ${target})
endfunction()
