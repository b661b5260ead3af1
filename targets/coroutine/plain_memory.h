/* Included before everything else in code that ThreadSanitizer does not judge but that runs on
 * stacks that it does: it intercepts these functions there, too, the compiler calls them for whole
 * structures, and what the simulator and ground truth write on the stacks of two Ms would race. */
#ifndef COROUTINE_PLAIN_MEMORY_H
#define COROUTINE_PLAIN_MEMORY_H

__asm__("memcpy = plain_memcpy\n"
	"memmove = plain_memmove\n"
	"memset = plain_memset");

#endif
