/* The goroutines' side of a wait graph: who waits for what, read from the runtime's state. */
#ifndef WAIT_GRAPH_WAIT_GRAPH_H
#define WAIT_GRAPH_WAIT_GRAPH_H

#include <stddef.h>

/* Appends a line for each live goroutine to TEXT. The runtime must be standing still. */
void wait_graph_describe_goroutines(char *text, size_t size_bytes);

#endif
