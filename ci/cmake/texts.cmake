# Texts of a room that are part of its program as C strings, declared in <room>/embedded.h: embed_texts(ROOM FILE...).

function(embed_texts room)
	list(TRANSFORM ARGN PREPEND ${PROJECT_SOURCE_DIR}/targets/${room}/ OUTPUT_VARIABLE sources)
	list(JOIN sources "," joined)
	set(target ${PROJECT_BINARY_DIR}/generated/${room}/embedded.c)
	set(script ${PROJECT_SOURCE_DIR}/ci/cmake/embed.cmake)
	add_custom_command(OUTPUT ${target}
		COMMAND ${CMAKE_COMMAND} -D ROOM=${room} -D SOURCES=${joined} -D TARGET=${target} -P ${script}
		DEPENDS ${sources} ${script} VERBATIM)
	target_sources(${room} PRIVATE ${target})
endfunction()
